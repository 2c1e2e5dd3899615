//! An obligation as it stands on a day.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        calendar::NoCalendar,
        catalog::Catalog,
        deadline::RuleKind,
        id::ReportId,
        obligation::{Exemption, Horizon, Light, Obligation, ObligationAction, State, Timeliness},
        policy::Actor,
        report::ReportStatus,
        requirement::UnitRole,
        scope::Scope,
        thing::ThingKind,
        time::Day,
    },
    http::{
        link::{Links, links},
        list::{Cell, Column, columns},
        origin::Origin,
        reports::ReportView,
        requirements::RequirementView,
        units::UnitName,
    },
    store::reports::Latest,
};

/// 应办事项 (obligation): what one unit owes for one occurrence of one deadline
#[skip_serializing_none]
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
    /// 责任单位在该要求中的分工：牵头、配合或责任单位；现行的，已不由其承担的为此前最后的 (the unit's role in the requirement, as it is now;
    /// of what is not its any more, as it was at last)
    role: Option<UnitRole>,
    /// 责任单位撤销后的承接单位 (who has taken over from the unit, once it is dissolved)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    taken_over_by: Vec<UnitName>,
    /// 期间：`2017Q2`、`2017-06`、`2017H1`、`2017`；`e1` 为第一次触发；`waiting` 为待触发；`undecided` 为时限待定 (period)
    #[schema(example = "2017Q2")]
    period: String,
    /// 工作任务标题 (title of the task)
    pub task_title: Option<String>,
    /// 具体要求正文 (text of the requirement)
    pub text: Option<String>,
    /// 时限原文 (the deadline's phrase)
    pub phrase: Option<String>,
    /// 时限规则类型 (kind of the deadline's rule)
    rule_kind: Option<RuleKind>,
    /// 开始之日 (opens on)
    opens_on: Option<Day>,
    /// 到期日，当日不算逾期 (due on; that day itself is not late)
    due_on: Option<Day>,
    /// 延期前的到期日，延期后才有 (due day before an extension; only after one)
    original_due_on: Option<Day>,
    /// 截至哪一天 (the day for which state, light and days left are given)
    as_of: Day,
    /// 状态 (state)
    state: State,
    /// 红绿灯；因缺少官方工作日历而无从判断时省略 (light; absent when it cannot be told for want of a calendar)
    light: Option<Light>,
    /// 是否逾期 (overdue)
    overdue: bool,
    /// 报送情况 (whether the unit reported in time)
    timeliness: Timeliness,
    /// 报送之日：待审或已通过的报告，须在某日前办成的只计申报办结的 (the day on which the report that stands was submitted; of what is
    /// to be done by a day, the one that claims completion)
    reported_on: Option<Day>,
    /// 办结之日 (day on which a report that claims completion was accepted)
    fulfilled_on: Option<Day>,
    /// 此事项的进展报告：正在办理的，或最近的；调用者可见才有 (the report on it: the one being dealt with, or the
    /// newest; where the caller sees one)
    report_id: Option<ReportId>,
    /// 该报告的状态 (the status of that report)
    report_status: Option<ReportStatus>,
    /// 剩余自然日，逾期为负 (calendar days left; negative when overdue)
    days_left: Option<i64>,
    /// 剩余工作日；没有官方日历时省略 (working days left; absent without an official calendar)
    working_days_left: Option<i64>,
    /// 缺少官方工作日历、因而有字段省略时为 `missing:年份` (`missing:` and the year, where a field is left out
    /// because that year's official calendar is not known)
    #[schema(example = "missing:2027")]
    calendar: Option<String>,
    /// 免办 (exemption)
    exemption: Option<Exemption>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<ObligationAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
    /// 进展报告 (the report; with `embed=report`)
    pub report: Option<Box<ReportView>>,
    /// 具体要求，仍在方案中才有 (the requirement, if it is still in its plan; with `embed=requirement`)
    pub requirement: Option<Box<RequirementView>>,
}

impl ObligationView {
    /// The obligation on a day, as `actor` sees it, with the report on it. Nothing can be done on another day than `today`.
    pub fn new(
        (obligation, report): (&Obligation, Option<&Latest>),
        catalog: &Catalog,
        horizon: Horizon,
        (actor, origin): (&Actor, &Origin),
        today: Day,
    ) -> Self {
        let id = &obligation.id;
        let requirement = &id.deadline.requirement;
        // What it belongs to is said by how its id begins.
        let whole = id.to_string();
        let mut dots = whole.match_indices('.').map(|(at, _)| at);
        let mut begin = || whole[..dots.next().unwrap_or(whole.len())].to_owned();
        let (plan_id, task_id, requirement_id, deadline_id) = (begin(), begin(), begin(), begin());
        // What an amendment removed has left its row, and its words.
        let former = catalog.former(&id.deadline, &Scope::public());
        let of = catalog.requirement(requirement, &Scope::public());
        let deadline = of.and_then(|of| of.deadlines().find(|deadline| deadline.deadline.id == id.deadline));
        let standing = obligation.standing(horizon);
        let allowed = obligation.actions_as_of(horizon.as_of, actor, today, catalog.rules(requirement.plan()));
        let left = obligation.left(horizon, &catalog.calendar.calendar);
        let heirs = catalog.units.heirs(&id.unit, today).into_iter();
        Self {
            plan_id,
            task_id,
            requirement_id,
            deadline_id,
            unit: UnitName::new(&id.unit, &catalog.units),
            role: obligation.role,
            taken_over_by: heirs.map(|unit| UnitName::new(&unit.code, &catalog.units)).collect(),
            period: id.period.clone(),
            task_title: of
                .map(|of| &of.task.title)
                .or(former.map(|was| &was.task_title))
                .cloned(),
            text: of
                .map(|of| &of.requirement.text)
                .or(former.map(|was| &was.text))
                .cloned(),
            phrase: deadline
                .map(|of| &of.deadline.phrase)
                .or(former.map(|was| &was.phrase))
                .cloned(),
            rule_kind: deadline
                .map(|of| of.deadline.rule.kind())
                .or(former.map(|was| was.rule_kind)),
            opens_on: obligation.opens_on,
            due_on: obligation.due_on,
            original_due_on: obligation
                .original_due_on
                .filter(|_| obligation.due_on != obligation.original_due_on),
            as_of: horizon.as_of,
            state: standing.state,
            light: Some(standing.light).filter(|light| *light != Light::Unknown),
            overdue: standing.overdue,
            timeliness: standing.timeliness,
            reported_on: obligation.report.reported_on,
            fulfilled_on: obligation.report.fulfilled_on,
            report_id: report.map(|report| report.id),
            report_status: report.map(|report| report.status),
            days_left: left.days,
            working_days_left: left.working_days,
            calendar: left.missing.map(NoCalendar::word),
            exemption: obligation.exemption.clone(),
            version: obligation.version,
            links: links(origin, (ThingKind::Obligation, &whole), &allowed),
            id: whole,
            allowed_actions: allowed,
            report: None,
            requirement: None,
        }
    }
}

/// The columns of the ledger as a table.
pub const COLUMNS: &[Column<ObligationView>] = columns![
    id: "编号",
    plan_id: "方案",
    task_id: "工作任务编号",
    unit: "单位代码" = |view| Cell::text(view.unit.code()),
    unit_name: "单位" = |view| Cell::text(view.unit.name()),
    requirement_id: "具体要求编号",
    task_title: "工作任务",
    text: "具体要求",
    phrase: "完成时限",
    period: "期间",
    opens_on: "开始日",
    due_on: "到期日",
    original_due_on: "原到期日",
    as_of: "截至",
    state: "状态",
    light: "红绿灯",
    overdue: "是否逾期",
    timeliness: "报送情况",
    reported_on: "报送日期",
    fulfilled_on: "办结日期",
    report_id: "进展报告",
    report_status: "报告状态",
    days_left: "剩余天数",
    working_days_left: "剩余工作日",
    calendar: "日历",
    exemption: "免办理由" = |view| Cell::made(view.exemption.as_ref().map(|given| &given.reason)),
    role: "责任分工",
];

/// Those that people do without: ids, and what the light and the days left say as well.
pub const ASIDE: &[&str] = &[
    "id",
    "plan_id",
    "task_id",
    "unit",
    "opens_on",
    "original_due_on",
    "as_of",
    "overdue",
    "timeliness",
    "working_days_left",
    "calendar",
];
