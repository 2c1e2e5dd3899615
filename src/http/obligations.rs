//! `/obligations`: the ledger (台账), who owes what by when

use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        calendar::Calendar,
        catalog::Catalog,
        deadline::RuleKind,
        obligation::{Horizon, Light, Obligation, ObligationAction, ObligationId, State, Timeliness},
        policy::Actor,
        time::{Day, Instant},
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{self, Body, Change, Id},
        ledger::{Obligations, groups, horizons},
        list::{Both, Cell, Column, Page, ParamsOf, columns},
        occurrences::ReasonInput,
        reply::changed,
        units::UnitName,
    },
    service::obligations,
    store::{self, Tx, statistics::GroupBy},
};

/// 免办 (exemption)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Exemption)]
pub struct ExemptionView {
    /// 理由 (why)
    #[schema(example = "该项职责已划转")]
    reason: String,
    /// 时间 (when)
    at: Instant,
}

/// 应办事项 (obligation): what one unit owes for one occurrence of one deadline
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Obligation)]
pub struct ObligationView {
    /// 编号 (id)
    #[schema(example = "dg-2017.17.3.d2.hbj.2017Q2")]
    id: String,
    /// 所属方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 工作任务 (task)
    #[schema(example = "dg-2017.17")]
    task_id: String,
    /// 具体要求 (requirement)
    #[schema(example = "dg-2017.17.3")]
    pub requirement_id: String,
    /// 完成时限 (deadline)
    #[schema(example = "dg-2017.17.3.d2")]
    deadline_id: String,
    /// 责任单位 (unit)
    unit: UnitName,
    /// 期间：`2017Q2`、`2017-06`、`2017H1`、`2017`；`e1` 为第一次触发；`waiting` 为待触发 (period)
    #[schema(example = "2017Q2")]
    period: String,
    /// 工作任务标题 (title of the task)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_title: Option<String>,
    /// 具体要求正文 (text of the requirement)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// 时限原文 (the deadline's phrase)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phrase: Option<String>,
    /// 时限规则类型 (kind of the deadline's rule)
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_kind: Option<RuleKind>,
    /// 开始之日 (opens on)
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_on: Option<Day>,
    /// 到期日，当日不算逾期 (due on; that day itself is not late)
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on: Option<Day>,
    /// 延期前的到期日，延期后才有 (due day before an extension; only after one)
    #[serde(skip_serializing_if = "Option::is_none")]
    original_due_on: Option<Day>,
    /// 截至哪一天 (the day for which state, light and days left are given)
    as_of: Day,
    /// 状态 (state)
    state: State,
    /// 红绿灯 (light)
    light: Light,
    /// 是否逾期 (overdue)
    overdue: bool,
    /// 报送情况 (whether the unit reported in time)
    timeliness: Timeliness,
    /// 首次报送之日 (first day on which it was reported)
    #[serde(skip_serializing_if = "Option::is_none")]
    reported_on: Option<Day>,
    /// 办结之日 (day on which a report that claims completion was accepted)
    #[serde(skip_serializing_if = "Option::is_none")]
    fulfilled_on: Option<Day>,
    /// 剩余自然日，逾期为负 (calendar days left; negative when overdue)
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<i64>,
    /// 剩余工作日；没有官方日历时省略 (working days left; absent without an official calendar)
    #[serde(skip_serializing_if = "Option::is_none")]
    working_days_left: Option<i64>,
    /// 免办 (exemption)
    #[serde(skip_serializing_if = "Option::is_none")]
    exemption: Option<ExemptionView>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<ObligationAction>,
}

impl ObligationView {
    /// The obligation on a day, as `actor` sees it.
    pub fn new(obligation: &Obligation, catalog: &Catalog, horizon: Horizon, actor: &Actor) -> Self {
        let id = &obligation.id;
        let requirement = &id.deadline.requirement;
        // What an amendment removed has left its row, but not its words.
        let of = catalog.requirement(requirement, true);
        let deadline = of.and_then(|of| of.deadlines().find(|deadline| deadline.deadline.id == id.deadline));
        let standing = obligation.standing(horizon);
        let counted = obligation
            .due_on
            .filter(|_| !matches!(standing.state, State::Exempted | State::Fulfilled));
        let calendar = &catalog.calendar.calendar;
        Self {
            id: id.to_string(),
            plan_id: requirement.plan().to_string(),
            task_id: requirement.task.to_string(),
            requirement_id: requirement.to_string(),
            deadline_id: id.deadline.to_string(),
            unit: UnitName::new(&id.unit, &catalog.units),
            period: id.period.clone(),
            task_title: of.map(|of| of.task.title.clone()),
            text: of.map(|of| of.requirement.text.clone()),
            phrase: deadline.map(|deadline| deadline.deadline.phrase.clone()),
            rule_kind: deadline.map(|deadline| deadline.deadline.rule.kind()),
            opens_on: obligation.opens_on,
            due_on: obligation.due_on,
            original_due_on: obligation
                .original_due_on
                .filter(|_| obligation.due_on != obligation.original_due_on),
            as_of: horizon.as_of,
            state: standing.state,
            light: standing.light,
            overdue: standing.overdue,
            timeliness: standing.timeliness,
            reported_on: obligation.report.reported_on,
            fulfilled_on: obligation.report.fulfilled_on,
            days_left: counted.map(|due| Calendar::calendar_days_between(horizon.as_of, due)),
            working_days_left: counted.and_then(|due| calendar.working_days_between(horizon.as_of, due).ok()),
            exemption: obligation.exemption.as_ref().map(|given| ExemptionView {
                reason: given.reason.clone(),
                at: given.at,
            }),
            version: obligation.version,
            allowed_actions: obligation.actions_for(actor, horizon.as_of, catalog.rules(requirement.plan())),
        }
    }
}

/// The columns of the ledger as a table.
pub const COLUMNS: &[Column<ObligationView>] = columns![
    id,
    plan_id,
    task_id,
    unit = |view| Cell::text(view.unit.code()),
    unit_name = |view| Cell::text(view.unit.name()),
    requirement_id,
    task_title,
    text,
    phrase,
    period,
    opens_on,
    due_on,
    original_due_on,
    as_of,
    state,
    light,
    overdue,
    timeliness,
    reported_on,
    fulfilled_on,
    days_left,
    working_days_left,
    exemption = |view| Cell::of(&view.exemption.as_ref().map(|given| &given.reason)),
];

/// How the ledger is grouped.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GroupParams {
    /// 分组计数，代替逐项列出 (count by group instead of listing)
    pub group_by: Option<GroupBy>,
}

/// 列出应办事项 (list obligations)
///
/// 默认按紧急程度排列：先到期的在前，待触发的在最后。单位角色只看到本单位的台账。
/// `as_of=` 按任意一天给出状态和灯色，例如 `as_of=2017-06-30`。By urgency; units see their own.
#[utoipa::path(tag = "obligations", params(ParamsOf<Obligations>),
    responses((status = 200, description = "台账 (the ledger)", body = Page<ObligationView>)))]
#[get("/obligations")]
pub async fn list_obligations(caller: Caller<may::ReadLedger>) -> Result<HttpResponse> {
    let asked = caller.asked::<Obligations>()?;
    match asked.filters.1.group_by {
        Some(by) => groups(&caller, asked, by).await,
        None => {
            caller
                .answer_list(asked, |Both(filters, _), today| filters.question(&caller, today))
                .await
        }
    }
}

/// 读取一项应办事项 (get an obligation)
#[utoipa::path(tag = "obligations", params(("id" = String, Path, description = "应办事项编号 (obligation id)", example = "dg-2017.17.3.d2.hbj.2017Q2"), AsOfParams),
    responses((status = 200, description = "应办事项 (obligation)", body = ObligationView)))]
#[get("/obligations/{id}")]
pub async fn get_obligation(caller: Caller<may::ReadLedger>, id: Id<ObligationId>) -> Result<HttpResponse> {
    let AsOfParams { as_of } = input::query(caller.request())?;
    let today = caller.today();
    let horizons = horizons(caller.catalog(), as_of.unwrap_or(today), today)?;
    let find = async |tx: &mut Tx| {
        let found = store::obligations::find_on(tx, &id.0, &caller.scope(), &horizons).await?;
        Ok(found.map(|obligation| {
            let horizon = horizons.of(obligation.id.deadline.requirement.plan());
            let view = ObligationView::new(&obligation, caller.catalog(), horizon, caller.actor());
            (view, Some(obligation.version))
        }))
    };
    caller.get_stored(find).await
}

/// The day for which the ledger is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOfParams {
    /// 截至哪一天，默认今天 (as of which day; default today)
    #[param(example = "2017-06-30")]
    pub as_of: Option<Day>,
}

/// 免办 (exempt an obligation)
///
/// 须说明理由。With a reason.
#[utoipa::path(tag = "obligations", params(("id" = String, Path, description = "应办事项编号 (obligation id)", example = "dg-2017.17.3.d2.hbj.2017Q2")),
    request_body = ReasonInput, responses((status = 200, description = "已免办 (the exempted obligation)", body = ObligationView)))]
#[post("/obligations/{id}/exempt")]
pub async fn exempt_obligation(
    caller: Caller<may::ManageLedger>,
    change: Change<Id<ObligationId>, Body<ReasonInput>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let reason = obligations::required_reason(change.body.value.reason)?;
            let obligation = obligations::exempt_obligation(work, &change.at.0, &change.expected, &reason).await?;
            changed(obligation.version, &now(&caller, &obligation)?)
        })
        .await
}

/// 取消免办 (restore an obligation)
#[utoipa::path(tag = "obligations", params(("id" = String, Path, description = "应办事项编号 (obligation id)", example = "dg-2017.17.3.d2.hbj.2017Q2")),
    responses((status = 200, description = "已恢复 (the obligation)", body = ObligationView)))]
#[post("/obligations/{id}/restore")]
pub async fn restore_obligation(
    caller: Caller<may::ManageLedger>,
    change: Change<Id<ObligationId>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let obligation = obligations::restore_obligation(work, &change.at.0, &change.expected).await?;
            changed(obligation.version, &now(&caller, &obligation)?)
        })
        .await
}

fn now(call: &Call, obligation: &Obligation) -> Result<ObligationView> {
    let horizons = horizons(call.catalog(), call.today(), call.today())?;
    let horizon = horizons.of(obligation.id.deadline.requirement.plan());
    Ok(ObligationView::new(obligation, call.catalog(), horizon, call.actor()))
}
