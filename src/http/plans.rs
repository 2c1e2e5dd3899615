//! `/plans`

use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::{Can, may},
    cursor::{Cursor, Key, Order},
    extract::{self, Body, Id, IdempotencyKey, IfMatch},
    format::{Format, JSON},
    listing::{ListParams, Listed, Page},
    read::{Embed, ItemParams, Read, Scene},
    reply::{changed, created, send_saved},
    tasks::TaskView,
    units::UnitName,
};
use crate::{
    app::Rendered,
    domain::{
        catalog::IndexedPlan,
        id::PlanId,
        plan::{NewPlan, PlanAction, PlanContent, PlanPatch, PlanStatus},
        search::{Terms, normalize},
        time::{Day, Instant},
    },
    error::{Error, Result},
    service::plans,
    store,
};

/// 方案 (plan)
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
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<UnitName>,
    /// 状态 (status)
    status: PlanStatus,
    /// 工作任务数 (tasks)
    #[schema(example = 39)]
    task_count: usize,
    /// 具体要求数 (requirements)
    #[schema(example = 127)]
    requirement_count: usize,
    /// 发布时间 (published at)
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Instant>,
    /// 办结时间 (closed at)
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<Instant>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 2)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<PlanAction>,
    /// 工作任务 (tasks; with `embed=tasks` or `embed=requirements`)
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Vec<TaskView>>,
}

/// What a plan can embed.
const EMBEDS: &[&str] = &["tasks", "requirements"];

impl PlanView {
    /// The plan as `scene` shows it.
    pub fn new(content: &PlanContent, scene: Scene<'_>, embed: &Embed) -> Self {
        let plan = &content.plan;
        let whole = embed.has("requirements");
        Self {
            id: plan.id.to_string(),
            title: plan.title.clone(),
            year: plan.year,
            period_from: plan.period.from,
            period_to: plan.period.to,
            issuer: plan.issuer.as_ref().map(|code| UnitName::new(code, scene.units)),
            status: plan.status,
            task_count: content.tasks.len(),
            requirement_count: content.tasks.iter().map(|task| task.requirements.len()).sum(),
            published_at: plan.published_at,
            closed_at: plan.closed_at,
            version: plan.version,
            allowed_actions: if scene.view.manages_plans {
                plan.status.actions().to_vec()
            } else {
                Vec::new()
            },
            tasks: (whole || embed.has("tasks")).then(|| {
                content
                    .tasks
                    .iter()
                    .map(|task| TaskView::new(task, scene, whole))
                    .collect()
            }),
        }
    }
}

impl Listed for &IndexedPlan {
    type View = PlanView;
    const EMBEDS: &'static [&'static str] = EMBEDS;
    const SORTS: &'static [&'static str] = &["year", "title", "status", "id"];
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "title",
        "year",
        "period_from",
        "period_to",
        "issuer",
        "status",
        "task_count",
        "requirement_count",
    ];
    const DOWNLOAD: &'static str = "方案";

    fn key(&self, sort: &str) -> Key {
        let plan = &self.content.plan;
        match sort {
            "year" => Key::Int(plan.year.into()),
            "title" => Key::Text(plan.title.clone()),
            "status" => Key::Int(plan.status as i64),
            _ => Key::Text(plan.id.to_string()),
        }
    }

    fn view(&self, scene: Scene<'_>, embed: &Embed) -> PlanView {
        PlanView::new(&self.content, scene, embed)
    }

    fn cell(&self, scene: Scene<'_>, column: &str) -> String {
        let view = PlanView::new(&self.content, scene, &Embed::default());
        match column {
            "id" => view.id,
            "title" => view.title,
            "year" => view.year.to_string(),
            "period_from" => view.period_from.to_string(),
            "period_to" => view.period_to.to_string(),
            "issuer" => view.issuer.map(UnitName::into_name).unwrap_or_default(),
            "task_count" => view.task_count.to_string(),
            "requirement_count" => view.requirement_count.to_string(),
            _ => store_name(view.status),
        }
    }
}

/// The name of a plain enum on the wire.
pub fn store_name(value: impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Filters over plans.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PlanParams {
    /// 状态 (status)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<PlanStatus>,
    /// 年度 (year)
    #[serde(default)]
    #[param(required = false, example = json!([2017]))]
    year: Vec<i32>,
    /// 标题检索 (full text over titles)
    q: Option<String>,
}

/// 列出方案 (list plans)
///
/// 匿名调用者只看到已发布和已办结的方案。Drafts are listed for coordinators, inspectors, auditors and admins.
#[utoipa::path(tag = "plans", params(ListParams, PlanParams), responses((status = 200, description = "方案列表 (plans)", body = Page<PlanView>)))]
#[get("/plans")]
pub async fn list_plans(read: Read) -> Result<HttpResponse> {
    read.serve_list(|params: PlanParams| {
        let terms = Terms::parse(params.q.as_deref().unwrap_or_default());
        let wanted = |plan: &&IndexedPlan| {
            let plan = &plan.content.plan;
            (params.status.is_empty() || params.status.contains(&plan.status))
                && (params.year.is_empty() || params.year.contains(&plan.year))
                && terms.found_in(&normalize(&plan.title))
        };
        Ok(read.catalog().visible(read.view.drafts).filter(wanted).collect())
    })
}

/// 读取一个方案 (get a plan)
///
/// `embed=requirements` 一次给出整个方案。With `embed=requirements` the whole plan comes in one reply.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2017"), ItemParams),
    responses((status = 200, description = "方案 (plan)", body = PlanView)))]
#[get("/plans/{id}")]
pub async fn get_plan(read: Read, id: Id<PlanId>) -> Result<HttpResponse> {
    read.serve_item(EMBEDS, |embed| {
        let content = &read.catalog().plan(&id.0, read.view.drafts)?.content;
        Some((PlanView::new(content, read.scene(), embed), content.plan.version))
    })
}

/// 新建方案 (create a plan)
///
/// 新方案为草案，可连同任务、要求、时限一次提交。The new plan is a draft; it may come whole.
#[utoipa::path(tag = "plans", request_body = NewPlan, responses((status = 201, description = "已新建 (created)", body = PlanView)))]
#[post("/plans")]
pub async fn create_plan(can: Can<may::ManagePlans>, key: IdempotencyKey, body: Body<NewPlan>) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let (content, units) = plans::create_plan(work, body.value).await?;
        let view = PlanView::new(&content, can.scene(&units), &Embed::default());
        created("plans", &content.plan.id, content.plan.version, &view)
    });
    reply.await.map(send_saved)
}

/// 修改方案 (change a plan)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2017")),
    request_body = PlanPatch, responses((status = 200, description = "修改后的方案 (the plan now)", body = PlanView)))]
#[patch("/plans/{id}")]
pub async fn update_plan(
    can: Can<may::ManagePlans>,
    id: Id<PlanId>,
    expected: IfMatch,
    body: Body<PlanPatch>,
) -> Result<HttpResponse> {
    let reply = can.write(&can.context, async |work| {
        let (content, units) = plans::update_plan(work, &id.0, &expected.0, body.value).await?;
        changed(
            content.plan.version,
            &PlanView::new(&content, can.scene(&units), &Embed::default()),
        )
    });
    reply.await.map(send_saved)
}

/// 删除草案 (delete a draft)
///
/// 只有草案可以删除。Only a draft can be deleted.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018")),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/plans/{id}")]
pub async fn delete_plan(can: Can<may::ManagePlans>, id: Id<PlanId>, expected: IfMatch) -> Result<HttpResponse> {
    can.write(&can.context, async |work| {
        plans::delete_plan(work, &id.0, &expected.0).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// 发布方案 (publish a plan)
///
/// 发布后任何人可见，内容只能通过说明理由的修订改变。From now on anybody sees it.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018")),
    responses((status = 200, description = "已发布的方案 (the published plan)", body = PlanView)))]
#[post("/plans/{id}/publish")]
pub async fn publish_plan(
    can: Can<may::ManagePlans>,
    id: Id<PlanId>,
    expected: IfMatch,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let reply = can.write_once(&can.context, key.bind_route(), async |work| {
        let (content, units) = plans::publish_plan(work, &id.0, &expected.0).await?;
        changed(
            content.plan.version,
            &PlanView::new(&content, can.scene(&units), &Embed::default()),
        )
    });
    reply.await.map(send_saved)
}

/// 办结方案 (close a plan)
///
/// 办结后内容不再改变。From now on nothing of it changes.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018")),
    responses((status = 200, description = "已办结的方案 (the closed plan)", body = PlanView)))]
#[post("/plans/{id}/close")]
pub async fn close_plan(
    can: Can<may::ManagePlans>,
    id: Id<PlanId>,
    expected: IfMatch,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let reply = can.write_once(&can.context, key.bind_route(), async |work| {
        let (content, units) = plans::close_plan(work, &id.0, &expected.0).await?;
        changed(
            content.plan.version,
            &PlanView::new(&content, can.scene(&units), &Embed::default()),
        )
    });
    reply.await.map(send_saved)
}

/// 修订记录 (amendment): who changed what in a published plan, when and why
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Amendment)]
pub struct AmendmentView {
    /// 编号 (id)
    id: Uuid,
    /// 时间 (when)
    at: Instant,
    /// 修订人 (who): `sub` of the token
    #[schema(example = "zhang.san")]
    actor: String,
    /// 修订人所属单位 (unit of who)
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_unit: Option<String>,
    /// 事件 (what happened)
    #[schema(example = "deadline.updated")]
    event: String,
    /// 对象编号 (id of the thing)
    #[schema(example = "dg-2017.2.1.d1")]
    subject: String,
    /// 理由 (why)
    #[schema(example = "市政府常务会议决定提前完成")]
    reason: String,
    /// 修订前 (before)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// 修订后 (after)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

/// Paging of amendments: newest first, always.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AmendmentParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
}

/// 列出方案的修订记录 (list amendments)
///
/// 新的在前。Newest first: who changed what, when and why.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2017"), AmendmentParams),
    responses((status = 200, description = "修订记录 (amendments)", body = Page<AmendmentView>)))]
#[get("/plans/{id}/amendments")]
pub async fn list_amendments(can: Can<may::ReadAmendments>, read: Read, id: Id<PlanId>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let params: AmendmentParams = extract::query(read.request())?;
    let limit = params.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(extract::invalid_parameter("limit", "1..200"));
    }
    read.catalog()
        .plan(&id.0, read.view.drafts)
        .ok_or_else(Error::not_found)?;
    let order = Order::parse(Some("-id"), &["id"])?;
    let question = Cursor::question(&[("plan".into(), id.0.to_string())], &order);
    let after = params
        .cursor
        .as_deref()
        .map(|text| Cursor::parse(text, &question, 1))
        .transpose()?;
    let before = after.and_then(|cursor| {
        if let [Key::Text(id)] = cursor.keys() {
            id.parse().ok()
        } else {
            None
        }
    });
    let (mut entries, total) = can
        .read(async |tx| {
            let entries = store::log::amendments(tx, &id.0, before, limit + 1).await?;
            Ok((entries, store::log::count_amendments(tx, &id.0).await?))
        })
        .await?;
    let page = usize::try_from(limit).unwrap_or_default();
    let more = entries.len() > page;
    entries.truncate(page);
    let cursor = entries
        .last()
        .filter(|_| more)
        .map(|last| Cursor::after(vec![Key::Text(last.id.to_string())], &question).to_string());
    let items = entries.into_iter().map(|entry| AmendmentView {
        id: entry.id,
        at: entry.at,
        actor: entry.actor,
        actor_unit: entry.actor_unit.map(|code| code.to_string()),
        event: entry.event,
        subject: entry.subject,
        reason: entry.reason.unwrap_or_default(),
        before: entry.before,
        after: entry.after,
    });
    let next = cursor
        .map(|cursor| read.link(&extract::pairs(read.request()), &cursor))
        .transpose()?;
    let page = Page {
        items: items.collect(),
        total: usize::try_from(total).unwrap_or_default(),
        next,
    };
    let mut reply = Rendered::new(JSON, serde_json::to_vec(&page).map_err(Error::internal)?, None);
    reply.link = page.next.map(|next| format!("<{next}>; rel=\"next\""));
    Ok(super::read::send(&reply, read.request().headers(), false))
}
