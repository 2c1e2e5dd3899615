//! 完成时限: the phrase as the document has it, and what it means as a typed rule.

mod rule;

use serde::Serialize;

pub use self::rule::{Due, DueKind, Every, Rule, RuleKind, Size, SpanUnit, Within};
use super::{id::DeadlineId, time::Day, vocabulary::vocabulary};

super::event::events! {
    DEADLINE_CREATED = "deadline.created",
    DEADLINE_UPDATED = "deadline.updated",
    DEADLINE_DELETED = "deadline.deleted",
}

vocabulary! {
    /// Where in the document the phrase stands.
    #[derive(Default)]
    #[schema(as = DeadlineSource)]
    pub enum Source {
        /// The column 完成时限.
        #[default]
        Column = "column": "时限栏", "column";
        /// The text of the requirement (每季度, 3个工作日 …).
        Text = "text": "正文", "text";
        /// Nowhere: the document names none, and the plan's default holds.
        Default = "default": "方案默认", "default of the plan";
    }
}

/// The words of a deadline that an amendment removed, alone or with its requirement: what was owed for it stays in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerDeadline {
    /// The title of its task.
    pub task_title: String,
    /// The text of its requirement.
    pub text: String,
    /// Its phrase.
    pub phrase: String,
    /// The kind of its rule.
    pub rule_kind: RuleKind,
}

/// One deadline of a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// Id, `dg-2017.18.1.d2`.
    pub id: DeadlineId,
    /// The phrase verbatim.
    pub phrase: String,
    /// Where it stands in the document.
    pub source: Source,
    /// What it means.
    pub rule: Rule,
    /// The day from which it counts: what falls due before is nobody's. Absent: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Day>,
    /// Grows with each change.
    pub version: i64,
}
