//! `/notices`: reminders, supervision notices, commendations and criticisms (督办单)

mod steps;
mod view;

use actix_web::{HttpResponse, delete, get, patch, post};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

pub use self::{
    steps::{
        acknowledge_notice, answer_notice, approve_notice, issue_notice, rescind_notice, return_notice, submit_notice,
    },
    view::NoticeView,
};
use super::{
    auth::{Can, may},
    content,
    extract::{self, Body, Id, IdempotencyKey, IfMatch},
    format::{Format, JSON},
    listing::Page,
    newest::NewestFirst,
    read::{Read, send},
    reply::{changed, created, send_saved},
};
use crate::{
    app::Rendered,
    domain::{
        id::{PlanId, UnitCode},
        notice::{NewNotice, Notice, NoticeKind, NoticeLevel, NoticePatch, NoticeStatus},
        obligation::ObligationId,
        scope::Scope,
    },
    error::{Error, Result},
    say,
    service::notices,
    store::{self, notices::NoticeFilter},
};

/// Filters over notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NoticeParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    plan: Vec<PlanId>,
    /// 类别 (kind)
    #[serde(default)]
    #[param(required = false)]
    kind: Vec<NoticeKind>,
    /// 级别 (level)
    #[serde(default)]
    #[param(required = false)]
    level: Vec<NoticeLevel>,
    /// 状态 (status)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<NoticeStatus>,
    /// 主送单位；集合单位指其今天的成员 (unit addressed; a collective means its members of today)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 涉及的应办事项 (obligation concerned)
    #[serde(default)]
    #[param(required = false)]
    obligation: Vec<String>,
    /// 是否有单位逾期未答复 (whether a unit is overdue)
    overdue: Option<bool>,
}

/// The units that `texts` mean, collectives as their members.
fn members(read: &Read, texts: &[String], today: crate::domain::time::Day) -> Result<Vec<UnitCode>> {
    let units = &read.catalog().units;
    let named = content::units(read, "unit", texts)?;
    let meant = named.into_iter().flat_map(|code| {
        let unit = units.get(&code).filter(|unit| unit.membership.is_some());
        let members = unit.map(|unit| units.expand(unit, today)).unwrap_or_default();
        let members: Vec<UnitCode> = members.into_iter().map(|member| member.code.clone()).collect();
        std::iter::once(code).chain(members)
    });
    Ok(meant.collect())
}

/// 列出督办单 (list notices)
///
/// 新的在前。单位角色只看到已发给本单位的，草稿仅发文部门可见。
/// Newest first; units see what was issued to them.
#[utoipa::path(tag = "notices", params(NoticeParams), responses((status = 200, description = "督办单列表 (notices)", body = Page<NoticeView>)))]
#[get("/notices")]
pub async fn list_notices(can: Can<may::ReadNotices>, read: Read) -> Result<HttpResponse> {
    let params: NoticeParams = extract::query(read.request())?;
    let place = NewestFirst::new(&read, params.limit, params.cursor.as_deref())?;
    let (actor, scope, today) = (&can.context.actor, can.scope(), can.today());
    let asked = !params.unit.is_empty();
    let units = asked.then(|| members(&read, &params.unit, today)).transpose()?;
    let obligations = params.obligation.iter().map(|id| id.parse::<ObligationId>());
    let obligations = obligations
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| extract::invalid_parameter("obligation", say!("编号形式不对", "is not an obligation id")))?;
    let filter = NoticeFilter {
        plans: params.plan,
        kinds: params.kind,
        levels: params.level,
        statuses: params.status,
        units,
        obligations,
        overdue: params.overdue.map(|overdue| (overdue, today)),
    };
    let (rows, total) = can
        .read(async |tx| {
            let rows = store::notices::list(tx, &filter, &scope, place.before, place.rows()).await?;
            Ok((rows, store::notices::count(tx, &filter, &scope).await?))
        })
        .await?;
    place.reply(
        &read,
        rows,
        total,
        |row| row.id,
        |row| NoticeView::new(&row, &scope, &read.catalog().units, actor, today),
    )
}

/// 读取一份督办单 (get a notice)
#[utoipa::path(tag = "notices", params(("id" = String, Path, description = "督办单编号 (notice id)", example = "019a1b2c-3d4e-7f00-8000-000000000002")),
    responses((status = 200, description = "督办单 (notice)", body = NoticeView)))]
#[get("/notices/{id}")]
pub async fn get_notice(can: Can<may::ReadNotices>, read: Read, id: Id<Uuid>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let (actor, scope) = (&can.context.actor, can.scope());
    let found = can
        .read(async |tx| Ok(store::notices::find(tx, id.0, &scope).await?))
        .await?;
    let notice = found.ok_or_else(Error::not_found)?;
    let view = NoticeView::new(&notice, &scope, &read.catalog().units, actor, can.today());
    let body = serde_json::to_vec(&view).map_err(Error::internal)?;
    let reply = Rendered::new(JSON, body, Some(scope.version(&notice)));
    Ok(send(&reply, read.request().headers(), false))
}

/// 起草督办单 (draft a notice)
///
/// 起草不等于签发：仅发文部门可见。升级须待前一份的答复期限届满，逐级由蓝、黄到红，只对未按期答复的单位；
/// 同一单位同一事项有同类督办单未答复的，不得另发。
/// A draft is seen by the issuing offices only. Escalation goes one level up, after the earlier notice's
/// day, for units that did not answer in time.
#[utoipa::path(tag = "notices", request_body = NewNotice, responses((status = 201, description = "草稿 (the draft)", body = NoticeView)))]
#[post("/notices")]
pub async fn create_notice(
    can: Can<may::IssueNotice>,
    read: Read,
    key: IdempotencyKey,
    body: Body<NewNotice>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let notice = notices::create_notice(work, body.value).await?;
        created(
            "notices",
            &notice.id,
            notice.version,
            &shown(&can, &work.scope(), &read, &notice),
        )
    });
    reply.await.map(send_saved)
}

/// 修改督办单草稿 (change a draft)
#[utoipa::path(tag = "notices", params(("id" = String, Path, description = "督办单编号 (notice id)", example = "019a1b2c-3d4e-7f00-8000-000000000002")),
    request_body = NoticePatch, responses((status = 200, description = "修改后的草稿 (the draft now)", body = NoticeView)))]
#[patch("/notices/{id}")]
pub async fn update_notice(
    can: Can<may::IssueNotice>,
    read: Read,
    id: Id<Uuid>,
    expected: IfMatch,
    body: Body<NoticePatch>,
) -> Result<HttpResponse> {
    let reply = can.write(&can.context, async |work| {
        let notice = notices::update_notice(work, id.0, &expected.0, body.value).await?;
        changed(notice.version, &shown(&can, &work.scope(), &read, &notice))
    });
    reply.await.map(send_saved)
}

/// 删除督办单草稿 (delete a draft)
#[utoipa::path(tag = "notices", params(("id" = String, Path, description = "督办单编号 (notice id)", example = "019a1b2c-3d4e-7f00-8000-000000000002")),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/notices/{id}")]
pub async fn delete_notice(can: Can<may::IssueNotice>, id: Id<Uuid>, expected: IfMatch) -> Result<HttpResponse> {
    can.write(&can.context, async |work| {
        notices::delete_notice(work, id.0, &expected.0).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The notice as the caller sees it now.
fn shown<D>(can: &Can<D>, scope: &Scope<Notice>, read: &Read, notice: &Notice) -> NoticeView {
    NoticeView::new(notice, scope, &read.catalog().units, &can.context.actor, can.today())
}
