//! What waits for a caller: put together from the lists of all things, each within the caller's scope, and of each only
//! what `permit` of the thing allows.

mod counts;
mod sources;
mod window;

pub use self::counts::{Counts, total};
use self::{
    counts::add,
    sources::{SOURCES, Source},
    window::after,
};
use crate::{
    domain::{
        catalog::{Catalog, IndexedPlan, RequirementInPlan},
        extension::Extension,
        feedback::FeedbackStatus,
        id::{PlanId, UnitCode},
        ledger::{BriefFilter, Horizons, ObligationFilter},
        notice::NoticeStatus,
        obligation::{Light, ObligationId},
        order::Window,
        plan::{Plan, PlanStatus},
        policy::Action,
        report::{Report, ReportStatus},
        scope::{Owners, Scope, Scoped},
        second_review::SecondReviewStatus,
        time::Day,
        todo::{Todo, TodoKind, Viewer},
    },
    error::Result,
    store::{
        self, Tx,
        extensions::ExtensionFilter,
        feedback::FeedbackFilter,
        filter::Filter,
        notices::NoticeFilter,
        obligations::{LedgerFilter, LedgerRow},
        reports::{ReportFilter, Waiting},
        second_reviews::SecondReviewFilter,
    },
};

/// As many of a kind are counted: users do not read on to the last of more, and it is asked for again and again.
pub const MOST_COUNTED: usize = 500;
/// What one unit has at hand, at most.
const OWN: i64 = 10_000;

/// What is asked.
pub struct TodoQuery<'a> {
    /// Who asks.
    pub viewer: Viewer<'a>,
    /// The lights of obligations.
    pub horizons: Horizons,
    /// Of these kinds; none: of all.
    pub kinds: Vec<TodoKind>,
    /// In one of these plans that go on; of none: in any, where none is closed. `None`: there are none.
    pub plans: Option<Vec<PlanId>>,
    /// Of one of these units; `Some` of none: nobody's.
    pub units: Option<Vec<UnitCode>>,
    /// Overdue, or not.
    pub overdue: Option<bool>,
    /// To be done on this day or earlier.
    pub until_to: Option<Day>,
}

/// Those of these plans that go on, none: of all; `None`: there are none, and nothing waits. What was closed waits for nobody.
pub fn plans_that_go_on(catalog: &Catalog, asked: Vec<PlanId>) -> Option<Vec<PlanId>> {
    let everything = Scope::system();
    let all: Vec<&Plan> = catalog.visible(&everything).map(|plan| &plan.content.plan).collect();
    let goes_on = |plan: &Plan| plan.status != PlanStatus::Closed;
    if asked.is_empty() && all.iter().all(|plan| goes_on(plan)) {
        return Some(asked);
    }
    let wanted = all
        .into_iter()
        .filter(|plan| goes_on(plan) && (asked.is_empty() || asked.contains(&plan.id)));
    Some(wanted.map(|plan| plan.id.clone()).collect()).filter(|plans: &Vec<PlanId>| !plans.is_empty())
}

/// What waits at `place`.
pub async fn waiting(tx: &mut Tx, ask: &TodoQuery<'_>, window: &Window) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    for source in SOURCES {
        all.extend(ask.from(tx, source, window).await?);
    }
    Ok(at(window, all))
}

/// What waits at `place`, and how much there is of each kind.
pub async fn waiting_and_counts(tx: &mut Tx, ask: &TodoQuery<'_>, window: &Window) -> Result<(Vec<Todo>, Counts)> {
    let most = Window {
        order: window.order.clone(),
        after: None,
        rows: i64::try_from(MOST_COUNTED + 1).unwrap_or(i64::MAX),
    };
    let (mut all, mut counts) = (Vec::new(), Counts::new());
    for source in SOURCES {
        let found = ask.from(tx, source, &most).await?;
        let cut = found.len() > MOST_COUNTED;
        add(&mut counts, found.iter().take(MOST_COUNTED), cut, ask.viewer.today);
        // Behind what was counted there is more to read, once somebody gets there.
        let again = cut && window.after.is_some();
        all.extend(if again {
            ask.from(tx, source, window).await?
        } else {
            found
        });
    }
    Ok((at(window, all), counts))
}

/// Those of them that lie at `place`.
fn at(window: &Window, todos: impl IntoIterator<Item = Todo>) -> Vec<Todo> {
    window.of(todos, Todo::key)
}

impl TodoQuery<'_> {
    fn scope<T: Scoped>(&self) -> Scope<T> {
        Scope::of(self.viewer.actor)
    }

    fn plans(&self) -> Vec<PlanId> {
        self.plans.clone().unwrap_or_default()
    }

    fn wants(&self, todo: &Todo) -> bool {
        let of_unit = |units: &Vec<UnitCode>| todo.unit.as_ref().is_some_and(|unit| units.contains(unit));
        (self.kinds.is_empty() || self.kinds.contains(&todo.kind))
            && self
                .plans
                .iter()
                .all(|plans| plans.is_empty() || plans.contains(&todo.plan))
            && self.units.as_ref().is_none_or(of_unit)
            && self
                .overdue
                .is_none_or(|overdue| todo.is_overdue(self.viewer.today) == overdue)
            && self
                .until_to
                .is_none_or(|last| todo.until.is_some_and(|until| until <= last))
    }

    /// The units on whose things the caller may do this, within those asked for; `None`: it may do this on none.
    #[expect(clippy::option_option, reason = "`Some(None)` is everybody's, as in filters")]
    fn units_of(&self, action: Action) -> Option<Option<Vec<UnitCode>>> {
        if !self.viewer.actor.may(action) {
            return None;
        }
        match Owners::within_reach(self.viewer.actor, action) {
            Owners::Nobodys => None,
            Owners::Everybodys => Some(self.units.clone()),
            Owners::Units(own) => {
                let asked = |unit: &UnitCode| self.units.as_ref().is_none_or(|units| units.contains(unit));
                Some(Some(own.into_iter().filter(asked).collect()))
            }
        }
    }

    /// What waits at `place`, of kinds that are found together.
    async fn from(&self, tx: &mut Tx, (kinds, find): &Source, window: &Window) -> Result<Vec<Todo>> {
        let dated = self.overdue == Some(true) || self.until_to.is_some();
        let asked =
            |kind: &TodoKind| (self.kinds.is_empty() || self.kinds.contains(kind)) && (kind.has_day() || !dated);
        if self.plans.is_some() && kinds.iter().any(asked) {
            find(self, tx, window).await
        } else {
            Ok(Vec::new())
        }
    }

    /// What a list has at `place`, read on until there is enough that waits.
    async fn keyed<F: Filter>(
        &self,
        tx: &mut Tx,
        filter: &F,
        (kind, until): (TodoKind, Option<&'static str>),
        window: &Window,
        waits: impl Fn(F::Row) -> Option<Todo>,
    ) -> Result<Vec<Todo>>
    where
        F::Thing: Scoped,
    {
        let Some(mut at) = after(window, kind, until, F::SORTS) else {
            return Ok(Vec::new());
        };
        let (scope, mut found) = (self.scope::<F::Thing>(), Vec::new());
        loop {
            let rows = filter.list(tx, &scope, &at).await?;
            let last = rows.last().map(|row| at.order.keys(|sort| filter.key(row, sort)));
            let more = at.is_full(&rows);
            let waiting = rows.into_iter().filter_map(&waits);
            found.extend(waiting.filter(|todo| todo.kind == kind && self.wants(todo)));
            if !more || window.is_full(&found) {
                return Ok(found);
            }
            at.after = last;
        }
    }

    async fn obligations(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(Action::WriteReports) else {
            return Ok(Vec::new());
        };
        let filter = LedgerFilter {
            filter: ObligationFilter {
                plans: self.plans(),
                units,
                lights: vec![Light::Yellow, Light::Red],
                due_to: self.until_to,
                ..ObligationFilter::default()
            },
            horizons: self.horizons.clone(),
            memory: None,
            reports: None,
        };
        let by = (TodoKind::ObligationToReport, Some("due_on"));
        let waits = |LedgerRow { obligation, .. }: LedgerRow| {
            let horizon = self.horizons.of(obligation.id.deadline.requirement.plan());
            self.viewer.obligation(&obligation, horizon)
        };
        self.keyed(tx, &filter, by, window, waits).await
    }

    /// The unfinished reports of the caller's units: few, and by their obligations' due days.
    async fn own_reports(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(Action::WriteReports) else {
            return Ok(Vec::new());
        };
        let filter = ReportFilter {
            brief: BriefFilter {
                plans: self.plans(),
                units,
                statuses: vec![
                    ReportStatus::Draft,
                    ReportStatus::AwaitingSignoff,
                    ReportStatus::Returned,
                    ReportStatus::Withdrawn,
                ],
                ..BriefFilter::default()
            },
            waiting: Some(Waiting::Unfinished),
            ..ReportFilter::default()
        };
        let reports = filter.list(tx, &self.scope(), &Window::first(&["id"], OWN)).await?;
        let on: Vec<ObligationId> = reports.iter().map(|report| report.obligation.clone()).collect();
        let due = store::obligations::due_days(tx, &on, &self.scope()).await?;
        let waits = |report: &Report| {
            let due = due.get(&report.obligation).copied().flatten();
            self.viewer.report(report, due)
        };
        Ok(self.at(reports.iter().filter_map(waits), window))
    }

    async fn reports(
        &self,
        tx: &mut Tx,
        (kind, action): (TodoKind, Action),
        filter: ReportFilter,
        window: &Window,
    ) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(action) else {
            return Ok(Vec::new());
        };
        let brief = BriefFilter {
            plans: self.plans(),
            units,
            ..filter.brief
        };
        let filter = ReportFilter { brief, ..filter };
        let waits = |report: Report| self.viewer.report(&report, None);
        self.keyed(tx, &filter, (kind, None), window, waits).await
    }

    async fn extensions(&self, tx: &mut Tx, (kind, action): (TodoKind, Action), window: &Window) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(action) else {
            return Ok(Vec::new());
        };
        let filter = ExtensionFilter {
            plans: self.plans(),
            units,
            pending: true,
            ..ExtensionFilter::default()
        };
        let waits = |extension: Extension| self.viewer.extension(&extension);
        self.keyed(tx, &filter, (kind, Some("due_on")), window, waits).await
    }

    /// What was sent to the caller's units, and has nothing done with it.
    async fn notices_sent(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(Action::AnswerNotice) else {
            return Ok(Vec::new());
        };
        let filter = NoticeFilter {
            plans: self.plans(),
            units,
            unanswered: true,
            ..NoticeFilter::default()
        };
        self.notices(tx, filter, window).await
    }

    /// What has not been sent yet.
    async fn notices_to_send(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        let actor = self.viewer.actor;
        if !actor.may(Action::ApproveNotice) && !actor.may(Action::IssueNotice) {
            return Ok(Vec::new());
        }
        let filter = NoticeFilter {
            plans: self.plans(),
            statuses: vec![NoticeStatus::Submitted, NoticeStatus::Approved],
            ..NoticeFilter::default()
        };
        self.notices(tx, filter, window).await
    }

    async fn notices(&self, tx: &mut Tx, filter: NoticeFilter, window: &Window) -> Result<Vec<Todo>> {
        let notices = filter.list(tx, &self.scope(), &Window::first(&["id"], OWN)).await?;
        Ok(self.at(notices.iter().filter_map(|notice| self.viewer.notice(notice)), window))
    }

    async fn second_reviews(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(Action::DecideSecondReview) else {
            return Ok(Vec::new());
        };
        let filter = SecondReviewFilter {
            plans: self.plans(),
            units,
            statuses: vec![SecondReviewStatus::Requested],
            ..SecondReviewFilter::default()
        };
        let by = (TodoKind::SecondReviewToDecide, Some("decide_by"));
        let waits = |(review, involved): (_, Option<_>)| self.viewer.second_review(&review, involved.as_ref());
        self.keyed(tx, &filter, by, window, waits).await
    }

    async fn feedback(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        let Some(units) = self.units_of(Action::ModerateFeedback) else {
            return Ok(Vec::new());
        };
        let filter = FeedbackFilter {
            plans: self.plans(),
            units,
            statuses: vec![FeedbackStatus::Pending],
            ..FeedbackFilter::default()
        };
        let by = (TodoKind::FeedbackToModerate, None);
        self.keyed(tx, &filter, by, window, |feedback| self.viewer.feedback(&feedback))
            .await
    }

    /// Open questions of plans: they are in memory.
    fn open_questions(&self, window: &Window) -> Vec<Todo> {
        if !self.viewer.actor.may(Action::ManagePlans) {
            return Vec::new();
        }
        let plans = self.viewer.catalog.visible(&self.scope());
        let open = |of: RequirementInPlan<'_>| {
            let deadlines = of.deadlines().filter_map(|deadline| self.viewer.deadline(deadline));
            let mut open: Vec<Todo> = deadlines.collect();
            open.extend(self.viewer.requirement(of));
            open
        };
        self.at(plans.flat_map(IndexedPlan::requirements).flat_map(open), window)
    }

    /// Those that are asked for, at `place`.
    fn at(&self, todos: impl Iterator<Item = Todo>, window: &Window) -> Vec<Todo> {
        at(window, todos.filter(|todo| self.wants(todo)))
    }
}
