//! What each row of a leaver list means (`docs/rules.md` 2.4 L1–L10, 2.6 rule 4). An employment that goes on goes before
//! one that has ended: a contradiction always wins.

use chrono::{Days, NaiveDate};

use super::{
    codes::{LCode, Verdict},
    model::{EmploymentKind, Input, LeaverRow, Person, RowIx},
    reasons::EventKind,
    spells::{Spell, State, same_unit, spells_of, state_of, withdrawn_by},
    standing::{Standing, standing_of},
};

/// What a row turns out to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowVerdict {
    /// The meaning.
    pub verdict: Verdict,
    /// Its ground.
    pub l_code: LCode,
    /// The last day that counts, after later rows and the snapshot.
    pub end: Option<NaiveDate>,
    /// Nothing is to be done before this day: the day after the end, or after the grace of an hourly paid person.
    pub not_before: Option<NaiveDate>,
    /// Protected person: shown by nobody's name.
    pub is_protected: bool,
    /// The row tells neither personal number nor account, and somebody of the same name works here: it may be that
    /// person's second employment. To be asked, not believed.
    pub is_doubtful: bool,
    /// For a correction: the rows it withdraws. Open matches on them are to be reopened or cancelled.
    pub withdraws: Vec<RowIx>,
}

/// Judges one person and all rows about the person. Returns the verdict of each row, in the order of `rows`.
pub(super) fn judge(
    input: &Input<'_>,
    person: &Person,
    rows: &[RowIx],
) -> (Standing, Vec<(RowIx, RowVerdict)>) {
    let withdrawn = withdrawn_by(input, rows);
    let mut spells = spells_of(input, person, rows);
    for spell in &mut spells {
        spell.state = state_of(input, spell, &withdrawn);
    }
    let verdicts: Vec<(RowIx, RowVerdict)> = rows
        .iter()
        .filter_map(|ix| {
            let row = input.rows.get(*ix)?;
            let mut verdict = row_verdict(input, *ix, row, &spells, &withdrawn);
            verdict.is_protected = person.is_protected || row.is_protected;
            Some((*ix, verdict))
        })
        .collect();
    (standing_of(input, &spells, &verdicts), verdicts)
}

/// A row whose person could not be told: it stands for itself.
pub(super) fn judge_alone(input: &Input<'_>, ix: RowIx) -> Option<RowVerdict> {
    let row = input.rows.get(ix)?;
    if row.is_protected {
        let end = row.end;
        return Some(RowVerdict {
            verdict: Verdict::Protected,
            l_code: LCode::L1,
            end,
            not_before: end,
            is_protected: true,
            is_doubtful: false,
            withdraws: Vec::new(),
        });
    }
    judge(input, &Person::default(), &[ix]).1.pop().map(|(_, verdict)| verdict)
}

fn row_verdict(
    input: &Input<'_>,
    ix: RowIx,
    row: &LeaverRow,
    spells: &[Spell<'_>],
    withdrawn: &[(RowIx, RowIx)],
) -> RowVerdict {
    let own = spells.iter().position(|s| s.rows.contains(&ix));
    let state = own.and_then(|at| spells.get(at)).map_or(State::Withdrawn, |s| s.state);
    let end = match state {
        State::Ended { end, .. } => Some(end),
        _ => row.end,
    };
    let verdict = |verdict, l_code| RowVerdict {
        verdict,
        l_code,
        end,
        not_before: end,
        is_protected: false,
        is_doubtful: false,
        withdraws: Vec::new(),
    };
    if row.event == EventKind::Correction {
        let taken_back = withdrawn.iter().filter(|(c, _)| *c == ix).map(|(_, r)| *r).collect();
        return RowVerdict { withdraws: taken_back, ..verdict(Verdict::Correction, LCode::L10) };
    }
    if withdrawn.iter().any(|(_, r)| *r == ix) {
        return verdict(Verdict::Withdrawn, LCode::L10);
    }
    match (row.event, state) {
        (EventKind::Prolonged, _) => return verdict(Verdict::Extended, LCode::L6),
        (EventKind::Leave, _) | (_, State::OnLeave) => return verdict(Verdict::Leave, LCode::L6),
        (event, State::GoesOn) => {
            let employment = own.and_then(|at| spells.get(at)).and_then(|s| s.employment);
            let moved = employment.is_some_and(|e| {
                !row.unit.is_empty() && !e.unit.is_empty() && !same_unit(input, &row.unit, &e.unit)
            });
            return if event == EventKind::Moves || moved {
                verdict(Verdict::Mover, LCode::L2)
            } else {
                verdict(Verdict::Extended, LCode::L6)
            };
        }
        _ => {}
    }
    let last = end.unwrap_or(row.list_month);
    if let Some((kind, code)) = other_employment(input, row, last, own, spells) {
        return verdict(kind, code);
    }
    if row.new_employment || row.event == EventKind::Moves {
        return verdict(Verdict::Mover, LCode::L2);
    }
    if last > input.today {
        return verdict(Verdict::Planned, LCode::L3);
    }
    if row.event == EventKind::Deceased {
        return verdict(Verdict::Deceased, LCode::L9);
    }
    let spell = own.and_then(|at| spells.get(at));
    match grace(input, spells, last) {
        Some(until) if spell.is_some_and(|s| s.hourly) => {
            RowVerdict { not_before: until.succ_opt(), ..verdict(Verdict::HourlyGrace, LCode::L7) }
        }
        _ => verdict(Verdict::Leaver, ground(spell)),
    }
}

/// L7 for hourly paid, L8 for assignments, else L1.
pub(super) fn ground(spell: Option<&Spell<'_>>) -> LCode {
    match spell {
        Some(s) if s.employment.is_some_and(|e| e.kind == EmploymentKind::Assignment) => LCode::L8,
        Some(s) if s.hourly => LCode::L7,
        _ => LCode::L1,
    }
}

/// L2 and L5: another employment that goes on, or one that begins soon enough.
fn other_employment(
    input: &Input<'_>,
    row: &LeaverRow,
    end: NaiveDate,
    own: Option<usize>,
    spells: &[Spell<'_>],
) -> Option<(Verdict, LCode)> {
    // Days from the end to the start of each other employment; one without a start has always been there.
    let others: Vec<i64> = spells
        .iter()
        .enumerate()
        .filter(|(at, s)| {
            Some(*at) != own
                && matches!(s.state, State::Active | State::GoesOn | State::OnLeave | State::Coming)
        })
        .filter_map(|(_, s)| {
            let days = s.start.map_or(i64::MIN, |start| (start - end).num_days());
            let soon = s.state != State::Coming || days <= input.settings.rehire_days;
            soon.then_some(days)
        })
        .collect();
    let kind = |days: i64| match days {
        d if d < -31 => (Verdict::Multiple, LCode::L2),
        d if d <= 7 => (Verdict::Mover, LCode::L2),
        d if d <= input.settings.rehire_days => (Verdict::Rehire, LCode::L5),
        _ => (Verdict::Rehire, LCode::L2),
    };
    let nearest = others.iter().copied().min_by_key(|d| (kind(*d).0, d.checked_abs().unwrap_or(i64::MAX)))?;
    Some(if row.event == EventKind::Moves { (Verdict::Mover, LCode::L2) } else { kind(nearest) })
}

/// The last day of grace when the person's last employment was paid by the hour and the grace has not passed.
pub(super) fn grace(input: &Input<'_>, spells: &[Spell<'_>], end: NaiveDate) -> Option<NaiveDate> {
    let last = |hourly: bool| {
        spells
            .iter()
            .filter(|s| s.hourly == hourly)
            .filter_map(|s| match s.state {
                State::Ended { end, .. } => Some(end),
                _ => None,
            })
            .max()
    };
    let hourly = last(true)?;
    // Who ended a monthly paid employment the same day or later has left with it.
    if last(false).is_some_and(|monthly| monthly >= hourly) || end > hourly {
        return None;
    }
    let until = hourly.checked_add_days(Days::new(input.settings.grace_days))?;
    (input.today <= until).then_some(until)
}
