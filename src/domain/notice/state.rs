//! What a notice is for, how severe it is, where it is in its life, and what that allows.

use crate::domain::{policy::Action, vocabulary::vocabulary};

vocabulary! {
    /// What a notice is for.
    pub enum NoticeKind {
        /// 催办
        Reminder = "reminder": "催办", "reminder";
        /// 督办
        Supervision = "supervision": "督办", "supervision";
        /// 通报表扬
        Commendation = "commendation": "通报表扬", "commendation";
        /// 通报批评
        Criticism = "criticism": "通报批评", "criticism";
    }
}

vocabulary! {
    /// 督办单的级别, from mild to severe.
    pub enum NoticeLevel {
        /// 蓝
        Blue = "blue": "蓝", "blue";
        /// 黄
        Yellow = "yellow": "黄", "yellow";
        /// 红
        Red = "red": "红", "red";
    }
}

vocabulary! {
    /// Where a notice is in its life.
    pub enum NoticeStatus {
        /// 草稿
        Draft = "draft": "草稿", "draft";
        /// 待审批
        Submitted = "submitted": "待审批", "submitted";
        /// 已审批
        Approved = "approved": "已审批", "approved";
        /// 已签发
        Issued = "issued": "已签发", "issued";
        /// 已撤销
        Rescinded = "rescinded": "已撤销", "rescinded";
    }
}

vocabulary! {
    /// 对督办单的操作：`update` 即 PATCH，`delete` 即 DELETE (what may be done to a notice)
    pub enum NoticeAction {
        /// 修改
        Update = "update": "修改", "update";
        /// 删除
        Delete = "delete": "删除", "delete";
        /// 提请审批
        Submit = "submit": "提请审批", "submit";
        /// 审批
        Approve = "approve": "审批", "approve";
        /// 签发
        Issue = "issue": "签发", "issue";
        /// 退回
        Return = "return": "退回", "return";
        /// 撤销
        Rescind = "rescind": "撤销", "rescind";
        /// 签收 (by an addressed unit)
        Acknowledge = "acknowledge": "签收", "acknowledge";
        /// 答复 (by an addressed unit)
        Answer = "answer": "答复", "answer";
    }
}

impl NoticeAction {
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
