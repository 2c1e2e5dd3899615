//! The states of a report, and the steps between them.

use crate::domain::{
    policy::{Action, Actor},
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where a report is in its life.
    pub enum ReportStatus {
        /// 草稿: the unit's own
        Draft = "draft": "草稿", "draft";
        /// 待审签: written, and not signed by the unit's approver yet
        AwaitingSignoff = "awaiting_signoff": "待审签", "awaiting signoff";
        /// 待审核: with the coordinators
        Submitted = "submitted": "待审核", "submitted";
        /// 已退回: to be mended by the unit
        Returned = "returned": "已退回", "returned";
        /// 已通过
        Accepted = "accepted": "已通过", "accepted";
        /// 已撤回: taken back by the unit
        Withdrawn = "withdrawn": "已撤回", "withdrawn";
    }
}

impl Publication {
    /// Whether anybody may read a report of this status.
    pub fn opens(self, status: ReportStatus) -> bool {
        status == ReportStatus::Accepted && self == Self::Cleared
    }
}

impl ReportStatus {
    /// Whether it has left its unit, and was not taken back.
    pub fn was_handed_in(self) -> bool {
        matches!(self, Self::Submitted | Self::Returned | Self::Accepted)
    }
}

vocabulary! {
    /// Where a report stands with the secrecy review: 先审查后公开, 一事一审.
    pub enum Publication {
        /// 未审查
        Pending = "pending": "未审查", "pending";
        /// 可公开
        Cleared = "cleared": "可公开", "cleared";
        /// 不予公开
        Withheld = "withheld": "不予公开", "withheld";
    }
}

vocabulary! {
    /// 审核结论 (decision)
    pub enum Decision {
        /// 通过
        Accept = "accept": "通过", "accept";
        /// 退回
        Return = "return": "退回", "return";
    }
}

vocabulary! {
    /// 公开审查结论 (whether a report may be public)
    pub enum Judgement {
        /// 准予公开
        Clear = "clear": "准予公开", "clear";
        /// 不予公开
        Withhold = "withhold": "不予公开", "withhold";
    }
}

vocabulary! {
    /// 对进展报告的操作：`update` 即 PATCH，`delete` 即 DELETE (what may be done to a report)
    pub enum ReportAction {
        /// 保存 (by the unit)
        Update = "update": "保存", "update";
        /// 删除草稿 (by the unit, as long as it was never submitted)
        Delete = "delete": "删除草稿", "delete";
        /// 提交, again after a return (by the unit)
        Submit = "submit": "提交", "submit";
        /// 审签 (by the unit's approver)
        Sign = "sign": "审签", "sign";
        /// 撤回 (by the unit)
        Withdraw = "withdraw": "撤回", "withdraw";
        /// 通过 (by a coordinator)
        Accept = "accept": "通过", "accept";
        /// 退回, with a reason (by a coordinator)
        Return = "return": "退回", "return";
        /// 准予公开 (by a secrecy reviewer)
        Clear = "clear": "准予公开", "clear";
        /// 不予公开, with a reason (by a secrecy reviewer)
        Withhold = "withhold": "不予公开", "withhold";
        /// 修订: a new revision, which both reviews see again (by the unit)
        Revise = "revise": "修订", "revise";
    }
}

impl ReportAction {
    /// What the caller must be allowed to do for it.
    pub fn demands(self) -> Action {
        match self {
            Self::Update | Self::Delete | Self::Submit | Self::Withdraw | Self::Revise => Action::WriteReports,
            Self::Sign => Action::SignReports,
            Self::Accept | Self::Return => Action::ReviewReports,
            Self::Clear | Self::Withhold => Action::JudgeReports,
        }
    }

    /// Whether it outlasts the plan: what was handed in may still be judged when the year is over.
    pub fn outlasts_plan(self) -> bool {
        matches!(self, Self::Accept | Self::Return | Self::Clear | Self::Withhold)
    }

    /// Whether `actor` may judge at all, so that it matters what they wrote themselves.
    pub fn judges(actor: &Actor) -> bool {
        let mut judging = Self::ALL.iter().filter(|action| action.is_review());
        judging.any(|action| actor.may(action.demands()))
    }

    /// Whether it judges a report, which its authors must not do.
    pub fn is_review(self) -> bool {
        matches!(
            self,
            Self::Sign | Self::Accept | Self::Return | Self::Clear | Self::Withhold
        )
    }
}
