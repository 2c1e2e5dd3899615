//! What a second review is about.

use serde::Serialize;

use crate::domain::{
    id::{NoticeId, ReportId},
    vocabulary::vocabulary,
};

vocabulary! {
    /// What is objected to.
    pub enum SubjectKind {
        /// 督办单
        Notice = "notice": "督办单", "notice";
        /// 被退回的进展报告
        ProgressReport = "progress_report": "被退回的进展报告", "progress report that was returned";
    }
}

/// One thing that is objected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A notice.
    Notice(NoticeId),
    /// A progress report that was returned.
    ProgressReport(ReportId),
}

impl Subject {
    /// What sort of thing it is.
    pub fn kind(self) -> SubjectKind {
        match self {
            Self::Notice(_) => SubjectKind::Notice,
            Self::ProgressReport(_) => SubjectKind::ProgressReport,
        }
    }
}
