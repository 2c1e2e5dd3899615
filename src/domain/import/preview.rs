//! What users are shown of a proposal before anything is made of it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::{
    finding::{Finding, Severity},
    proposal::{Proposal, ProposedTask, UnderstoodColumn},
};
use crate::domain::unit::NewUnit;

/// 数目 (how many)
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ImportCounts {
    /// 工作任务 (tasks)
    #[schema(example = 39)]
    pub tasks: usize,
    /// 具体要求 (requirements)
    #[schema(example = 127)]
    pub requirements: usize,
    /// 须先更正的 (what is corrected before it is committed)
    #[schema(example = 0)]
    pub errors: usize,
    /// 提醒 (what somebody should look at)
    #[schema(example = 1)]
    pub warnings: usize,
}

/// 预览：文件被理解为什么 (what the file was understood to say)
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub struct Preview {
    /// 标题 (title)
    #[schema(example = "2017年全市政务信息公开工作重点分工方案")]
    pub title: Option<String>,
    /// 文号 (number of the document)
    #[schema(example = "东府办〔2017〕12号")]
    pub document_number: Option<String>,
    /// 年度 (year)
    #[schema(example = 2017)]
    pub year: Option<i32>,
    /// 数目 (how many)
    pub counts: ImportCounts,
    /// 各列 (the columns of its tables)
    pub columns: Vec<UnderstoodColumn>,
    /// 发现，先整个文件，再按位置 (what was found: of the whole file, then by place)
    pub findings: Vec<Finding>,
    /// 未知单位的建议，改好后可作为 `new_units` 更正 (the units that nobody knows, as they could be created: `new_units`)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggested_units: Vec<NewUnit>,
    /// 将建立的任务和要求 (what would be made)
    pub tasks: Vec<ProposedTask>,
}

impl Preview {
    /// What `proposal` says.
    pub fn new(proposal: &Proposal) -> Self {
        let of = |severity| {
            let found = proposal.findings.iter();
            found.filter(|finding| finding.severity == severity).count()
        };
        Self {
            title: proposal.title.clone(),
            document_number: proposal.document_number.clone(),
            year: proposal.year,
            counts: ImportCounts {
                tasks: proposal.tasks.len(),
                requirements: proposal.tasks.iter().map(|task| task.requirements.len()).sum(),
                errors: of(Severity::Error),
                warnings: of(Severity::Warning),
            },
            columns: proposal.columns.clone(),
            findings: proposal.findings.clone(),
            suggested_units: proposal.suggested_units.clone(),
            tasks: proposal.tasks.clone(),
        }
    }
}
