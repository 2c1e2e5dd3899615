//! What an import would make: tasks and requirements, each with where it stands in the file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{corrections::Key, document::Place, finding::Finding, header::Meaning};
use crate::domain::{
    extra::ExtraCell,
    given::NumberInTask,
    new_deadline::NewDeadline,
    plan::NewPlan,
    requirement::{NewRequirement, Responsibility},
    task::NewTask,
    unit::NewUnit,
};

/// 在文件中的出处 (where in the file something was read)
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportOrigin)]
pub struct Origin {
    /// 位置 (where)
    pub place: Place,
    /// 原文 (the original text)
    #[schema(example = "市编办、\n\n市发改局")]
    pub original: String,
    /// 取自上面的单元格 (it stands in a cell above, and counts here too)
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
}

/// 将建立的具体要求 (a requirement that would be made)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportedRequirement)]
pub struct ProposedRequirement {
    /// 序号 (number)
    #[schema(example = 1)]
    pub number: u32,
    /// 正文 (text)
    #[schema(example = "完善政府法律顾问制度。")]
    pub text: String,
    /// 单位原文 (the units' cell)
    #[schema(example = "市法制局")]
    pub units_phrase: String,
    /// 责任分工 (who)
    pub units: Vec<Responsibility>,
    /// 完成时限 (when)
    pub deadlines: Vec<NewDeadline>,
    /// 附加列 (other columns)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraCell>,
    /// 正文的出处 (where its text stands)
    pub text_origin: Origin,
    /// 单位的出处，每列一处 (where its units stand, by column)
    pub unit_origins: Vec<Origin>,
    /// 时限的出处 (where its deadline stands)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_origin: Option<Origin>,
}

/// 将建立的工作任务 (a task that would be made)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportedTask)]
pub struct ProposedTask {
    /// 序号 (number)
    #[schema(example = 1)]
    pub number: u32,
    /// 标题 (title)
    #[schema(example = "推进决策公开")]
    pub title: String,
    /// 原文中的编号 (what it is printed with)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// 上级标题 (headings above it)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// 附加列 (other columns, where a cell stands beside all of its requirements)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraCell>,
    /// 标题的出处 (where its title stands)
    pub origin: Origin,
    /// 具体要求 (requirements)
    pub requirements: Vec<ProposedRequirement>,
}

/// 列 (a column as it was understood)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportColumn)]
pub struct UnderstoodColumn {
    /// 位置，即更正时 columns 的键 (its place: its key in `columns`)
    #[schema(example = "1.3")]
    pub key: String,
    /// 表头 (its header)
    #[schema(example = "具体要求")]
    pub header: String,
    /// 含义 (what it means)
    pub meaning: Meaning,
}

/// What a file was understood to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its title.
    pub title: Option<String>,
    /// 文号.
    pub document_number: Option<String>,
    /// The year.
    pub year: Option<i32>,
    /// The columns of its tables.
    pub columns: Vec<UnderstoodColumn>,
    /// What would be made.
    pub tasks: Vec<ProposedTask>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Unknown units, as they could be created.
    pub suggested_units: Vec<NewUnit>,
    /// The plan, if it has all that a plan needs.
    pub plan: Option<NewPlan>,
    /// The corrections that are of nothing in the file.
    pub unmatched: BTreeSet<Key>,
}

impl From<&ProposedRequirement> for NewRequirement {
    fn from(proposed: &ProposedRequirement) -> Self {
        Self {
            number: Some(NumberInTask(proposed.number)),
            text: proposed.text.clone(),
            units_phrase: proposed.units_phrase.clone(),
            units: proposed.units.iter().map(Into::into).collect(),
            deadlines: proposed.deadlines.clone(),
            extra: proposed.extra.clone(),
            ..Self::default()
        }
    }
}

impl From<&ProposedTask> for NewTask {
    fn from(proposed: &ProposedTask) -> Self {
        Self {
            number: Some(proposed.number),
            title: proposed.title.clone(),
            label: proposed.label.clone(),
            headings: proposed.headings.clone(),
            extra: proposed.extra.clone(),
            requirements: proposed.requirements.iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}
