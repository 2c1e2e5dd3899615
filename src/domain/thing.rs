//! A thing of any sort, by what sort it is and by its id.

use std::fmt::Display;

use super::vocabulary::vocabulary;

vocabulary! {
    /// 一类对象 (what sort of thing it is)
    pub enum ThingKind {
        /// 完成时限
        Deadline = "deadline": "完成时限", "deadline";
        /// 延期
        Extension = "extension": "延期申请", "extension";
        /// 公众评价
        Feedback = "feedback": "公众评价", "feedback";
        /// 导入
        Import = "import": "导入", "import";
        /// 督办单
        Notice = "notice": "督办单", "notice";
        /// 应办事项
        Obligation = "obligation": "应办事项", "obligation";
        /// 方案
        Plan = "plan": "方案", "plan";
        /// 进展报告
        ProgressReport = "progress_report": "进展报告", "progress report";
        /// 具体要求
        Requirement = "requirement": "具体要求", "requirement";
        /// 复核
        SecondReview = "second_review": "复核", "second review";
        /// 责任单位
        Unit = "unit": "责任单位", "unit";
    }
}

impl ThingKind {
    /// Whether several of it are called otherwise than one.
    pub fn has_plural(self) -> bool {
        self != Self::Feedback
    }
}

/// One thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What sort of thing it is.
    pub kind: ThingKind,
    /// Its id or code.
    pub id: String,
}

impl Thing {
    /// The thing of this kind with this id.
    pub fn new(kind: ThingKind, id: &impl Display) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }
}
