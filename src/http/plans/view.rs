//! A plan as a caller sees it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        calendar::Calendar,
        disclosure::Disclosed,
        extra::ExtraColumn,
        new_deadline::DefaultDeadline,
        plan::{PlanAction, PlanContent, PlanSettings, PlanStatus},
        thing::ThingKind,
        time::{Day, Instant},
        unit::UnitDirectory,
    },
    http::{
        caller::View,
        input::Embed,
        link::{Links, links},
        list::{Cell, Column, columns},
        origin::Origin,
        tasks::TaskView,
        units::UnitName,
    },
};

/// 方案 (plan)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub struct PlanView {
    /// 方案编号 (id)
    #[schema(example = "dg-2017")]
    id: String,
    /// 标题 (title)
    #[schema(example = "2017年全市政务信息公开工作重点分工方案")]
    title: String,
    /// 年度 (year)
    #[schema(example = 2017)]
    year: i32,
    /// 起始日 (first day)
    period_from: Day,
    /// 截止日 (last day)
    period_to: Day,
    /// 印发单位 (issuing unit)
    issuer: Option<UnitName>,
    /// 状态 (status)
    status: PlanStatus,
    /// 工作任务数 (tasks)
    #[schema(example = 39)]
    task_count: usize,
    /// 具体要求数 (requirements)
    #[schema(example = 127)]
    requirement_count: usize,
    /// 设置 (settings)
    settings: PlanSettings,
    /// 附加列，按原文顺序；不公开的列公众不可见 (columns of the document that the model has no word for, in its order; the public
    /// sees those that are public)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    extra_columns: Vec<ExtraColumn>,
    /// 默认完成时限 (the deadline of requirements that have none)
    default_deadline: Option<DefaultDeadline>,
    /// 发布时间 (published at)
    published_at: Option<Instant>,
    /// 办结时间 (closed at)
    closed_at: Option<Instant>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 2)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<PlanAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
    /// 工作任务 (tasks; with `embed=tasks` or `embed=requirements`)
    tasks: Option<Vec<TaskView>>,
}

impl PlanView {
    /// The plan as callers with this view see it.
    pub fn new(
        content: &PlanContent,
        (units, calendar): (&UnitDirectory, &Calendar),
        (view, origin): (&View, &Origin),
        embed: &Embed,
    ) -> Self {
        let plan = &content.plan;
        let allowed = content.actions_for(view.manages_plans, units, calendar);
        let of = Disclosed {
            plan,
            units,
            scope: &view.extra,
        };
        let whole = embed.has("requirements");
        Self {
            id: plan.id.to_string(),
            title: plan.title.clone(),
            year: plan.year,
            period_from: plan.period.from,
            period_to: plan.period.to,
            issuer: plan.issuer.as_ref().map(|code| UnitName::new(code, units)),
            status: plan.status,
            task_count: content.tasks.len(),
            requirement_count: content.tasks.iter().map(|task| task.requirements.len()).sum(),
            settings: plan.settings,
            extra_columns: of.columns(&content.tasks),
            default_deadline: plan.default_deadline.clone(),
            published_at: plan.published_at,
            closed_at: plan.closed_at,
            version: plan.version,
            links: links(origin, (ThingKind::Plan, &plan.id), &allowed),
            allowed_actions: allowed,
            tasks: (whole || embed.has("tasks")).then(|| {
                content
                    .tasks
                    .iter()
                    .map(|task| TaskView::new(task, of, whole))
                    .collect()
            }),
        }
    }
}

/// The columns of plans as a table.
pub const COLUMNS: &[Column<PlanView>] = columns![
    id: "编号",
    title: "标题",
    year: "年度",
    period_from: "起始日",
    period_to: "截止日",
    issuer: "发文单位" = |view| Cell::made(view.issuer.as_ref().map(UnitName::name)),
    status: "状态",
    task_count: "任务数",
    requirement_count: "具体要求数",
];
