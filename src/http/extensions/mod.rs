//! `/extensions`: requests to move due days (延期), and their decisions

mod list;
mod view;

use self::view::rules;
pub use self::{list::list_extensions, view::ExtensionView};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        extension::{Extension, ExtensionId, NewExtension},
        plan::Rules,
        policy::Actor,
        scope::Scope,
        time::{Day, start_of},
    },
    error::Error,
    http::{
        caller::{Call, Caller, may},
        input::{self, AsOfParams, Change, Create, Id, ReasonInput},
        refused::Refused,
        reply::{Reply, Representation},
    },
    service::{
        extensions,
        work::{Expected, Work},
    },
    store::{self, Tx, log::Subject},
};

crate::http::input::described! {
    ExtensionId: "延期申请编号 (extension id)", "019a1b2c-3d4e-7f00-8000-000000000000";
}

/// 读取一项延期申请 (get an extension)
///
/// `as_of=` 给出当日终了时的样子，取自日志。As it was at the end of that day, by the log.
#[utoipa::path(tag = "extensions", params(Id<ExtensionId>, AsOfParams),
    responses((status = 200, description = "延期申请 (extension)", body = ExtensionView), Caller<may::ReadLedger>, Id<ExtensionId>, Refused<422>))]
#[get("/{id}")]
pub async fn get_extension(caller: Caller<may::ReadLedger>, id: Id<ExtensionId>) -> Reply {
    let AsOfParams { as_of } = input::query(caller.request())?;
    let end = as_of.and_then(|day| day.succ_opt()).map(start_of);
    let scope: Scope<Extension> = caller.scope();
    let find = async |tx: &mut Tx| {
        let Some(now) = store::extensions::find(tx, id.0, &scope).await? else {
            return Ok(None);
        };
        let (extension, actor) = match end {
            None => (now, caller.actor()),
            // What was is not there to act on.
            Some(end) => {
                let state = store::log::state_on(tx, &Subject::from(&now), end).await?;
                let state = state.ok_or_else(Error::not_found)?;
                let then: Extension = serde_json::from_value(state).map_err(Error::internal)?;
                if !scope.visibility().shows(then.unit(), then.handed_in) {
                    return Err(Error::not_found());
                }
                (then, &Actor::anonymous())
            }
        };
        let view = ExtensionView::new(&extension, rules(&caller, &extension), actor, caller.origin());
        Ok(Some((view, Some(extension.version))))
    };
    caller.get_stored(find).await
}

/// 申请延期 (request an extension)
///
/// 到期日之前由责任单位提出，写明理由、进展和延至哪天。方案要求审签的，审签之前只有本单位看得到。
/// By the unit, before the due day has passed. Where the plan asks for a signature it is the unit's own until it is signed.
#[utoipa::path(tag = "extensions", request_body = NewExtension, responses((status = 201, description = "已申请 (requested)", body = ExtensionView), Caller<may::AskExtension>, Create<NewExtension>))]
#[post("")]
pub async fn request_extension(caller: Caller<may::AskExtension>, create: Create<NewExtension>) -> Reply {
    caller.create(create, extensions::request_extension, shown).await
}

/// The extension as the change leaves it.
fn shown(call: &Call, (extension, rules): &(Extension, Rules)) -> Representation<ExtensionView> {
    let view = ExtensionView::new(extension, *rules, call.actor(), call.origin());
    Representation::new(&extension.id, extension.version, view)
}

/// 审签延期申请 (sign an extension)
///
/// 由本单位审核人审签，不能是申请人。By the unit's approver, not by who asked.
#[utoipa::path(tag = "extensions", params(Id<ExtensionId>),
    responses((status = 200, description = "已审签 (signed)", body = ExtensionView), Caller<may::SignExtension>, Change<ExtensionId>))]
#[post("/{id}/sign")]
pub async fn sign_extension(caller: Caller<may::SignExtension>, change: Change<ExtensionId>) -> Reply {
    caller.step(change, extensions::sign_extension, shown).await
}

/// 撤回延期申请 (withdraw an extension)
#[utoipa::path(tag = "extensions", params(Id<ExtensionId>),
    responses((status = 200, description = "已撤回 (withdrawn)", body = ExtensionView), Caller<may::AskExtension>, Change<ExtensionId>))]
#[post("/{id}/withdraw")]
pub async fn withdraw_extension(caller: Caller<may::AskExtension>, change: Change<ExtensionId>) -> Reply {
    caller.step(change, extensions::withdraw_extension, shown).await
}

/// 批准的内容 (what is granted)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantInput {
    /// 批准延至；没有则为申请的日期 (the day granted; absent: the day asked for)
    #[serde(default)]
    #[schema(example = "2018-01-15")]
    granted_due_on: Option<Day>,
    /// 审批意见 (what is said with it)
    #[serde(default)]
    #[schema(example = "同意延至1月15日")]
    decision: Option<String>,
}

/// 批准延期 (grant an extension)
///
/// 可另定日期；原到期日保留。不带请求体即批准所申请的日期。
/// Perhaps to another day; the original due day stays on the record. Without a body the day asked for is granted.
#[utoipa::path(tag = "extensions", params(Id<ExtensionId>),
    request_body = Option<GrantInput>, responses((status = 200, description = "已批准 (granted)", body = ExtensionView), Caller<may::DecideExtension>, Change<ExtensionId, GrantInput>))]
#[post("/{id}/grant")]
pub async fn grant_extension(caller: Caller<may::DecideExtension>, change: Change<ExtensionId, GrantInput>) -> Reply {
    let grant = async |work: &mut Work<'_>, id: &ExtensionId, expected: &Expected, said: GrantInput| {
        extensions::grant_extension(work, id, expected, said.granted_due_on, said.decision).await
    };
    caller.change(change, grant, shown).await
}

/// 不批准延期 (refuse an extension)
///
/// 须说明理由。With a reason.
#[utoipa::path(tag = "extensions", params(Id<ExtensionId>),
    request_body = ReasonInput, responses((status = 200, description = "不批准 (refused)", body = ExtensionView), Caller<may::DecideExtension>, Change<ExtensionId, ReasonInput>))]
#[post("/{id}/refuse")]
pub async fn refuse_extension(caller: Caller<may::DecideExtension>, change: Change<ExtensionId, ReasonInput>) -> Reply {
    caller.step_because(change, extensions::refuse_extension, shown).await
}
