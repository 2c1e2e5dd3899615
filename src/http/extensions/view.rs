//! An extension as its reader sees it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        extension::{Extension, ExtensionAction, ExtensionId, ExtensionStatus},
        plan::Rules,
        policy::Actor,
        thing::ThingKind,
        time::{Day, Instant},
    },
    http::{
        caller::Call,
        link::{Links, links},
        list::{Column, columns},
        origin::Origin,
        steps::{at, by, name},
    },
};

/// 延期申请 (extension)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Extension)]
pub struct ExtensionView {
    /// 编号 (id)
    id: ExtensionId,
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
    granted_due_on: Option<Day>,
    /// 理由 (why)
    reason: String,
    /// 目前进展 (progress so far)
    progress: String,
    /// 申请人 (who asked)
    requested_by: String,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    requested_by_name: Option<String>,
    /// 申请时间 (when)
    requested_at: Instant,
    /// 审签人 (who signed for the unit)
    signed_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    signed_by_name: Option<String>,
    /// 审批人 (who decided)
    decided_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    decided_by_name: Option<String>,
    /// 审批时间 (when it was decided)
    decided_at: Option<Instant>,
    /// 审批意见 (what was said with the decision)
    decision: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<ExtensionAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

impl ExtensionView {
    /// The extension as `actor` sees it.
    pub fn new(extension: &Extension, rules: Rules, actor: &Actor, origin: &Origin) -> Self {
        let allowed = extension.actions_for(actor, rules);
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
            requested_by: extension.requested.by.subject().to_owned(),
            requested_by_name: name(&extension.requested),
            requested_at: extension.requested.at,
            signed_by: by(&extension.signed),
            signed_by_name: name(&extension.signed),
            decided_by: by(&extension.decided),
            decided_by_name: name(&extension.decided),
            decided_at: at(&extension.decided),
            decision: extension.decision.clone(),
            version: extension.version,
            links: links(origin, (ThingKind::Extension, &extension.id), &allowed),
            allowed_actions: allowed,
        }
    }
}

/// What the plan of an extension asks of it.
pub fn rules(call: &Call, extension: &Extension) -> Rules {
    call.catalog().rules(extension.obligation.deadline.requirement.plan())
}

/// Its columns in a table.
pub const COLUMNS: &[Column<ExtensionView>] = columns![
    id: "编号",
    obligation_id: "应办事项",
    unit: "单位代码",
    status: "状态",
    due_on: "到期日",
    requested_due_on: "申请延至",
    granted_due_on: "批准延至",
    reason: "理由",
    progress: "进展",
    requested_by: "申请人",
    requested_at: "申请时间",
    signed_by: "审签人",
    decided_by: "决定人",
    decided_at: "决定时间",
    decision: "决定说明",
];
