//! Why a step on a notice is refused, in words.

use crate::{
    domain::{
        fault::Bilingual,
        id::NoticeId,
        notice::{NoticeAction, NoticeStatus, Refusal},
        obligation::ObligationId,
        thing::ThingKind,
    },
    error::{Code, Error},
    say,
    service::{step::StepRefusal, work::plan_closed},
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let detail = match refusal {
            Refusal::Faults(faults) => return Self::body(faults),
            Refusal::NotAddressed | Refusal::NotYours => return Self::not_found(),
            Refusal::PlanClosed(plan) => return plan_closed(&plan),
            Refusal::Pending(id, notice) => return pending(&id, notice),
            Refusal::OwnDraft => {
                let detail = say!(
                    "不能审批本人起草或修改过的督办单",
                    "nobody approves a notice they wrote on"
                );
                return Self::new(Code::Forbidden, detail);
            }
            Refusal::State(status, allowed) => not_now(status, &allowed),
            Refusal::FollowsNothing(id) => {
                let detail = say!(
                    "所升级的督办单 {id} 未签发或已撤销",
                    "the notice {id} that it follows is not issued, or rescinded"
                );
                return Self::new(Code::WrongState, detail).because_of(ThingKind::Notice, &id);
            }
            Refusal::TooEarly(id, last) => {
                let detail = say!(
                    "所升级的督办单 {id} 答复期限为 {last}，期满后才能升级",
                    "the notice {id} that it follows may be answered until {last}; it is escalated after that day"
                );
                return Self::new(Code::WrongState, detail).because_of(ThingKind::Notice, &id);
            }
        };
        Self::new(Code::WrongState, detail)
    }
}

/// 不得重复督查 (art. 15): what a unit has not answered is not asked again, but escalated.
pub fn pending(first: &ObligationId, notice: NoticeId) -> Error {
    Error::new(
        Code::AlreadyExists,
        say!(
            "{first} 已有同类督办单 {notice} 尚未答复，不得重复督查；到期可升级 (follows)",
            "{first}: its unit has not answered the notice {notice} of this kind yet; follow that one instead"
        ),
    )
    .because_of(ThingKind::Notice, &notice)
}

/// What the state is, and what it allows.
fn not_now(status: NoticeStatus, allowed: &[NoticeAction]) -> Bilingual {
    let (zh, en) = match status {
        NoticeStatus::Draft => ("为草稿", "a draft"),
        NoticeStatus::Submitted => ("待审批", "submitted for approval"),
        NoticeStatus::Approved => ("已审批", "approved"),
        NoticeStatus::Issued => ("已签发", "issued"),
        NoticeStatus::Rescinded => ("已撤销", "rescinded"),
    };
    let name = |action: &NoticeAction| match action {
        NoticeAction::Update => ("修改", "update"),
        NoticeAction::Delete => ("删除", "delete"),
        NoticeAction::Submit => ("提请审批", "submit"),
        NoticeAction::Approve => ("审批", "approve"),
        NoticeAction::Return => ("退回", "return"),
        NoticeAction::Issue => ("签发", "issue"),
        NoticeAction::Rescind => ("撤销", "rescind"),
        NoticeAction::Acknowledge => ("签收", "acknowledge"),
        NoticeAction::Answer => ("答复", "answer"),
    };
    if allowed.is_empty() {
        return say!(
            "督办单{zh}，不能再作此操作",
            "the notice is {en}; nothing more can be done to it here"
        );
    }
    let (zhs, ens): (Vec<&str>, Vec<&str>) = allowed.iter().map(name).unzip();
    let (zhs, ens) = (zhs.join("、"), ens.join(", "));
    say!("督办单{zh}，现在只能：{zhs}", "the notice is {en}; now allowed: {ens}")
}

/// The request has no body that could be at fault: the draft is not what it was when it was written.
pub(super) fn outdated(refusal: Refusal) -> Error {
    let Refusal::Faults(faults) = refusal else {
        return refusal.into();
    };
    let zh: Vec<String> = faults.iter().map(|fault| fault.detail.zh.clone()).collect();
    let en: Vec<String> = faults.iter().map(|fault| fault.detail.en.clone()).collect();
    let (zh, en) = (zh.join("；"), en.join("; "));
    let detail = say!("须先修改：{zh}", "it has to be changed first: {en}");
    Error::new(Code::WrongState, detail)
}

impl StepRefusal for Refusal {
    fn comes_first(&self) -> bool {
        matches!(self, Self::NotYours | Self::NotAddressed | Self::PlanClosed(_))
    }

    fn tells_allowed(&self) -> bool {
        !matches!(self, Self::OwnDraft | Self::NotAddressed | Self::NotYours)
    }

    fn into_error(self) -> Error {
        outdated(self)
    }
}
