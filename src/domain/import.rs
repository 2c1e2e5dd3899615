//! 导入: a file that an office has, understood row by row, shown before anything is made of it.

mod beside;
mod brackets;
mod cell_text;
mod corrections;
mod deadlines;
mod default;
mod document;
mod finding;
mod fit;
mod header;
mod heading;
mod in_text;
mod items;
mod kinds;
pub mod label;
mod make;
mod noted;
mod outline;
mod pages;
mod parts;
mod planned;
mod preview;
mod proposal;
mod settled;
mod signs;
mod suggest;
mod tables;
mod title;
mod understand;
mod units;
mod walk;
mod words;

use chrono::Duration;
use serde::Serialize;

pub use self::{
    corrections::{Corrections, CorrectionsPatch, EmptyCells, PlanWords, Rules, TextDeadline},
    document::{Beside, BesideKind, Block, Cell, Document, Format, Place, Row, Table},
    finding::{Finding, FindingCode, Severity, Words},
    header::Meaning,
    heading::{Headings, is_beside},
    noted::{OfTask, are_same, names, who},
    preview::{ImportCounts, Preview},
    proposal::{Origin, Proposal, ProposedRequirement, ProposedTask, UnderstoodColumn},
    settled::settling,
    title::{first_leads, lines as title_lines},
    understand::understand,
    units::{meant, meant_in},
    words::meaning,
};
use super::{
    id::PlanId,
    policy::{Action, Actor},
    scope::Scoped,
    step::Step,
    time::Instant,
    vocabulary::vocabulary,
};

super::id::unique! {
    /// An import's id.
    ImportId
}

super::event::events! {
    IMPORT_CREATED = "import.created",
    IMPORT_UPDATED = "import.updated",
    IMPORT_COMMITTED = "import.committed",
    IMPORT_DELETED = "import.deleted",
}

/// How long a preview is kept.
pub const KEPT: Duration = Duration::days(1);

vocabulary! {
    /// 导入的状态 (where an import is in its life)
    pub enum ImportStatus {
        /// 待落库: nothing has been made of it.
        Open = "open": "待提交", "open";
        /// 已落库: a plan has what it says.
        Committed = "committed": "已写入方案", "committed";
    }
}

vocabulary! {
    /// 对导入的操作：`update` 即 PATCH，`delete` 即 DELETE (what may be done to an import)
    pub enum ImportAction {
        /// 更正
        Update = "update": "更正", "correct";
        /// 写入方案
        Commit = "commit": "写入方案", "commit";
        /// 删除
        Delete = "delete": "删除", "delete";
    }
}

/// A file that was read, and what is known better of it than it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Import {
    /// UUIDv7.
    pub id: ImportId,
    /// What the file is called.
    pub file_name: String,
    /// What it is.
    pub format: Format,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub sha256: String,
    /// Where it is in its life.
    pub status: ImportStatus,
    /// The plan that has what it says.
    pub plan: Option<PlanId>,
    /// What is known better.
    pub corrections: Corrections,
    /// Who sent it, and when.
    pub created: Step,
    /// When it is forgotten.
    pub expires_at: Instant,
    /// Grows with each change.
    pub version: i64,
}

/// It is committed, which does not allow what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the import was committed to a plan")]
pub struct Committed(pub ImportId);

/// Whether imports are seen: by those who see drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// All of them.
    All,
    /// No import at all.
    None,
}

impl Scoped for Import {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        if actor.may(Action::ReadDrafts) {
            Visibility::All
        } else {
            Visibility::None
        }
    }

    fn everything() -> Visibility {
        Visibility::All
    }
}

impl Import {
    /// `Ok` when its status allows `action`.
    pub fn permit(&self, action: ImportAction) -> Result<(), Committed> {
        match (self.status, action) {
            (ImportStatus::Open, _) | (ImportStatus::Committed, ImportAction::Delete) => Ok(()),
            (ImportStatus::Committed, ImportAction::Update | ImportAction::Commit) => Err(Committed(self.id)),
        }
    }

    /// What `actor` may do to it now.
    pub fn actions_for(&self, actor: &Actor) -> Vec<ImportAction> {
        let all = ImportAction::ALL.iter().copied();
        all.filter(|action| actor.may(Action::ManagePlans) && self.permit(*action).is_ok())
            .collect()
    }

    /// The import with other corrections.
    pub fn corrected(self, corrections: Corrections) -> Result<Self, Committed> {
        self.permit(ImportAction::Update)?;
        Ok(Self { corrections, ..self })
    }

    /// The import when `plan` has what it says.
    pub fn committed(self, plan: PlanId) -> Result<Self, Committed> {
        self.permit(ImportAction::Commit)?;
        Ok(Self {
            status: ImportStatus::Committed,
            plan: Some(plan),
            version: self.version + 1,
            ..self
        })
    }
}
