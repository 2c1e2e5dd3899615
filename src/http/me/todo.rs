//! `/me/todo`: what waits for the caller

use actix_web::get;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        changes::Followed,
        id::PlanId,
        ledger::Horizons,
        order::{SortKey, Window},
        scope::Scope,
        thing::Thing,
        time::Day,
        todo::{Todo, TodoKind, Viewer},
        vocabulary::Vocabulary as _,
    },
    error::{Error, Result},
    http::{
        caller::{Call, Caller, may},
        input::{content, places::plans},
        link::{Links, ThingView, links_by_name},
        list::{Cell, ChangesView, Column, Found, List, PageMembers, ParamsOf, Source, columns},
        reply::Reply,
        units::UnitName,
    },
    service::todo::{self, TodoQuery},
    store::{
        Tx,
        page::{Sort, Sorts},
    },
};

/// 一项待办 (something that waits for the caller)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Todo)]
pub struct TodoView {
    /// 编号：类别和对象 (kind and thing)
    #[schema(example = "report_to_mend:019a1b2c-3d4e-7f00-8000-000000000002")]
    id: String,
    /// 为何等待 (why it waits)
    kind: TodoKind,
    /// 类别的名称 (what that is called)
    #[schema(example = "退回待修改 (a report to mend)")]
    why: String,
    /// 对象 (the thing)
    thing: ThingView,
    /// 标题：事由、原文，或具体要求的正文 (what it is about)
    title: String,
    /// 所附的理由：退回、申请的理由 (what was said with it: why it was returned, or is asked for)
    #[schema(example = "数据未核对")]
    reason: Option<String>,
    /// 涉及的单位 (whose it is)
    unit: Option<UnitName>,
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 具体要求 (requirement)
    #[schema(example = "dg-2017.17.3")]
    requirement_id: Option<String>,
    /// 从哪天起等待 (since when it waits)
    since_on: Option<Day>,
    /// 应在此日之前（含当日）办理 (the last day to do it in time)
    until_on: Option<Day>,
    /// 是否已逾期，当日不算 (whether that day has passed)
    overdue: bool,
    /// 首要的一步，见 `links` (the step that it waits for, in `links`)
    #[schema(example = "submit")]
    action: &'static str,
    /// 对这个对象可执行的操作 (what the caller may do to the thing)
    #[schema(example = json!(["update", "submit"]))]
    allowed_actions: Vec<&'static str>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

/// 一类待办的件数 (how much of a kind waits)
#[derive(Debug, Serialize, ToSchema)]
pub struct TodoCount {
    /// 类别 (kind)
    kind: TodoKind,
    /// 名称 (what it is called)
    #[schema(example = "退回待修改 (a report to mend)")]
    title: String,
    /// 件数 (how many)
    #[schema(example = 2)]
    count: usize,
    /// 其中逾期的 (how many of them are overdue)
    #[schema(example = 1)]
    overdue: usize,
    /// 不止这些，只数到这里 (there are more than that)
    more: bool,
}

/// 待办的一页 (a page of what waits)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page_Todo)]
pub struct TodoPage {
    /// 本页内容 (this page)
    items: Vec<TodoView>,
    /// 符合条件的总数；太多时没有，见 `total_at_least` (all that match; absent where there are too many)
    #[schema(example = 3, required = false)]
    total: Option<i64>,
    /// 太多，只数到这里 (so many and more)
    #[schema(example = 500, required = false)]
    total_at_least: Option<i64>,
    /// 各类的件数，没有的类别不列 (how much of each kind there is; none of kinds that are not listed)
    counts: Vec<TodoCount>,
    /// 下一页的完整链接；末页没有 (absolute link to the next page; absent on the last)
    #[schema(example = "http://127.0.0.1:8080/api/v1/me/todo?cursor=…", required = false)]
    next: Option<String>,
    /// 标记和 `complete`：待办总是给出全部；仅用 `changed_since` 时，在首页 (the mark; what waits is always told whole; with
    /// `changed_since` only, on the first page)
    #[schema(required = false)]
    changes: Option<ChangesView>,
}

/// Filters over what waits. Each list may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct TodoParams {
    /// 类别 (kind)
    kind: Vec<TodoKind>,
    /// 方案 (plan)
    #[param(value_type = Vec<String>, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 涉及的单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    unit: Vec<String>,
    /// 是否已逾期 (overdue)
    overdue: Option<bool>,
    /// 应在此日之前（含当日）办理的 (to be done on or before)
    until_to: Option<Day>,
}

/// The list of what waits.
pub struct Todos;

impl List for Todos {
    type Filters = TodoParams;
    type View = TodoView;
    const FILE: (&'static str, &'static str) = ("todo", "待办");
    const SORTS: Sorts = &[Sort::day("until_on", ""), Sort::text("id", "")];
    const SORT: &'static str = "until_on";
    const FOLLOWED: Option<Followed> = Some(Followed::Todo);
    const COLUMNS: &'static [Column<TodoView>] = columns![
        id: "编号",
        kind: "类别",
        why: "待办事由",
        thing: "对象" = |view| Cell::text(view.thing.id()),
        title: "标题",
        reason: "理由",
        unit: "单位代码" = |view| Cell::made(view.unit.as_ref().map(UnitName::code)),
        unit_name: "单位" = |view| Cell::made(view.unit.as_ref().map(UnitName::name)),
        plan_id: "方案",
        requirement_id: "具体要求编号",
        since_on: "等待自",
        until_on: "办理期限",
        overdue: "是否逾期",
        action: "操作",
        href: "链接" = |view| Cell::text(view.thing.href()),
    ];
}

/// What waits for a caller.
struct Waiting<'c>(TodoQuery<'c>);

impl Source for Waiting<'_> {
    type List = Todos;
    type Row = Todo;

    async fn rows(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Todo>> {
        todo::waiting(tx, &self.0, window).await
    }

    async fn page(&self, tx: &mut Tx, window: &Window) -> Result<Found<Todo>> {
        let (rows, counts) = todo::waiting_and_counts(tx, &self.0, window).await?;
        let total = todo::total(&counts);
        let counts: Vec<TodoCount> = counts
            .into_iter()
            .map(|(kind, count)| TodoCount {
                kind,
                title: kind.term().to_string(),
                count: count.total,
                overdue: count.overdue,
                more: count.more,
            })
            .collect();
        let counts = serde_json::to_value(counts).map_err(Error::internal)?;
        Ok(Found {
            rows,
            total,
            members: PageMembers::from_iter([("counts".to_owned(), counts)]),
            dependencies: None,
        })
    }

    fn key(&self, row: &Todo, sort: &str) -> SortKey {
        row.key(sort)
    }

    fn view(&self, row: &Todo, call: &Call) -> TodoView {
        TodoView::new(row, self.0.viewer.today, call)
    }
}

impl TodoView {
    fn new(todo: &Todo, today: Day, call: &Call) -> Self {
        let origin = call.origin();
        let (catalog, scope) = (call.catalog(), Scope::public());
        let words = |id| {
            let of = catalog.requirement(id, &scope).map(|of| &of.requirement.text);
            // What an amendment removed has left its row, and its words.
            of.or_else(|| Some(&catalog.former_requirement(id, &scope)?.text))
                .cloned()
        };
        let asked = || {
            todo.requirement
                .as_ref()
                .and_then(words)
                .unwrap_or_else(|| todo.id.clone())
        };
        Self {
            id: todo.name(),
            kind: todo.kind,
            why: todo.kind.term().to_string(),
            thing: ThingView::new(&Thing::new(todo.thing, &todo.id), origin),
            title: todo.title.clone().unwrap_or_else(asked),
            reason: todo.reason.clone(),
            unit: todo
                .unit
                .as_ref()
                .map(|code| UnitName::new(code, &call.catalog().units)),
            plan_id: todo.plan.to_string(),
            requirement_id: todo.requirement.as_ref().map(ToString::to_string),
            since_on: todo.since,
            until_on: todo.until,
            overdue: todo.is_overdue(today),
            action: todo.step(),
            allowed_actions: todo.actions.clone(),
            links: links_by_name(origin, (todo.thing, &todo.id), todo.actions.iter().copied()),
        }
    }
}

/// 待办 (what waits for me)
///
/// 此刻等待调用者办理、且其有权办理的事项，最紧急的在前；没有期限的在最后，先到的在前。
/// What waits for the caller, who may do it at this moment, most urgent first. What has no day comes last.
#[utoipa::path(tag = "me", params(ParamsOf<Todos>), responses((status = 200, description = "待办列表 (what waits)", body = TodoPage), Caller<may::ReadTodo>))]
#[get("/todo")]
pub async fn list_todo(caller: Caller<may::ReadTodo>) -> Reply {
    let asked = caller.list_request::<Todos>()?;
    let ask = async |filters: TodoParams, today: Day| {
        Ok(Waiting(TodoQuery {
            viewer: Viewer {
                actor: caller.actor(),
                catalog: caller.catalog(),
                today,
            },
            horizons: Horizons::of_ledger(caller.catalog(), today, today),
            kinds: filters.kind,
            plans: todo::plans_that_go_on(caller.catalog(), plans(&caller, filters.plan)?),
            units: content::concrete_units(&caller, "unit", &filters.unit)?,
            overdue: filters.overdue,
            until_to: filters.until_to,
        }))
    };
    Ok(caller.make_from(asked, ask).await?.sent(&caller))
}
