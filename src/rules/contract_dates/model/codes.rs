//! The words of contracts: each with the code it is stored under and the Swedish label a reader sees.

use std::fmt;
use std::str::FromStr;

/// Declares an enumeration whose values are stored under a code and shown under a Swedish label.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident => $code:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            /// Every value, in the order they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code under which it is stored and exported.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words a reader sees.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.label())
            }
        }

        impl FromStr for $name {
            type Err = UnknownCode;

            fn from_str(code: &str) -> Result<Self, UnknownCode> {
                match code { $($code => Ok(Self::$variant),)+ _ => Err(UnknownCode) }
            }
        }
    };
}

/// A stored code that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("okänd kod")]
pub struct UnknownCode;

coded! {
    /// What sort of contract it is.
    ContractKind {
        /// A framework agreement under which call-offs are made.
        Framework => "ramavtal", "ramavtal";
        /// A call-off under a framework agreement.
        CallOff => "avropsavtal", "avropsavtal";
        /// Bought by direct award.
        DirectAward => "direktupphandlat", "direktupphandlat avtal";
        /// Bought after an announced procurement.
        Procured => "upphandlat", "upphandlat avtal";
        /// An amendment to a main contract.
        Amendment => "tillaggsavtal", "tilläggsavtal";
        /// Service, support or operation.
        Service => "serviceavtal", "serviceavtal";
        /// Licences.
        Licence => "licensavtal", "licensavtal";
        /// Data processing agreement, GDPR article 28.
        DataProcessing => "pub_avtal", "PUB-avtal";
        /// Service level agreement.
        ServiceLevel => "sla", "SLA";
        /// Rent or lease.
        Lease => "hyres_leasingavtal", "hyres- eller leasingavtal";
        /// Runs until terminated.
        OpenEnded => "tillsvidareavtal", "tillsvidareavtal";
        /// Between parts of the same municipality.
        Internal => "intern_overenskommelse", "intern överenskommelse";
    }
}

coded! {
    /// What happens at the end of a period when nobody acts, and who may extend.
    RenewalKind {
        /// Ends by itself.
        None => "none", "löper ut";
        /// The municipality alone may extend.
        OptionUnilateral => "option_unilateral", "option som kommunen själv tar ut";
        /// Both parties must agree to extend.
        OptionMutual => "option_mutual", "förlängning efter överenskommelse";
        /// Renewed silently unless terminated.
        Auto => "auto", "förlängs tyst";
        /// No end until terminated.
        UntilFurtherNotice => "until_further_notice", "löper tills vidare";
    }
}

coded! {
    /// How far an option step has come (rules 1.5). That a deadline has been missed is computed, see [`StepState::Lapsed`].
    StepState {
        /// Nothing has been done.
        Open => "open", "öppen";
        /// The system manager has recommended using it.
        Recommended => "recommended", "rekommenderad";
        /// The owner or a delegate has decided to use it.
        Decided => "decided", "beslutad";
        /// The extension notice has been sent.
        Sent => "sent", "meddelad";
        /// The extension holds.
        Exercised => "exercised", "utnyttjad";
        /// It has been decided not to use it.
        Declined => "declined", "avstås";
        /// The last day passed without a notice. Computed, never stored.
        Lapsed => "lapsed", "förfallen";
    }
}

coded! {
    /// How the next contract will be bought, which decides how long before the end the work must start (rules 1.10).
    ProcurementPath {
        /// Direct award.
        Direct => "direktupphandling", "direktupphandling";
        /// Call-off by ranking.
        RankedCallOff => "avrop_rangordning", "avrop med rangordning";
        /// Renewed competition under a framework.
        MiniCompetition => "fku", "förnyad konkurrensutsättning";
        /// Announced, below the EU threshold.
        Announced => "annonserad", "annonserad upphandling";
        /// Announced above the EU threshold.
        AnnouncedAboveThreshold => "annonserad_over", "annonserad upphandling över tröskelvärdet";
        /// A large business system with migration.
        LargeSystem => "stort_byte", "byte av större verksamhetssystem";
    }
}

coded! {
    /// Where the contract stands today.
    Status {
        /// In force, or not yet begun with nothing more to say.
        Active => "aktivt", "aktivt";
        /// The start lies ahead.
        Upcoming => "kommande", "börjar senare";
        /// Notice has been given.
        Terminated => "uppsagt", "uppsagt";
        /// The last day for notice has passed: it is bound for another period.
        Locked => "last", "låst en period till";
        /// No end until terminated.
        OpenEnded => "tillsvidare", "löper tills vidare";
        /// The last day has passed.
        Ended => "avslutat", "avslutat";
        /// An amendment that follows its main contract.
        FollowsParent => "foljer_huvudavtal", "följer huvudavtalet";
        /// The end is not known.
        UnknownEnd => "okant_slut", "slutdatum saknas";
    }
}

coded! {
    /// What there is to decide by [`Evaluation::next_action_date`].
    NextAction {
        /// Terminate, or let it be renewed silently.
        TerminateOrRenew => "sag_upp_eller_lat_forlanga", "säg upp eller låt förlängas";
        /// Decide on the option, else the contract ends.
        DecideOption => "besluta_option", "besluta om option";
        /// The notice is sent; see that the other party confirms it.
        ConfirmOption => "bekrafta_option", "få förlängningen bekräftad";
    }
}
