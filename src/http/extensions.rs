//! `/extensions`: requests to move due days (延期), and their decisions

use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::{Can, may},
    content,
    extract::{self, Body, Id, IdempotencyKey, IfMatch},
    format::{Format, JSON},
    listing::Page,
    newest::NewestFirst,
    obligations::AsOfParams,
    occurrences::ReasonInput,
    read::{Read, send},
    reply::{changed, created, send_saved},
};
use crate::{
    app::Rendered,
    domain::{
        extension::{Extension, ExtensionAction, ExtensionStatus, NewExtension},
        id::PlanId,
        obligation::ObligationId,
        policy::{Action, Actor},
        time::{Day, Instant, start_of},
    },
    error::{Error, Result},
    say,
    service::{extensions, obligations::required_reason},
    store::{self, extensions::ExtensionFilter, log::Subject},
};

/// 延期申请 (extension)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Extension)]
pub struct ExtensionView {
    /// 编号 (id)
    id: Uuid,
    /// 应办事项 (obligation)
    #[schema(example = "dg-2017.2.1.d1.zdb.2017")]
    obligation_id: String,
    /// 申请单位 (unit)
    #[schema(example = "zdb")]
    unit: String,
    /// 状态 (status)
    status: ExtensionStatus,
    /// 申请时的到期日 (due day when it was asked)
    due_on: Day,
    /// 申请延至 (the day asked for)
    requested_due_on: Day,
    /// 批准延至 (the day granted)
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_due_on: Option<Day>,
    /// 理由 (why)
    reason: String,
    /// 目前进展 (progress so far)
    progress: String,
    /// 申请人 (who asked)
    requested_by: String,
    /// 申请时间 (when)
    requested_at: Instant,
    /// 审签人 (who signed for the unit)
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<String>,
    /// 审批人 (who decided)
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// 审批时间 (when it was decided)
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Instant>,
    /// 审批意见 (what was said with the decision)
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<ExtensionAction>,
}

impl ExtensionView {
    fn new(extension: &Extension, signoff: bool, actor: &Actor) -> Self {
        let own = actor.subject.as_ref() == Some(&extension.requested.by);
        let allowed = |action: &&ExtensionAction| match action {
            ExtensionAction::Withdraw => actor.may_on(Action::AskExtension, extension.unit()),
            ExtensionAction::Sign => !own && actor.may_on(Action::SignExtension, extension.unit()),
            ExtensionAction::Grant | ExtensionAction::Refuse => {
                !own && actor.may_on(Action::DecideExtension, extension.unit())
            }
        };
        Self {
            id: extension.id,
            obligation_id: extension.obligation.to_string(),
            unit: extension.unit().to_string(),
            status: extension.status,
            due_on: extension.due_on,
            requested_due_on: extension.requested_due_on,
            granted_due_on: extension.granted_due_on,
            reason: extension.reason.clone(),
            progress: extension.progress.clone(),
            requested_by: extension.requested.by.clone(),
            requested_at: extension.requested.at,
            signed_by: extension.signed.as_ref().map(|step| step.by.clone()),
            decided_by: extension.decided.as_ref().map(|step| step.by.clone()),
            decided_at: extension.decided.as_ref().map(|step| step.at),
            decision: extension.decision.clone(),
            version: extension.version,
            allowed_actions: extension
                .status
                .actions(signoff)
                .iter()
                .filter(allowed)
                .copied()
                .collect(),
        }
    }
}

/// Whether the plan of an extension asks for the approver's signature.
fn signoff(read: &Read, extension: &Extension) -> bool {
    let plan = read
        .catalog()
        .plan(extension.obligation.deadline.requirement.plan(), true);
    plan.is_some_and(|plan| plan.content.plan.settings.unit_signoff)
}

/// Filters over extensions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExtensionParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    plan: Vec<PlanId>,
    /// 单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 应办事项 (obligation)
    #[serde(default)]
    #[param(required = false)]
    obligation: Vec<String>,
    /// 状态 (status)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<ExtensionStatus>,
}

/// 列出延期申请 (list extensions)
///
/// 新的在前；单位角色只看到本单位的。Newest first; units see their own.
#[utoipa::path(tag = "extensions", params(ExtensionParams), responses((status = 200, description = "延期申请列表 (extensions)", body = Page<ExtensionView>)))]
#[get("/extensions")]
pub async fn list_extensions(can: Can<may::ReadLedger>, read: Read) -> Result<HttpResponse> {
    let params: ExtensionParams = extract::query(read.request())?;
    let place = NewestFirst::new(&read, params.limit, params.cursor.as_deref())?;
    let (actor, scope) = (&can.context.actor, can.scope());
    let obligations = params.obligation.iter().map(|id| id.parse::<ObligationId>());
    let obligations = obligations
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| extract::invalid_parameter("obligation", say!("编号形式不对", "is not an obligation id")))?;
    let filter = ExtensionFilter {
        plans: params.plan,
        units: content::asked_units(&read, "unit", &params.unit)?,
        obligations,
        statuses: params.status,
    };
    let (rows, total) = can
        .read(async |tx| {
            let rows = store::extensions::list(tx, &filter, &scope, place.before, place.rows()).await?;
            Ok((rows, store::extensions::count(tx, &filter, &scope).await?))
        })
        .await?;
    place.reply(
        &read,
        rows,
        total,
        |row| row.id,
        |row| ExtensionView::new(&row, signoff(&read, &row), actor),
    )
}

/// 读取一项延期申请 (get an extension)
///
/// `as_of=` 给出当日终了时的样子，取自日志。As it was at the end of that day, by the log.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000"), AsOfParams),
    responses((status = 200, description = "延期申请 (extension)", body = ExtensionView)))]
#[get("/extensions/{id}")]
pub async fn get_extension(can: Can<may::ReadLedger>, read: Read, id: Id<Uuid>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let AsOfParams { as_of } = extract::query(read.request())?;
    let end = as_of.and_then(|day| day.succ_opt()).map(start_of);
    let scope = can.scope();
    let (now, then) = can
        .read(async |tx| {
            let found = store::extensions::find(tx, id.0, &scope).await?;
            let found = found.ok_or_else(Error::not_found)?;
            let then = match end {
                Some(end) => Some(store::log::state_on(tx, &Subject::from(&found), end).await?),
                None => None,
            };
            Ok((found, then))
        })
        .await?;
    let nobody = Actor::anonymous();
    let (extension, actor) = match then {
        None => (now, &can.context.actor),
        // What was is not there to act on.
        Some(state) => {
            let state = state.ok_or_else(Error::not_found)?;
            (serde_json::from_value(state).map_err(Error::internal)?, &nobody)
        }
    };
    let view = ExtensionView::new(&extension, signoff(&read, &extension), actor);
    let reply = Rendered::new(
        JSON,
        serde_json::to_vec(&view).map_err(Error::internal)?,
        Some(extension.version),
    );
    Ok(send(&reply, read.request().headers(), false))
}

/// 申请延期 (request an extension)
///
/// 到期日之前由责任单位提出，写明理由、进展和延至哪天。By the unit, before the due day has passed.
#[utoipa::path(tag = "extensions", request_body = NewExtension, responses((status = 201, description = "已申请 (requested)", body = ExtensionView)))]
#[post("/extensions")]
pub async fn request_extension(
    can: Can<may::AskExtension>,
    key: IdempotencyKey,
    body: Body<NewExtension>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let (extension, signoff) = extensions::request_extension(work, body.value).await?;
        created(
            "extensions",
            &extension.id,
            extension.version,
            &ExtensionView::new(&extension, signoff, &can.context.actor),
        )
    });
    reply.await.map(send_saved)
}

/// 审签延期申请 (sign an extension)
///
/// 由本单位审核人审签，不能是申请人。By the unit's approver, not by who asked.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    responses((status = 200, description = "已审签 (signed)", body = ExtensionView)))]
#[post("/extensions/{id}/sign")]
pub async fn sign_extension(
    can: Can<may::SignExtension>,
    id: Id<Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let reply = can.write_once(&can.context, key.bind_route(), async |work| {
        let (extension, signoff) = extensions::sign_extension(work, id.0, &expected.0).await?;
        changed(
            extension.version,
            &ExtensionView::new(&extension, signoff, &can.context.actor),
        )
    });
    reply.await.map(send_saved)
}

/// 撤回延期申请 (withdraw an extension)
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    responses((status = 200, description = "已撤回 (withdrawn)", body = ExtensionView)))]
#[post("/extensions/{id}/withdraw")]
pub async fn withdraw_extension(
    can: Can<may::AskExtension>,
    id: Id<Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let reply = can.write_once(&can.context, key.bind_route(), async |work| {
        let (extension, signoff) = extensions::withdraw_extension(work, id.0, &expected.0).await?;
        changed(
            extension.version,
            &ExtensionView::new(&extension, signoff, &can.context.actor),
        )
    });
    reply.await.map(send_saved)
}

/// 批准的内容 (what is granted)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantInput {
    /// 批准延至；没有则为申请的日期 (the day granted; absent: the day asked for)
    #[serde(default)]
    #[schema(example = "2018-01-15")]
    due_on: Option<Day>,
    /// 审批意见 (a note)
    #[serde(default)]
    #[schema(example = "同意延至1月15日")]
    note: Option<String>,
}

/// 批准延期 (grant an extension)
///
/// 可另定日期；原到期日保留。Perhaps to another day; the original due day stays on the record.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    request_body = GrantInput, responses((status = 200, description = "已批准 (granted)", body = ExtensionView)))]
#[post("/extensions/{id}/grant")]
pub async fn grant_extension(
    can: Can<may::DecideExtension>,
    id: Id<Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
    body: Body<GrantInput>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let GrantInput { due_on, note } = body.value;
        let (extension, signoff) = extensions::grant_extension(work, id.0, &expected.0, due_on, note).await?;
        changed(
            extension.version,
            &ExtensionView::new(&extension, signoff, &can.context.actor),
        )
    });
    reply.await.map(send_saved)
}

/// 不批准延期 (refuse an extension)
///
/// 须说明理由。With a reason.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    request_body = ReasonInput, responses((status = 200, description = "不批准 (refused)", body = ExtensionView)))]
#[post("/extensions/{id}/refuse")]
pub async fn refuse_extension(
    can: Can<may::DecideExtension>,
    id: Id<Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
    body: Body<ReasonInput>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let reason = required_reason(body.value.reason)?;
        let (extension, signoff) = extensions::refuse_extension(work, id.0, &expected.0, reason).await?;
        changed(
            extension.version,
            &ExtensionView::new(&extension, signoff, &can.context.actor),
        )
    });
    reply.await.map(send_saved)
}
