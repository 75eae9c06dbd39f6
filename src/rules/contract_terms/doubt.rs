//! What was read, and what is unsure about it.

/// Why a person should check what was read. The sentence is shown beside the raw text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Nothing in the text could be read.
    NotUnderstood,
    /// The text refers to the contract itself.
    SeeContract,
    /// A number without a unit.
    UnitAssumed,
    /// Months, but not from when they count.
    BasisMissing,
    /// "tre (4) månader".
    NumbersDisagree,
    /// Several periods of notice; the longest was taken.
    SeveralPeriods,
    /// Unusually long or short.
    Unusual,
    /// Working days were turned into calendar days.
    WorkingDays,
    /// Two parts of the text were put together to one date.
    PutTogether,
    /// A word was misspelt and guessed.
    SpellingGuessed,
    /// Silent renewal, but not how long at a time.
    RenewalLengthAssumed,
    /// Silent renewal a limited number of times.
    RenewalLimitUnclear,
    /// A term of notice is given, but not whether the contract goes on without one.
    RenewalUnclear,
    /// That the contract renews itself is told by its term of notice only.
    RenewalInNotice,
    /// Words that say both yes and no.
    Contradicts,
    /// Whether the first number is the first period or an option.
    FirstPeriodUnclear,
    /// The options do not add up to the dates.
    DoesNotFitDates,
    /// How many of the options have been used.
    UsedOptionsUnknown,
    /// A year is given for a day that comes back every year.
    YearGiven,
    /// Only a month or a year is given.
    DayAssumed,
    /// Several dates; the one that fits best was taken.
    SeveralDates,
    /// The amendment's end is its main contract's.
    FollowsParent,
}

impl Doubt {
    /// Every doubt.
    pub const ALL: &'static [Self] = &[
        Self::NotUnderstood,
        Self::SeeContract,
        Self::UnitAssumed,
        Self::BasisMissing,
        Self::NumbersDisagree,
        Self::SeveralPeriods,
        Self::Unusual,
        Self::WorkingDays,
        Self::PutTogether,
        Self::SpellingGuessed,
        Self::RenewalLengthAssumed,
        Self::RenewalLimitUnclear,
        Self::RenewalUnclear,
        Self::RenewalInNotice,
        Self::Contradicts,
        Self::FirstPeriodUnclear,
        Self::DoesNotFitDates,
        Self::UsedOptionsUnknown,
        Self::YearGiven,
        Self::DayAssumed,
        Self::SeveralDates,
        Self::FollowsParent,
    ];

    /// The code under which it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotUnderstood => "not_understood",
            Self::SeeContract => "see_contract",
            Self::UnitAssumed => "unit_assumed",
            Self::BasisMissing => "basis_missing",
            Self::NumbersDisagree => "numbers_disagree",
            Self::SeveralPeriods => "several_periods",
            Self::Unusual => "unusual",
            Self::WorkingDays => "working_days",
            Self::PutTogether => "put_together",
            Self::SpellingGuessed => "spelling_guessed",
            Self::RenewalLengthAssumed => "renewal_length_assumed",
            Self::RenewalLimitUnclear => "renewal_limit_unclear",
            Self::RenewalUnclear => "renewal_unclear",
            Self::RenewalInNotice => "renewal_in_notice",
            Self::Contradicts => "contradicts",
            Self::FirstPeriodUnclear => "first_period_unclear",
            Self::DoesNotFitDates => "does_not_fit_dates",
            Self::UsedOptionsUnknown => "used_options_unknown",
            Self::YearGiven => "year_given",
            Self::DayAssumed => "day_assumed",
            Self::SeveralDates => "several_dates",
            Self::FollowsParent => "follows_parent",
        }
    }

    /// The doubt with a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|doubt| doubt.code() == code)
    }

    /// What to check, in a sentence to the reader.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::NotUnderstood => "Texten kunde inte tolkas. Ange villkoret för hand.",
            Self::SeeContract => "Texten hänvisar till avtalet. Läs avtalet och ange villkoret.",
            Self::UnitAssumed => "Enhet saknas. Kontrollera om det är månader, veckor eller dagar.",
            Self::BasisMissing => {
                "Det framgår inte från när tiden räknas. Den räknas före avtalstidens slut tills du har kontrollerat."
            }
            Self::NumbersDisagree => "Talen i texten säger emot varandra. Den längsta tiden används.",
            Self::SeveralPeriods => "Texten nämner flera tider. Den längsta används.",
            Self::Unusual => "Tiden är ovanligt lång eller kort. Kontrollera att den stämmer.",
            Self::WorkingDays => "Arbetsdagar har räknats om till kalenderdagar. Kontrollera dagen.",
            Self::PutTogether => "Dagen är uträknad av två uppgifter i texten. Kontrollera dagen.",
            Self::SpellingGuessed => "Ett ord är felstavat och har gissats. Kontrollera tolkningen.",
            Self::RenewalLengthAssumed => {
                "Det framgår inte hur länge avtalet förlängs åt gången. Tolv månader antas."
            }
            Self::RenewalLimitUnclear => "Antalet förlängningar är begränsat. Ange sista möjliga dag.",
            Self::RenewalInNotice => {
                "Att avtalet förlängs av sig självt står bara i uppsägningsvillkoret. Kontrollera att det stämmer, och hur länge."
            }
            Self::RenewalUnclear => {
                "Uppsägningstid anges, men inte om avtalet förlängs av sig självt. Ange vad som händer vid slutet."
            }
            Self::Contradicts => "Uppgifterna säger emot varandra. Kontrollera vad som gäller.",
            Self::FirstPeriodUnclear => {
                "Det framgår inte om första talet är avtalstiden eller en option. Kontrollera tiderna."
            }
            Self::DoesNotFitDates => "Optionerna stämmer inte med start- och slutdatum. Kontrollera tiderna.",
            Self::UsedOptionsUnknown => "Det framgår inte hur många optioner som är utnyttjade.",
            Self::YearGiven => "Texten nämner ett visst år. Dagen antas gälla varje år.",
            Self::DayAssumed => "Bara månad eller år anges. Sista dagen antas.",
            Self::SeveralDates => "Texten nämner flera datum. Kontrollera vilket som gäller.",
            Self::FollowsParent => "Slutet följer huvudavtalet. Koppla tillägget till huvudavtalet.",
        }
    }
}

/// A value read from a text, with what is unsure about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// What the text most likely means.
    pub value: T,
    /// What a person should check; empty when the reading is sure.
    pub doubts: Vec<Doubt>,
}

impl<T> Reading<T> {
    /// A reading that needs no check.
    #[must_use]
    pub fn sure(value: T) -> Self {
        Self { value, doubts: Vec::new() }
    }

    /// A reading that a person should check.
    #[must_use]
    pub fn doubtful(value: T, doubt: Doubt) -> Self {
        Self { value, doubts: vec![doubt] }
    }

    /// Whether nothing needs to be checked.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.doubts.is_empty()
    }

    /// Adds a doubt when it holds and is not there already.
    #[must_use]
    pub(super) fn doubt_if(mut self, doubt: Doubt, holds: bool) -> Self {
        if holds && !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
        self
    }
}
