//! What comes out: the codes of `docs/rules.md` 2.3–2.6, with the words of the screen.

use crate::rules::codes::codes;

codes! {
    /// How sure it is that an item's holder has left (`docs/rules.md` 2.5).
    Class as swedish {
        /// One certain or strong identity and a leaver, nothing against it.
        A = "A", "Säker";
        /// A full name that is unique, or whose only bearer at the unit is meant once all others have left; and a leaver.
        B = "B", "Sannolik";
        /// A weak name, or a person gone from the register without being listed.
        C = "C", "Möjlig";
        /// The holder's end date is to come, or an hourly paid person's grace has not passed.
        P = "P", "Planerad";
        /// Something contradicts it: not in the worklist.
        X = "X", "Motsagd";
        /// Not a person's item.
        N = "N", "Ej person";
        /// The holder is found and has not left. No proposal.
        None = "-", "Inget förslag";
        /// No holder is found in any list: the unit must be asked.
        Unknown = "U", "Innehavaren hittas inte";
    }
}

codes! {
    /// What ties an item to a person (`docs/rules.md` 2.3).
    EvidenceCode as swedish {
        /// Same personal number.
        E1 = "E1", "Samma personnummer";
        /// Same employee number and company.
        E2 = "E2", "Samma anställningsnummer";
        /// Same account, not given to somebody else since.
        E3 = "E3", "Samma konto";
        /// The number is the work number on the person's record.
        E4 = "E4", "Numret står som personens arbetsnummer";
        /// The SIM card or the device is assigned to the person.
        E5 = "E5", "SIM-kortet eller enheten är utlämnad till personen";
        /// A human said so before.
        E6 = "E6", "Tidigare beslut";
        /// Same full name in the same unit, unique there.
        E7 = "E7", "Samma namn och kostnadsställe";
        /// Same full name, unique in the municipality.
        E8 = "E8", "Samma namn, ensam om det i kommunen";
        /// Same full name, several bear it.
        E9 = "E9", "Samma namn, men flera heter så";
        /// Part of the name, an earlier name or another spelling.
        E10 = "E10", "Liknande namn";
        /// Stored: not the same person.
        N1 = "N1", "Tidigare beslut: inte samma person";
    }
}

impl EvidenceCode {
    /// Certain or strong: enough for class A (E1–E6).
    #[must_use]
    pub fn is_strong(self) -> bool {
        self <= Self::E6
    }
}

codes! {
    /// What says that a person has left, or has not (`docs/rules.md` 2.4).
    LCode as swedish {
        /// On the list, the end date has come, no other active employment.
        L1 = "L1", "Avslutad, ingen annan anställning";
        /// Another active employment.
        L2 = "L2", "Har en annan anställning i kommunen";
        /// The end date is to come.
        L3 = "L3", "Slutar senare";
        /// Gone from the newest snapshot, on no list.
        L4 = "L4", "Saknas i senaste personalunderlaget men står inte på någon lista";
        /// Employed again within the limit.
        L5 = "L5", "Återanställd";
        /// On leave, or the employment goes on.
        L6 = "L6", "Ledig eller förlängd";
        /// Hourly paid.
        L7 = "L7", "Timavlönad";
        /// An assignment that has ended.
        L8 = "L8", "Avslutat uppdrag";
        /// Deceased. The texts around it are neutral on purpose.
        L9 = "L9", "Avslutad, ingen annan anställning";
        /// The row is withdrawn.
        L10 = "L10", "Raden är återtagen";
    }
}

codes! {
    /// What a row of a leaver list turns out to mean.
    Verdict as swedish {
        /// Has left.
        Leaver = "leaver", "Har slutat";
        /// Deceased.
        Deceased = "deceased", "Anställningen har upphört";
        /// Leaves later.
        Planned = "planned", "Slutar senare";
        /// Hourly paid, within the days of grace.
        HourlyGrace = "hourly_grace", "Timavlönad, kan få fler pass";
        /// Has moved within the municipality.
        Mover = "mover", "Har bytt enhet";
        /// Has another employment that goes on.
        Multiple = "multiple", "Har flera anställningar";
        /// Has been employed again.
        Rehire = "rehire", "Återanställd";
        /// On leave.
        Leave = "leave", "Ledig";
        /// The employment goes on after the listed date.
        Extended = "extended", "Anställningen fortsätter";
        /// The row itself withdraws an earlier one.
        Correction = "correction", "Rättelse";
        /// A later row withdrew this one.
        Withdrawn = "withdrawn", "Återtagen";
        /// The list hides who it is: handled by HR outside the lists.
        Protected = "protected", "Skyddad uppgift";
    }
}

impl Verdict {
    /// Whether the person is gone.
    #[must_use]
    pub fn is_leaver(self) -> bool {
        matches!(self, Self::Leaver | Self::Deceased)
    }
}

codes! {
    /// Why a class is no better (`docs/rules.md` 2.6).
    CapReason as swedish {
        /// 2.6.1: somebody who has not left bears the same name.
        SameNameActive = "same_name_active", "Någon med samma namn arbetar kvar";
        /// 2.6.1: only a list knows the person, by what tells nobody apart, and somebody here bears the name. Says the same
        /// where that somebody is protected (9.6).
        KnownFromList = "known_from_list", "Bara en lista känner till personen, som kan vara någon som arbetar kvar";
        /// 2.6.4: no full list of the municipality's employments.
        NoSnapshot = "no_snapshot", "Kan ha bytt förvaltning: fullständigt personalunderlag saknas";
        /// 2.6.8: the list of employments is too old.
        OldSnapshot = "old_snapshot", "Personalunderlaget är gammalt";
        /// The holder's name is another than the person's.
        OtherName = "other_name", "Namnet på raden är ett annat än personens";
        /// Several persons are pointed out.
        SeveralPersons = "several_persons", "Uppgifterna pekar på olika personer";
        /// Only missing from the snapshot, not listed (L4).
        NotListed = "not_listed", "Personen står inte på någon lista";
        /// Only part of the name, an earlier name or another spelling (E10).
        WeakName = "weak_name", "Bara en del av namnet stämmer";
        /// N1: whom the item pointed at is not the holder; who is left is no surer for that.
        OtherRejected = "other_rejected", "Den som uppgifterna pekar på är inte innehavaren";
    }
}

codes! {
    /// What contradicts a match (`docs/rules.md` 2.5 X).
    Contradiction as swedish {
        /// L2.
        OtherEmployment = "other_employment", "Har en annan anställning i kommunen";
        /// L5.
        Rehired = "rehired", "Är återanställd";
        /// L6.
        OnLeave = "on_leave", "Är ledig eller har fått förlängt";
        /// L10.
        Withdrawn = "withdrawn", "HR har tagit tillbaka uppgiften";
        /// N1.
        NotSamePerson = "not_same_person", "Tidigare beslut säger att det är en annan person";
        /// Used by a named other after the end date.
        UsedByOther = "used_by_other", "Används av någon annan efter slutdatum";
        /// Another name on the item after the end date.
        HolderChanged = "holder_changed", "Har fått en ny innehavare";
    }
}

codes! {
    /// What the one who decides should know.
    Note as swedish {
        /// The reference looks like an employee number that nobody has.
        UnknownNumber = "unknown_number", "Anställningsnumret i referensen finns inte i underlaget";
        /// Used after the end date, not told by whom.
        UsedAfterEnd = "used_after_end", "Används efter slutdatum";
        /// The account has been another person's before.
        AccountReissued = "account_reissued", "Kontot har tillhört någon annan tidigare";
        /// The person's record of the number is old, so it is not counted.
        OldMobileRecord = "old_mobile_record", "Uppgiften om arbetsnummer är gammal";
        /// The person's name is partly another than the item's.
        NameDiffers = "name_differs", "Namnet skiljer sig från personens";
        /// The contact person of an item that is not a person's has left.
        OwnerLeft = "owner_left", "Kontaktpersonen har slutat";
        /// Follows the decision on its main subscription.
        FollowsMain = "follows_main", "Följer huvudabonnemanget";
        /// Kept by decision until its review date.
        Kept = "kept", "Beslutat att behållas";
    }
}

codes! {
    /// Why an item is taken for no person's (`docs/rules.md` 2.7).
    NonPersonMark as swedish {
        /// The kind of subscription is for machines.
        MachineType = "machine_type", "Abonnemanget är för maskiner";
        /// The kind of subscription has no voice, and no person is named.
        DataType = "data_type", "Abonnemanget är för data och ingen person anges";
        /// A word for a thing, a duty or a place.
        Word = "word", "Namnet är en sak, en funktion eller en plats";
        /// The name of a unit.
        UnitName = "unit_name", "Namnet är en enhet";
        /// A title.
        Title = "title", "Namnet är en befattning";
        /// A number and no name.
        Numbered = "numbered", "Namnet är ett nummer eller en numrerad sak";
        /// One word or nothing.
        NoName = "no_name", "Ingen person anges";
        /// A guest's, a contractor's or a tenant's.
        OtherHolder = "other_holder", "Innehavaren är inte anställd";
        /// An account for a function.
        SharedAccount = "shared_account", "Kontot är gemensamt";
        /// Decided before.
        Decided = "decided", "Tidigare beslut";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_its_own_and_finds_its_way_back() {
        for c in Class::ALL {
            assert_eq!(Class::from_code(c.code()), Some(*c));
        }
        for v in Verdict::ALL {
            assert_eq!(Verdict::from_code(v.code()), Some(*v));
        }
        assert_eq!(LCode::from_code("L11"), None);
    }

    #[test]
    fn only_certain_and_strong_evidence_is_strong() {
        let strong: Vec<_> = EvidenceCode::ALL.iter().filter(|e| e.is_strong()).map(|e| e.code()).collect();
        assert_eq!(strong, ["E1", "E2", "E3", "E4", "E5", "E6"]);
    }
}
