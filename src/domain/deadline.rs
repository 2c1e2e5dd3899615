//! 完成时限: the phrase as the document has it, and what it means as a typed rule.

mod rule;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::rule::{Due, DueKind, Every, Rule, RuleKind, Size, SpanUnit, Within};
use super::{
    fault::{Checker, FieldError},
    id::{DeadlineId, RequirementId},
    patch::Patch,
    vocabulary::vocabulary,
};

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
    }
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
    /// Grows with each change.
    pub version: i64,
}

/// A deadline as a caller writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeadline {
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "12月底")]
    pub phrase: String,
    /// 出处 (column or text)
    #[serde(default)]
    pub source: Source,
    /// 规则 (what it means)
    pub rule: Rule,
}

impl NewDeadline {
    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        check.text("phrase", &self.phrase, 200);
        check.at("rule", |check| self.rule.check(check));
    }

    /// The deadline this becomes.
    pub fn into_deadline(self, id: DeadlineId) -> Deadline {
        Deadline {
            id,
            phrase: self.phrase,
            source: self.source,
            rule: self.rule,
            version: 1,
        }
    }
}

/// A deadline added to a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddedDeadline {
    /// 所属具体要求 (requirement)
    #[schema(example = "dg-2018.1.1")]
    pub requirement_id: RequirementId,
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "12月底")]
    pub phrase: String,
    /// 出处 (column or text)
    #[serde(default)]
    pub source: Source,
    /// 规则 (what it means)
    pub rule: Rule,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedDeadline {
    /// The deadline this becomes as number `number`, or what is wrong with it.
    pub fn into_deadline(self, number: u32) -> Result<Deadline, Vec<FieldError>> {
        let new = NewDeadline {
            phrase: self.phrase,
            source: self.source,
            rule: self.rule,
        };
        let mut check = Checker::default();
        new.check(&mut check);

        check.finish()?;
        Ok(new.into_deadline(DeadlineId {
            requirement: self.requirement_id,
            number,
        }))
    }
}

/// A change of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlinePatch {
    /// 原文表述 (the phrase verbatim)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "11月底")]
    pub phrase: Patch<String>,
    /// 出处 (column or text)
    #[serde(default)]
    #[schema(value_type = Source, required = false)]
    pub source: Patch<Source>,
    /// 规则 (what it means)
    #[serde(default)]
    #[schema(value_type = Rule, required = false)]
    pub rule: Patch<Rule>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "市政府常务会议决定提前完成")]
    pub reason: Option<String>,
}

impl Deadline {
    /// The deadline after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: DeadlinePatch) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.phrase.set(&mut check, "phrase", &mut self.phrase);
        patch.source.set(&mut check, "source", &mut self.source);
        patch.rule.set(&mut check, "rule", &mut self.rule);
        let new = NewDeadline {
            phrase: self.phrase.clone(),
            source: self.source,
            rule: self.rule.clone(),
        };
        new.check(&mut check);
        check.finish()?;
        Ok(self)
    }
}
