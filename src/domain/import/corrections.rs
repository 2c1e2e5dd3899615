//! What a coordinator knows better than the reader: what columns mean, who is meant, what a deadline says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::header::Meaning;
use crate::domain::{
    deadline::Rule,
    id::{PlanId, UnitCode},
    text,
    time::Day,
    vocabulary::vocabulary,
};

vocabulary! {
    /// 空格如何理解 (what an empty cell means)
    #[schema(as = ImportEmptyCells)]
    pub enum EmptyCells {
        /// As the cell above it, within a task.
        Inherit = "inherit": "沿用上格", "as the cell above";
        /// Nothing.
        Empty = "empty": "即为空", "nothing";
    }
}

/// 更正：合并修改，`null` 取消一项 (corrections; merged into those made before, `null` takes one back)
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Corrections {
    /// 要建立的方案 (the plan that is made)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanWords>,
    /// 并入已有草案，而不是新建 (the draft that the tasks are added to, instead of a new plan)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub onto: Option<PlanId>,
    /// 列的含义，键为“表.列” (what columns mean, by `table.column`)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Meaning>, example = json!({"1.3": "requirement"}))]
    pub columns: BTreeMap<String, Option<Meaning>>,
    /// 原文的单位指谁；空数组为不计 (who is meant by a name of the document; an empty list: nobody)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Vec<String>>, example = json!({"市教委": ["jyj"]}))]
    pub units: BTreeMap<String, Option<Vec<UnitCode>>>,
    /// 时限原文的规则 (what a deadline of the document means)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Rule>)]
    pub rules: BTreeMap<String, Option<Rule>>,
    /// 空格如何理解 (what empty cells mean, whatever the spans say)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_cells: Option<EmptyCells>,
}

/// 方案本身的内容 (what the document may not say of the plan itself)
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ImportedPlanWords)]
pub struct PlanWords {
    /// 方案编号 (id)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "dg-2018")]
    pub id: Option<PlanId>,
    /// 标题 (title)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 年度 (year)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2018)]
    pub year: Option<i32>,
    /// 印发单位 (issuing unit)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "zwfwb")]
    pub issuer: Option<UnitCode>,
    /// 起始日 (first day)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// 截止日 (last day)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
}

impl Corrections {
    /// Who is meant by `name`, if somebody has said so.
    pub fn units_of(&self, name: &str) -> Option<&[UnitCode]> {
        if self.units.is_empty() {
            return None;
        }
        let name = text::normalize(name);
        let found = self.units.iter().find(|(said, _)| text::normalize(said) == name);
        found.and_then(|(_, codes)| codes.as_deref())
    }

    /// What `phrase` means, if somebody has said so.
    pub fn rule_of(&self, phrase: &str) -> Option<&Rule> {
        if self.rules.is_empty() {
            return None;
        }
        let phrase = text::normalize(phrase);
        let found = self.rules.iter().find(|(said, _)| text::normalize(said) == phrase);
        found.and_then(|(_, rule)| rule.as_ref())
    }

    /// What is known of the columns of `table`.
    pub fn columns_of(&self, table: u32) -> BTreeMap<u32, Meaning> {
        let known = self.columns.iter().filter_map(|(place, meaning)| {
            let (of, column) = place.split_once('.')?;
            (of.parse() == Ok(table)).then_some((column.parse().ok()?, (*meaning)?))
        });
        known.collect()
    }
}
