//! The list, and one contract: overview, all fields, history.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{self, Frame, Part};
use crate::areas::audit::{self, History, Viewer};
use crate::areas::contracts::dates;
use crate::areas::contracts::forms::{NoticeForm, OptionForm, SETTABLE};
use crate::areas::contracts::list::{LIST, STATUSES};
use crate::areas::contracts::model::{NoticeRow, OptionRow, Review};
use crate::areas::contracts::picture::{self, Picture};
use crate::areas::contracts::queries::{self, ContractLink, Holder, Named};
use crate::areas::{settings, watch};
use crate::auth::permissions::Permission;
use crate::error::AppResult;
use crate::rules::contract_dates::{
    ContractKind, Flag, OptionStepDates, SilentRenewal, Status, silent_renewals, timeline::timeline,
};
use crate::web::ctx::Ctx;
use crate::web::extract::{Id, Query};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::list::List;
use crate::web::page::Page;
use crate::web::page_parts::Choice;

/// The list.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    dates::refresh(&mut tx, ctx.today()).await?;
    tx.commit().await?;
    let mut list = List::of(&LIST);
    if ctx.can(Permission::ContractWrite) {
        list = list.action("Nytt avtal", "plus", "contracts/new");
    }
    list.respond(&ctx, query.as_deref()).await
}

/// An option step with its dates.
struct Step {
    row: OptionRow,
    dates: OptionStepDates,
    /// The form of it, if it is the one that can be acted on next.
    is_next: bool,
}

/// What was typed in the forms of the overview, with its faults.
#[derive(Default)]
pub struct Typed {
    /// A notice.
    pub notice: NoticeForm,
    /// A step of an option: its id and what was typed.
    pub option: Option<(Uuid, OptionForm)>,
    /// A name of a system.
    pub system: String,
    /// A person.
    pub person: String,
    /// The faults.
    pub faults: Faults,
}

impl Typed {
    fn option_form(&self, step: &Uuid) -> OptionForm {
        self.option.as_ref().filter(|(id, _)| id == step).map(|(_, form)| form.clone()).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "contracts/show.html")]
struct ShowPage {
    page: Page,
    frame: Frame,
    picture: Option<Picture>,
    reviews: Vec<Review>,
    steps: Vec<Step>,
    notices: Vec<NoticeRow>,
    renewals: Vec<SilentRenewal>,
    parent: Option<ContractLink>,
    children: Vec<ContractLink>,
    systems: Vec<Named>,
    system_names: Vec<String>,
    holders: Vec<Holder>,
    /// Where everything that those who leave answer for is handed over.
    handovers: Vec<String>,
    role_name: String,
    may_see_protected: bool,
    unit_name: Option<String>,
    tasks: Vec<watch::Flag>,
    typed: Typed,
    step_states: Vec<Choice>,
}

impl ShowPage {
    /// How the sentence about what happens is set off.
    fn tone(&self) -> &'static str {
        let found = &self.frame.of.evaluation;
        match found.status {
            Status::Ended | Status::FollowsParent | Status::Upcoming => "info",
            Status::UnknownEnd | Status::Locked => "warning",
            _ if found.days_to_action.is_some_and(|days| days <= 90) => "warning",
            _ => "info",
        }
    }

    fn status_color(&self) -> &'static str {
        let code = self.frame.of.evaluation.status.code();
        STATUSES.iter().find(|status| status.code == code).map_or("neutral", |status| status.color)
    }

    fn status_label(&self) -> &'static str {
        let code = self.frame.of.evaluation.status.code();
        STATUSES.iter().find(|status| status.code == code).map_or("", |status| status.label)
    }

    /// Flags other than that a day approaches, which the sentence already says, with what they mean.
    fn flags(&self) -> Vec<(&'static str, &'static str)> {
        self.frame
            .of
            .evaluation
            .flags
            .iter()
            .filter(|flag| !matches!(flag, Flag::ActionDue(_)))
            .map(|flag| (flag.label(), watch::finding::rule_meaning(flag.code())))
            .collect()
    }

    fn is_framework(&self) -> bool {
        self.frame.of.contract.kind() == Some(ContractKind::Framework)
    }

    /// Whether a notice sent today may come too late.
    fn sending_day_passed(&self) -> bool {
        self.frame.of.evaluation.act_by.is_some_and(|day| day < self.page.today)
    }

    /// The last possible day, when the contract can be longer than it looks now.
    fn later_end(&self) -> Option<chrono::NaiveDate> {
        let found = &self.frame.of.evaluation;
        // What has been terminated goes no further.
        let goes_on = !matches!(found.status, Status::Terminated | Status::Ended);
        found.max_end.filter(|max| goes_on && Some(*max) != found.effective_end)
    }

    fn under_title(&self) -> &'static str {
        if self.is_framework() { "Avrop" } else { "Avtal under det här" }
    }

    fn raw_text(&self, review: &Review) -> &str {
        let contract = &self.frame.of.contract;
        match review.field.as_str() {
            "notice" => &contract.notice_text,
            "option" => &contract.option_text,
            "option_notice" => &contract.option_notice_text,
            "renewal" => &contract.renewal_text,
            "end" => &contract.end_text,
            "parent" => &contract.parent_text,
            _ => "",
        }
    }

    fn reading(&self, review: &Review) -> String {
        let contract = &self.frame.of.contract;
        match review.field.as_str() {
            "notice" => contract.notice().to_string(),
            "option_notice" => contract.option_notice().to_string(),
            "option" => {
                let steps: Vec<String> =
                    self.steps.iter().map(|step| format!("{} månader", step.row.months)).collect();
                if steps.is_empty() { "inga optioner".to_owned() } else { steps.join(" + ") }
            }
            "renewal" => match (contract.renewal(), contract.auto_renewal_months) {
                (crate::rules::contract_dates::RenewalKind::Auto, Some(months)) => {
                    format!("förlängs tyst {months} månader i taget")
                }
                (crate::rules::contract_dates::RenewalKind::Auto, None) => {
                    "förlängs tyst 12 månader i taget".to_owned()
                }
                (kind, _) => kind.label().to_owned(),
            },
            "end" => contract.end_date.map_or_else(|| "inget slutdatum".to_owned(), |day| day.to_string()),
            _ => String::new(),
        }
    }
}

/// One contract.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    overview(&ctx, id, Typed::default()).await
}

/// The overview with what was typed in its forms.
pub async fn overview(ctx: &Ctx, id: Uuid, typed: Typed) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    dates::refresh(&mut tx, ctx.today()).await?;
    let frame = frame::load(ctx, &mut tx, id, Part::Overview).await?;
    let (today, evaluation) = (ctx.today(), &frame.of.evaluation);
    let options = queries::list_options_of(&mut tx, id).await?;
    let first_open = evaluation
        .option_steps
        .iter()
        .position(|step| step.state != crate::rules::contract_dates::StepState::Exercised);
    let steps = options
        .into_iter()
        .zip(&evaluation.option_steps)
        .enumerate()
        .map(|(at, (row, dates))| Step { row, dates: *dates, is_next: first_open == Some(at) })
        .collect();
    let line = timeline(&frame.of.terms, evaluation, today);
    let parent = match frame.of.contract.parent_contract_id {
        Some(parent) => queries::find_link(&mut tx, parent).await?,
        None => None,
    };
    let mut children = queries::list_children(&mut tx, id).await?;
    let around: Vec<Uuid> = parent.iter().chain(&children).map(|link| link.id).collect();
    let reached =
        queries::list_reached(&mut tx, &around, &ctx.scope_for(Permission::ContractRead), today).await?;
    let parent = parent.filter(|link| reached.contains(&link.id));
    children.retain(|link| reached.contains(&link.id));
    let unit_name = match frame.of.contract.owner_unit_id {
        Some(unit) => queries::find_unit_name(&mut tx, unit).await?,
        None => None,
    };
    let names = settings::load(&mut tx).await?.names;
    let system_names = if frame.can_write {
        queries::list_system_names(&mut tx, &ctx.scope_for(Permission::SystemRead), today).await?
    } else {
        Vec::new()
    };
    let page = ctx.page(&mut tx, frame.of.contract.title.clone()).await?.crumb("Avtal", "contracts");
    let is_faulty = !typed.faults.is_empty();
    let template = ShowPage {
        page: if is_faulty { page.faulty() } else { page },
        picture: picture::draw(&line, today, &evaluation.if_nobody_acts),
        reviews: frame.of.contract.reviews(),
        steps,
        notices: queries::list_notices_of(&mut tx, id).await?,
        renewals: silent_renewals(&frame.of.terms, today),
        parent,
        children,
        systems: queries::list_systems_of(&mut tx, id).await?,
        system_names,
        holders: queries::list_holders(&mut tx, id, today).await?,
        handovers: crate::areas::people::list_leaving_holders(&mut tx, id, today)
            .await?
            .into_iter()
            .map(|person| ctx.path(format!("people/{person}/handover")))
            .collect(),
        role_name: names.object_role("avtalsansvarig").to_owned(),
        may_see_protected: ctx.can(Permission::ProtectedRead),
        unit_name,
        tasks: watch::list_on_object(&mut tx, watch::ObjectKind::Contract, id, today).await?,
        typed,
        step_states: SETTABLE
            .iter()
            .map(|state| Choice::new(state.code(), crate::web::format::capital(state.label())))
            .collect(),
        frame,
    };
    tx.commit().await?;
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

#[derive(Template)]
#[template(path = "contracts/history.html")]
struct HistoryPage {
    page: Page,
    frame: Frame,
    history: History,
    renewals: Vec<SilentRenewal>,
}

/// Where in the history the page begins.
#[derive(Debug, Default, Deserialize)]
pub struct HistoryQuery {
    #[serde(default)]
    before: String,
}

/// What has happened to a contract.
pub async fn history(ctx: Ctx, Id(id): Id, Query(query): Query<HistoryQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let frame = frame::load(&ctx, &mut tx, id, Part::History).await?;
    let history = audit::history_of(&mut tx, &Viewer::of(&ctx), &[("contract", id)], &query.before).await?;
    let page = ctx.page(&mut tx, frame.of.contract.title.clone()).await?.crumb("Avtal", "contracts");
    tx.commit().await?;
    let mut renewals = silent_renewals(&frame.of.terms, ctx.today());
    renewals.reverse();
    ctx.html(&HistoryPage { page, frame, history, renewals })
}
