//! What a notice is for, how severe it is, where it is in its life, and what that allows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::policy::Action;

/// What a notice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// 催办
    Reminder,
    /// 督办
    Supervision,
    /// 通报表扬
    Commendation,
    /// 通报批评
    Criticism,
}

/// 督办单的级别, from mild to severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// 蓝
    Blue,
    /// 黄
    Yellow,
    /// 红
    Red,
}

/// Where a notice is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeStatus {
    /// 草稿
    Draft,
    /// 待审批
    Submitted,
    /// 已审批
    Approved,
    /// 已签发
    Issued,
    /// 已撤销
    Rescinded,
}

/// 对督办单的操作：`update` 即 PATCH，`delete` 即 DELETE (what may be done to a notice)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeAction {
    /// 修改
    Update,
    /// 删除
    Delete,
    /// 提请审批
    Submit,
    /// 审批
    Approve,
    /// 退回
    Return,
    /// 签发
    Issue,
    /// 撤销
    Rescind,
    /// 签收 (by an addressed unit)
    Acknowledge,
    /// 答复 (by an addressed unit)
    Answer,
}

impl NoticeAction {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Update,
        Self::Delete,
        Self::Submit,
        Self::Approve,
        Self::Issue,
        Self::Return,
        Self::Rescind,
        Self::Acknowledge,
        Self::Answer,
    ];

    /// What the caller must be allowed to do for it.
    pub fn demands(self) -> Action {
        match self {
            Self::Update | Self::Delete | Self::Submit | Self::Issue | Self::Rescind => Action::IssueNotice,
            Self::Approve | Self::Return => Action::ApproveNotice,
            Self::Acknowledge | Self::Answer => Action::AnswerNotice,
        }
    }

    /// Whether the units addressed take it, each for itself.
    pub fn is_units(self) -> bool {
        matches!(self, Self::Acknowledge | Self::Answer)
    }
}

impl NoticeKind {
    /// What its numbers begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Reminder => "催",
            Self::Supervision => "督",
            Self::Commendation => "表",
            Self::Criticism => "批",
        }
    }

    /// Whether it urges, with a level and a day by which to answer. The others speak of the past, and
    /// somebody else than their author approves them (art. 21).
    pub fn urges(self) -> bool {
        matches!(self, Self::Reminder | Self::Supervision)
    }

    /// Whether there is something to answer.
    pub fn is_answered(self) -> bool {
        self != Self::Commendation
    }
}

impl NoticeLevel {
    /// The next one, if there is one.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Blue => Some(Self::Yellow),
            Self::Yellow => Some(Self::Red),
            Self::Red => None,
        }
    }
}

impl NoticeStatus {
    /// What its status allows the issuing offices.
    pub fn actions(self, kind: NoticeKind) -> &'static [NoticeAction] {
        use NoticeAction as A;
        match self {
            Self::Draft if kind.urges() => &[A::Update, A::Delete, A::Issue],
            Self::Draft => &[A::Update, A::Delete, A::Submit],
            Self::Submitted => &[A::Approve, A::Return],
            // What was approved may have come too late to be issued as it is.
            Self::Approved => &[A::Issue, A::Return],
            Self::Issued => &[A::Rescind],
            Self::Rescinded => &[],
        }
    }

    /// Whether the units addressed know of it.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Issued | Self::Rescinded)
    }
}
