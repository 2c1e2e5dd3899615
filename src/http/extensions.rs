//! `/extensions`: requests to move due days (延期), and their decisions

use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::{
    caller::{Call, Caller, may},
    input::{self, Body, Change, Create, Id, content},
    list::{Column, List, Page, ParamsOf, Stored, columns},
    obligations::AsOfParams,
    occurrences::ReasonInput,
    reply::{changed, created},
};
use crate::{
    domain::{
        extension::{Extension, ExtensionAction, ExtensionStatus, NewExtension},
        id::PlanId,
        order::{Key, Place},
        plan::Rules,
        policy::Actor,
        scope::Scope,
        time::{Day, Instant, start_of},
    },
    error::{Error, Result},
    service::{extensions, obligations::required_reason},
    store::{self, Tx, extensions::ExtensionFilter, log::Subject, page::Sorts},
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
    fn new(extension: &Extension, rules: Rules, actor: &Actor) -> Self {
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
            allowed_actions: extension.actions_for(actor, rules),
        }
    }
}

/// What the plan of an extension asks of it.
fn rules(call: &Call, extension: &Extension) -> Rules {
    call.catalog().rules(extension.obligation.deadline.requirement.plan())
}

/// The list of extensions.
pub struct Extensions;

impl List for Extensions {
    type Filters = ExtensionParams;
    type View = ExtensionView;
    const FILE: (&'static str, &'static str) = ("extensions", "延期申请");
    const SORT: &'static str = "-id";
    const COLUMNS: &'static [Column<ExtensionView>] = columns![
        id,
        obligation_id,
        unit,
        status,
        due_on,
        requested_due_on,
        granted_due_on,
        reason,
        progress,
        requested_by,
        requested_at,
        signed_by,
        decided_by,
        decided_at,
        decision,
    ];

    fn sorts() -> Vec<&'static str> {
        Self::fields()
    }
}

impl Stored for Extensions {
    type Question = (ExtensionFilter, Scope<Extension>);
    type Row = Extension;
    const SORTS: Sorts = store::extensions::SORTS;

    async fn rows(tx: &mut Tx, (filter, scope): &Self::Question, place: &Place) -> Result<Vec<Extension>> {
        Ok(store::extensions::list(tx, filter, scope, place).await?)
    }

    async fn count(tx: &mut Tx, (filter, scope): &Self::Question) -> Result<i64> {
        Ok(store::extensions::count(tx, filter, scope).await?)
    }

    fn key(row: &Extension, sort: &str) -> Key {
        match sort {
            "due_on" => Key::Day(row.due_on),
            _ => Key::Uuid(row.id),
        }
    }

    fn view(row: &Extension, _: &Self::Question, call: &Call) -> ExtensionView {
        ExtensionView::new(row, rules(call, row), call.actor())
    }
}

/// Filters over extensions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExtensionParams {
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
#[utoipa::path(tag = "extensions", params(ParamsOf<Extensions>), responses((status = 200, description = "延期申请列表 (extensions)", body = Page<ExtensionView>)))]
#[get("/extensions")]
pub async fn list_extensions(caller: Caller<may::ReadLedger>) -> Result<HttpResponse> {
    let ask = |filters: ExtensionParams, _| {
        let filter = ExtensionFilter {
            plans: filters.plan,
            units: content::concrete_units(&caller, "unit", &filters.unit)?,
            obligations: content::obligations(&filters.obligation)?,
            statuses: filters.status,
        };
        Ok((filter, caller.scope()))
    };
    caller.list_stored::<Extensions>(ask).await
}

/// 读取一项延期申请 (get an extension)
///
/// `as_of=` 给出当日终了时的样子，取自日志。As it was at the end of that day, by the log.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000"), AsOfParams),
    responses((status = 200, description = "延期申请 (extension)", body = ExtensionView)))]
#[get("/extensions/{id}")]
pub async fn get_extension(caller: Caller<may::ReadLedger>, id: Id<Uuid>) -> Result<HttpResponse> {
    let AsOfParams { as_of } = input::query(caller.request())?;
    let end = as_of.and_then(|day| day.succ_opt()).map(start_of);
    let find = async |tx: &mut Tx| {
        let Some(now) = store::extensions::find(tx, id.0, &caller.scope()).await? else {
            return Ok(None);
        };
        let (extension, actor) = match end {
            None => (now, caller.actor()),
            // What was is not there to act on.
            Some(end) => {
                let state = store::log::state_on(tx, &Subject::from(&now), end).await?;
                let state = state.ok_or_else(Error::not_found)?;
                (
                    serde_json::from_value(state).map_err(Error::internal)?,
                    &Actor::anonymous(),
                )
            }
        };
        let view = ExtensionView::new(&extension, rules(&caller, &extension), actor);
        Ok(Some((view, Some(extension.version))))
    };
    caller.get_stored(find).await
}

/// 申请延期 (request an extension)
///
/// 到期日之前由责任单位提出，写明理由、进展和延至哪天。By the unit, before the due day has passed.
#[utoipa::path(tag = "extensions", request_body = NewExtension, responses((status = 201, description = "已申请 (requested)", body = ExtensionView)))]
#[post("/extensions")]
pub async fn request_extension(
    caller: Caller<may::AskExtension>,
    create: Create<NewExtension>,
) -> Result<HttpResponse> {
    caller
        .write(create.once, async |work| {
            let (extension, rules) = extensions::request_extension(work, create.value).await?;
            created(
                "extensions",
                &extension.id,
                extension.version,
                &ExtensionView::new(&extension, rules, caller.actor()),
            )
        })
        .await
}

/// 审签延期申请 (sign an extension)
///
/// 由本单位审核人审签，不能是申请人。By the unit's approver, not by who asked.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    responses((status = 200, description = "已审签 (signed)", body = ExtensionView)))]
#[post("/extensions/{id}/sign")]
pub async fn sign_extension(caller: Caller<may::SignExtension>, change: Change<Id<Uuid>>) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let (extension, rules) = extensions::sign_extension(work, change.at.0, &change.expected).await?;
            changed(
                extension.version,
                &ExtensionView::new(&extension, rules, caller.actor()),
            )
        })
        .await
}

/// 撤回延期申请 (withdraw an extension)
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    responses((status = 200, description = "已撤回 (withdrawn)", body = ExtensionView)))]
#[post("/extensions/{id}/withdraw")]
pub async fn withdraw_extension(caller: Caller<may::AskExtension>, change: Change<Id<Uuid>>) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let (extension, rules) = extensions::withdraw_extension(work, change.at.0, &change.expected).await?;
            changed(
                extension.version,
                &ExtensionView::new(&extension, rules, caller.actor()),
            )
        })
        .await
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
    caller: Caller<may::DecideExtension>,
    change: Change<Id<Uuid>, Body<GrantInput>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let GrantInput { due_on, note } = change.body.value;
            let (extension, rules) =
                extensions::grant_extension(work, change.at.0, &change.expected, due_on, note).await?;
            changed(
                extension.version,
                &ExtensionView::new(&extension, rules, caller.actor()),
            )
        })
        .await
}

/// 不批准延期 (refuse an extension)
///
/// 须说明理由。With a reason.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    request_body = ReasonInput, responses((status = 200, description = "不批准 (refused)", body = ExtensionView)))]
#[post("/extensions/{id}/refuse")]
pub async fn refuse_extension(
    caller: Caller<may::DecideExtension>,
    change: Change<Id<Uuid>, Body<ReasonInput>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let reason = required_reason(change.body.value.reason)?;
            let (extension, rules) = extensions::refuse_extension(work, change.at.0, &change.expected, reason).await?;
            changed(
                extension.version,
                &ExtensionView::new(&extension, rules, caller.actor()),
            )
        })
        .await
}
