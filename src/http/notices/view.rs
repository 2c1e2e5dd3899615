//! A notice as its reader may see it: the issuing offices all of it, a unit what concerns itself.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        id::NoticeId,
        notice::{Addressee, Notice, NoticeAction, NoticeKind, NoticeLevel, NoticeStatus},
        scope::Scope,
        second_review::last_day_to_ask,
        thing::ThingKind,
        time::{Day, Instant},
        unit::UnitDirectory,
    },
    http::{
        caller::Call,
        link::{Links, links},
        list::{Cell, Column, columns},
        steps::{at, by, name},
        units::UnitName,
    },
};

/// 单位的答复 (a unit's answer)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// 内容 (text)
    text: String,
    /// 答复人 (who)
    answered_by: String,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "张三")]
    answered_by_name: Option<String>,
    /// 答复时间 (when)
    answered_at: Instant,
}

/// 主送单位及其签收、答复 (a unit addressed, and what it did)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Addressee)]
pub struct AddresseeView {
    /// 单位 (unit)
    unit: UnitName,
    /// 该单位涉及的应办事项 (its obligations concerned)
    obligations: Vec<String>,
    /// 签收人 (who acknowledged)
    acknowledged_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    acknowledged_by_name: Option<String>,
    /// 签收时间 (when)
    acknowledged_at: Option<Instant>,
    /// 答复 (answer)
    answer: Option<AnswerView>,
    /// 答复期限已过而未答复；当日不算 (its day has passed without an answer)
    overdue: bool,
    /// 复核后对该单位撤销的时间 (when it was lifted for this unit after a second review)
    lifted_at: Option<Instant>,
}

/// 督办单 (notice)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView {
    /// 编号 (id)
    id: NoticeId,
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 类别 (kind)
    kind: NoticeKind,
    /// 级别，仅催办、督办 (level; of reminders and supervision notices)
    level: Option<NoticeLevel>,
    /// 文号，签发时给出 (number, from when it is issued)
    #[schema(example = "催〔2017〕3号")]
    number: Option<String>,
    /// 状态 (status)
    status: NoticeStatus,
    /// 事由 (subject)
    subject: String,
    /// 正文 (text)
    text: String,
    /// 依据 (basis)
    basis: Option<String>,
    /// 答复期限，当日不算逾期 (the last day to answer)
    reply_by: Option<Day>,
    /// 所升级的前一份督办单 (the earlier notice that it escalates)
    follows: Option<NoticeId>,
    /// 紧急事由 (why it started above blue)
    urgent_reason: Option<String>,
    /// 主送，含集合单位；仅发文部门可见 (whom it names, collectives included; for the issuing offices)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addressed: Vec<UnitName>,
    /// 各主送单位；单位只看到本单位 (the units addressed; a unit sees itself)
    units: Vec<AddresseeView>,
    /// 是否有单位逾期未答复 (whether any of these units is overdue)
    overdue: bool,
    /// 起草和修改过的人，不得审批；仅发文部门可见 (who wrote on it; for the issuing offices)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prepared_by: Vec<String>,
    /// 起草时间 (when it was begun)
    created_at: Instant,
    /// 审批人 (who approved)
    approved_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    approved_by_name: Option<String>,
    /// 审批时间 (when)
    approved_at: Option<Instant>,
    /// 最近一次退回的理由 (why it was returned)
    return_reason: Option<String>,
    /// 签发人 (who issued it)
    issued_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    issued_by_name: Option<String>,
    /// 签发时间 (when)
    issued_at: Option<Instant>,
    /// 可申请复核的最后一天 (the last day to ask for a second review)
    review_until: Option<Day>,
    /// 撤销人 (who rescinded it)
    rescinded_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    rescinded_by_name: Option<String>,
    /// 撤销时间 (when)
    rescinded_at: Option<Instant>,
    /// 撤销理由 (why)
    rescind_reason: Option<String>,
    /// 版本，可用于 If-Match；单位看到的是本单位部分的版本 (version; for a unit that of its part)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<NoticeAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

/// The columns of a table of notices.
pub const COLUMNS: &[Column<NoticeView>] = columns![
    id: "编号",
    plan_id: "方案",
    kind: "类别",
    level: "级别",
    number: "文号",
    status: "状态",
    subject: "事由",
    text: "内容",
    basis: "依据",
    reply_by: "答复期限",
    units: "单位" = |view| Cell::joined(view.units.iter().map(|one| one.unit.name())),
    overdue: "是否逾期",
    created_at: "起草时间",
    issued_at: "签发时间",
    review_until: "复核申请截止",
    rescinded_at: "撤销时间",
    rescind_reason: "撤销理由",
];

impl AddresseeView {
    fn new(notice: &Notice, one: &Addressee, units: &UnitDirectory, today: Day) -> Self {
        Self {
            unit: UnitName::new(&one.unit, units),
            obligations: notice.obligations_of(&one.unit).map(ToString::to_string).collect(),
            acknowledged_by: by(&one.acknowledged),
            acknowledged_by_name: name(&one.acknowledged),
            acknowledged_at: at(&one.acknowledged),
            answer: one.answer.as_ref().map(|answer| AnswerView {
                text: answer.text.clone(),
                answered_by: answer.given.by.subject().to_owned(),
                answered_by_name: name(&answer.given),
                answered_at: answer.given.at,
            }),
            overdue: notice.is_overdue(one, today),
            lifted_at: at(&one.lifted),
        }
    }
}

impl NoticeView {
    /// What `scope` shows of the notice to the caller on a day.
    pub fn new(notice: &Notice, scope: &Scope<Notice>, call: &Call, today: Day) -> Self {
        let units = &call.catalog().units;
        let allowed = notice.actions_for(call.actor(), today, call.catalog().rules(&notice.plan), units);
        let shown: Vec<&Addressee> = scope.addressees(notice).collect();
        Self {
            id: notice.id,
            plan_id: notice.plan.to_string(),
            kind: notice.kind,
            level: notice.level,
            number: notice.document_number(),
            status: notice.status,
            subject: notice.subject.clone(),
            text: notice.text.clone(),
            basis: notice.basis.clone(),
            reply_by: notice.reply_by,
            follows: notice.follows,
            urgent_reason: notice.urgent_reason.clone(),
            addressed: scope
                .addressed(notice)
                .iter()
                .map(|code| UnitName::new(code, units))
                .collect(),
            overdue: shown.iter().any(|one| notice.is_overdue(one, today)),
            units: shown
                .iter()
                .map(|one| AddresseeView::new(notice, one, units, today))
                .collect(),
            prepared_by: scope
                .prepared_by(notice)
                .iter()
                .map(|who| who.subject().to_owned())
                .collect(),
            created_at: notice.created.at,
            approved_by: by(&notice.approved),
            approved_by_name: name(&notice.approved),
            approved_at: at(&notice.approved),
            return_reason: notice.returned.clone(),
            issued_by: by(&notice.issued),
            issued_by_name: name(&notice.issued),
            issued_at: at(&notice.issued),
            review_until: notice.issued.as_ref().map(|issued| last_day_to_ask(issued.at)),
            rescinded_by: by(&notice.rescinded),
            rescinded_by_name: name(&notice.rescinded),
            rescinded_at: at(&notice.rescinded),
            rescind_reason: notice.rescission.clone(),
            version: scope.version(notice),
            links: links(call.origin(), (ThingKind::Notice, &notice.id), &allowed),
            allowed_actions: allowed,
        }
    }
}
