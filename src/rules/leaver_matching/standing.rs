//! Where a person stands on the day, from all that is known about the person's employments.

use chrono::NaiveDate;

use super::{
    codes::{LCode, Verdict},
    model::{Input, RowIx},
    reasons::EventKind,
    spells::{Spell, State},
    verdicts::{RowVerdict, grace, ground},
};

/// Where a person stands on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Works here and is on no list.
    Active,
    /// Is on a list but has not left.
    NotLeaver(LCode),
    /// Has left.
    Leaver {
        /// The ground: L1, L7, L8 or L9.
        code: LCode,
        /// The last day.
        end: NaiveDate,
    },
    /// Leaves later.
    Planned {
        /// The last day.
        end: NaiveDate,
    },
    /// Hourly paid, may get more shifts.
    Grace {
        /// The last day.
        end: NaiveDate,
        /// The last day of grace.
        until: NaiveDate,
    },
    /// Gone from the newest snapshot, on no list (L4).
    Suspected,
}

impl Standing {
    /// Whether the person still works here, as far as is known.
    #[must_use]
    pub fn is_here(self) -> bool {
        matches!(self, Self::Active | Self::NotLeaver(_))
    }

    /// Whether the person works here on the day: whoever leaves later does too.
    #[must_use]
    pub fn works_today(self) -> bool {
        self.is_here() || matches!(self, Self::Planned { .. })
    }

    /// The code of the ground. `None` for a person who works here and is on no list.
    #[must_use]
    pub fn l_code(self) -> Option<LCode> {
        match self {
            Self::Active => None,
            Self::NotLeaver(code) | Self::Leaver { code, .. } => Some(code),
            Self::Planned { .. } => Some(LCode::L3),
            Self::Grace { .. } => Some(LCode::L7),
            Self::Suspected => Some(LCode::L4),
        }
    }

    /// The last day, where the person leaves or has left.
    #[must_use]
    pub fn end(self) -> Option<NaiveDate> {
        match self {
            Self::Leaver { end, .. } | Self::Planned { end } | Self::Grace { end, .. } => Some(end),
            _ => None,
        }
    }

    /// The first day on which something may be done.
    #[must_use]
    pub fn not_before(self) -> Option<NaiveDate> {
        match self {
            Self::Grace { until, .. } => until.succ_opt(),
            other => other.end(),
        }
    }
}

pub(super) fn standing_of(
    input: &Input<'_>,
    spells: &[Spell<'_>],
    verdicts: &[(RowIx, RowVerdict)],
) -> Standing {
    let here = spells.iter().any(|s| matches!(s.state, State::Active | State::GoesOn | State::OnLeave));
    // The ground that speaks against having left, the strongest one: a going employment before a withdrawn row.
    let against = verdicts.iter().map(|(_, v)| v).filter_map(|v| match v.verdict {
        Verdict::Mover
        | Verdict::Multiple
        | Verdict::Rehire
        | Verdict::Leave
        | Verdict::Extended
        | Verdict::Correction
        | Verdict::Withdrawn => Some(v.l_code),
        _ => None,
    });
    let against = against.min();
    let ended: Vec<(&Spell<'_>, NaiveDate, EventKind)> = spells
        .iter()
        .filter_map(|s| match s.state {
            State::Ended { end, event } => Some((s, end, event)),
            _ => None,
        })
        .collect();
    let last = ended.iter().max_by_key(|(s, end, _)| (*end, !s.hourly));
    let coming = spells.iter().filter(|s| s.state == State::Coming);
    let returns = coming.clone().any(|s| {
        last.is_none_or(|(_, end, _)| {
            s.start.is_none_or(|start| (start - *end).num_days() <= input.settings.rehire_days)
        })
    });
    if here || returns {
        return match (against, last) {
            (Some(code), _) => Standing::NotLeaver(code),
            (None, Some((spell, ..))) if !spell.rows.is_empty() => {
                Standing::NotLeaver(if here { LCode::L2 } else { LCode::L5 })
            }
            _ => Standing::Active,
        };
    }
    if let Some((spell, end, event)) = last {
        let says_new = |ix: &RowIx| input.rows.get(*ix).is_some_and(|r| r.new_employment);
        let moved = *event == EventKind::Moves || spell.rows.iter().any(says_new);
        let shown_after = input.snapshot.is_some_and(|s| s.taken_on > *end);
        return match () {
            // The list says that the person stays. A snapshot from after the move that does not show where is a
            // question for HR; before that, the list is believed.
            () if moved && shown_after => Standing::Suspected,
            () if moved => Standing::NotLeaver(LCode::L2),
            () if *end > input.today => Standing::Planned { end: *end },
            () if *event == EventKind::Deceased => Standing::Leaver { code: LCode::L9, end: *end },
            () => match grace(input, spells, *end) {
                Some(until) if spell.hourly => Standing::Grace { end: *end, until },
                _ => Standing::Leaver { code: ground(Some(spell)), end: *end },
            },
        };
    }
    if spells.iter().any(|s| s.state == State::Withdrawn) {
        return Standing::NotLeaver(LCode::L10);
    }
    if spells.iter().any(|s| s.state == State::Missing) { Standing::Suspected } else { Standing::Active }
}
