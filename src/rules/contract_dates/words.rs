//! What happens if nobody acts, in plain Swedish.

use chrono::NaiveDate;

use super::evaluate::Course;
use super::model::{ContractTerms, NextAction, Notice, RenewalKind, Status, StepState};

/// One or two sentences addressed to the reader. Dates are ISO dates.
pub(super) fn if_nobody_acts(terms: &ContractTerms, course: &Course, today: NaiveDate) -> String {
    match course.status {
        Status::Ended => match course.effective_end {
            Some(end) => format!("Avtalet upphörde {end}."),
            None => "Avtalet har upphört.".to_owned(),
        },
        Status::FollowsParent => "Avtalet följer huvudavtalets tider.".to_owned(),
        Status::UnknownEnd => {
            "Slutdatum saknas. Ange när avtalet upphör för att se vad som händer.".to_owned()
        }
        Status::Terminated => terminated(course),
        Status::OpenEnded => open_ended(course, today),
        Status::Active | Status::Upcoming | Status::Locked => match terms.renewal {
            RenewalKind::Auto => auto(terms, course),
            RenewalKind::OptionUnilateral | RenewalKind::OptionMutual => option(terms, course),
            RenewalKind::UntilFurtherNotice => open_ended(course, today),
            RenewalKind::None => match course.effective_end {
                Some(end) => format!("Avtalet upphör {end}. Det förlängs inte av sig självt."),
                None => String::new(),
            },
        },
    }
}

fn terminated(course: &Course) -> String {
    let Some(end) = course.effective_end else {
        return "Avtalet är uppsagt. Ange uppsägningstiden för att se när det upphör.".to_owned();
    };
    match (course.late_notice, course.deadline) {
        (Some(received), Some(deadline)) => format!(
            "Uppsägningen kom in {received}, efter sista dagen {}. Avtalet upphör därför först {end}, om inte \
             motparten godtar den sena uppsägningen.",
            deadline.date
        ),
        _ => format!("Avtalet är uppsagt och upphör {end}."),
    }
}

fn open_ended(course: &Course, today: NaiveDate) -> String {
    match course.earliest_end_if_notice_today {
        Some(end) if end <= today => {
            "Avtalet löper tills vidare. Det kan sägas upp med omedelbar verkan.".to_owned()
        }
        Some(end) => format!("Avtalet löper tills vidare. Sägs det upp i dag upphör det tidigast {end}."),
        None => "Avtalet löper tills vidare. Ange uppsägningstiden för att se när det tidigast kan upphöra."
            .to_owned(),
    }
}

fn auto(terms: &ContractTerms, course: &Course) -> String {
    let Some(end) = course.effective_end else { return String::new() };
    let Some((months, to)) = course.renewed_to else {
        return format!("Avtalet upphör {end}. Det kan inte förlängas längre.");
    };
    let length = months_in_words(months);
    match (course.terminate_by, course.locked_in) {
        (Some(deadline), false) => {
            format!("Avtalet förlängs {length} till {to} om ingen säger upp det senast {deadline}.")
        }
        (Some(deadline), true) => format!(
            "Sista dagen att säga upp har passerat. Avtalet gäller till {end} och förlängs därefter {length} till {to} \
             om ingen säger upp det senast {deadline}."
        ),
        (None, _) if terms.notice == Notice::None => {
            format!("Avtalet förlängs {length} till {to} om ingen säger upp det före {end}.")
        }
        (None, _) => format!(
            "Avtalet förlängs {length} till {to} om ingen säger upp det i tid. Ange uppsägningstiden för att se sista \
             dagen."
        ),
    }
}

fn option(terms: &ContractTerms, course: &Course) -> String {
    let Some(end) = course.effective_end else { return String::new() };
    let next = course.steps.iter().find(|step| step.state != StepState::Exercised);
    let agreement =
        if terms.renewal == RenewalKind::OptionMutual { " och båda parter är överens" } else { "" };
    match (course.option_action, next) {
        (Some((NextAction::ConfirmOption, _)), Some(step)) => format!(
            "Förlängningen till {} är meddelad men inte bekräftad. Utan den upphör avtalet {end}.",
            step.new_end
        ),
        (Some((_, deadline)), Some(step)) => format!(
            "Avtalet upphör {end} om optionen på {} inte tas ut senast {deadline}. Tas den ut{agreement} gäller avtalet \
             till {}.",
            months_in_words(step.months),
            step.new_end
        ),
        (None, Some(step)) if step.state == StepState::Declined => {
            format!("Avtalet upphör {end}. Optionen tas inte ut.")
        }
        (None, Some(step)) => {
            format!("Avtalet upphör {end}. Sista dagen att ta ut optionen ({}) har passerat.", step.deadline)
        }
        (_, None) => format!("Avtalet upphör {end}. Det finns inga fler optioner."),
    }
}

fn months_in_words(months: u32) -> String {
    if months == 1 { "1 månad".to_owned() } else { format!("{months} månader") }
}
