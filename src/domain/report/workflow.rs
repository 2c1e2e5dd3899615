//! The states of a report, and the steps between them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::policy::{Action, Actor};

/// Where a report is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// 草稿: the unit's own
    Draft,
    /// 待审签: written, and not signed by the unit's approver yet
    AwaitingSignoff,
    /// 已提交: with the coordinators
    Submitted,
    /// 已退回: to be mended by the unit
    Returned,
    /// 已通过
    Accepted,
    /// 已撤回: taken back by the unit
    Withdrawn,
}

/// Where a report stands with the secrecy review: 先审查后公开, 一事一审.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// 未审查
    Pending,
    /// 可公开
    Cleared,
    /// 不予公开
    Withheld,
}

/// 对进展报告的操作：`update` 即 PATCH，`delete` 即 DELETE (what may be done to a report)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportAction {
    /// 保存 (by the unit)
    Update,
    /// 删除草稿 (by the unit, as long as it was never submitted)
    Delete,
    /// 提交, again after a return (by the unit)
    Submit,
    /// 审签 (by the unit's approver)
    Sign,
    /// 撤回 (by the unit)
    Withdraw,
    /// 通过 (by a coordinator)
    Accept,
    /// 退回, with a reason (by a coordinator)
    Return,
    /// 准予公开 (by a secrecy reviewer)
    Clear,
    /// 不予公开, with a reason (by a secrecy reviewer)
    Withhold,
    /// 修订: a new revision, which both reviews see again (by the unit)
    Revise,
}

impl ReportAction {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Update,
        Self::Delete,
        Self::Submit,
        Self::Sign,
        Self::Withdraw,
        Self::Accept,
        Self::Return,
        Self::Clear,
        Self::Withhold,
        Self::Revise,
    ];

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

    /// Whether it judges what somebody wrote: nobody does that to their own words.
    pub fn is_review(self) -> bool {
        matches!(
            self,
            Self::Sign | Self::Accept | Self::Return | Self::Clear | Self::Withhold
        )
    }
}
