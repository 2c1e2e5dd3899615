//! What a coordinator knows better than the reader: what columns mean, who is meant, what a deadline says.

mod matched;
mod rules;

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    matched::Key,
    rules::{Rules, TextDeadline},
};
use super::{document::Place, finding::Findings, header::Meaning};
use crate::{
    domain::{
        deadline::Rule,
        extra::LONGEST_NAME,
        fault::{Checker, Fault, FieldError},
        id::PlanId,
        patch::{Merge, Patch},
        text,
        time::Day,
        unit::{NamedUnit, NewUnit, UnitDirectory},
        vocabulary::vocabulary,
    },
    say,
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

/// 已作的更正 (corrections: what somebody knows better than the file)
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCorrections)]
#[serde(deny_unknown_fields, default)]
pub struct Corrections {
    /// 要建立的方案 (the plan that is made)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanWords>,
    /// 并入已有草案，而不是新建 (the draft that the tasks are added to, instead of a new plan)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub onto: Option<PlanId>,
    /// 列的含义，键为“表.列” (what columns mean, by `table.column`)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"1.3": "requirement"}))]
    pub columns: BTreeMap<String, Meaning>,
    /// 附加列的列名，键为“表.列” (what extra columns are called, by `table.column`)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"1.9": "总投资"}))]
    pub column_names: BTreeMap<String, String>,
    /// 原文的单位指谁；空数组为不计 (who is meant by a name of the document; an empty list: nobody)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"市教委": ["市教育局"]}))]
    pub units: BTreeMap<String, Vec<NamedUnit>>,
    /// 随方案一并新建的单位 (units that are created with the plan)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub new_units: Vec<NewUnit>,
    /// 时限原文的规则，写有数个时间的为数组 (what a deadline of the document means; an array where it names several times)
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, Rules>,
    /// 作为时限的正文时间 (times of the text that are deadlines)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub text_deadlines: Vec<TextDeadline>,
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
    #[schema(value_type = String, required = false, example = "dg-2018")]
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
    #[schema(value_type = NamedUnit, required = false, example = "zwfwb")]
    pub issuer: Option<NamedUnit>,
    /// 起始日 (first day)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// 截止日 (last day)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
}

/// 更正，并入已作的更正；`null` 取消一项 (corrections, merged into those made before; `null` takes one back)
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[schema(as = ImportCorrectionsPatch)]
#[serde(deny_unknown_fields)]
pub struct CorrectionsPatch {
    /// 要建立的方案 (the plan that is made)
    #[serde(default)]
    #[schema(value_type = PlanWords, required = false)]
    pub plan: Patch<Merge<PlanWords>>,
    /// 并入已有草案，而不是新建 (the draft that the tasks are added to, instead of a new plan)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, example = "dg-2018")]
    pub onto: Patch<PlanId>,
    /// 列的含义，键为“表.列” (what columns mean, by `table.column`)
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Option<String>>, required = false, example = json!({"1.3": "requirement"}))]
    pub columns: BTreeMap<String, Option<Meaning>>,
    /// 附加列的列名，键为“表.列”，如没有表头的列 (what extra columns are called, by `table.column`, such as one without a header)
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Option<String>>, required = false, example = json!({"1.9": "总投资"}))]
    pub column_names: BTreeMap<String, Option<String>>,
    /// 原文的单位指谁；空数组为不计 (who is meant by a name of the document; an empty list: nobody)
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Vec<NamedUnit>>, required = false, example = json!({"市教委": ["jyj"]}))]
    pub units: BTreeMap<String, Option<Vec<NamedUnit>>>,
    /// 随方案一并新建的单位，如预览中的 `suggested_units`；整体替换 (units that are created with the plan, such as the
    /// `suggested_units` of the preview; replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<NewUnit>, required = false)]
    pub new_units: Patch<Vec<NewUnit>>,
    /// 时限原文的规则，写有数个时间的为数组 (what a deadline of the document means; an array where it names several times)
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Rules>, required = false, example = json!({"适时": {"kind": "year_round"}}))]
    pub rules: BTreeMap<String, Option<Rules>>,
    /// 作为时限的正文时间，照 `time_in_text` 发现中的 `place`、`original`、`rules`；整体替换 (times of the text that are deadlines,
    /// as findings `time_in_text` have them; replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<TextDeadline>, required = false)]
    pub text_deadlines: Patch<Vec<TextDeadline>>,
    /// 空格如何理解 (what empty cells mean, whatever the spans say)
    #[serde(default)]
    #[schema(value_type = EmptyCells, required = false)]
    pub empty_cells: Patch<EmptyCells>,
}

/// Corrections of one kind.
const MOST: usize = 1000;

impl CorrectionsPatch {
    /// What is wrong with it, apart from any file.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        for (field, count) in [
            ("columns", self.columns.len()),
            ("column_names", self.column_names.len()),
            ("units", self.units.len()),
            ("new_units", self.new_units.value().map_or(0, Vec::len)),
            ("rules", self.rules.len()),
            ("text_deadlines", self.text_deadlines.value().map_or(0, Vec::len)),
        ] {
            if count > MOST {
                check.at(field, |check| {
                    check.fault(Fault::TooLong, say!("最多 {MOST} 项", "at most {MOST} of them"));
                });
            }
        }
        let columns = self.columns.keys().map(|place| ("columns", place));
        for (field, place) in columns.chain(self.column_names.keys().map(|place| ("column_names", place))) {
            if column_at(place).is_none() {
                check.at(field, |check| {
                    check.at(place.as_str(), |check| {
                        check.fault(
                            Fault::Invalid,
                            say!("键应为“表.列”，如 1.3", "the key is `table.column`, such as 1.3"),
                        );
                    });
                });
            }
        }
        for (place, name) in &self.column_names {
            if let Some(name) = name {
                check.at("column_names", |check| check.text(place.as_str(), name, LONGEST_NAME));
            }
        }
        for (phrase, rule) in &self.rules {
            check.at("rules", |check| {
                check.at(phrase.as_str(), |check| {
                    if let Some(rule) = rule {
                        rule.check(check);
                    }
                });
            });
        }
        for (index, time) in self.text_deadlines.value().into_iter().flatten().enumerate() {
            check.at("text_deadlines", |check| check.at(index, |check| time.check(check)));
        }
        let plan = self.plan.clone().map(|plan| plan.into(PlanWords::default()));
        if let Some(title) = plan.value().and_then(|plan| plan.title.as_ref()) {
            check.at("plan", |check| check.text("title", title, 200));
        }
        check.finish()
    }

    /// Whether there are the units that it names, among `known`.
    pub fn check_units(&self, known: &UnitDirectory) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        for (name, meant) in &self.units {
            for (index, named) in meant.iter().flatten().enumerate() {
                let place = |check: &mut Checker| _ = named.found(check, known);
                check.at("units", |check| {
                    check.at(name.as_str(), |check| check.at(index, place));
                });
            }
        }
        let plan = self.plan.clone().map(|plan| plan.into(PlanWords::default()));
        if let Some(issuer) = plan.value().and_then(|plan| plan.issuer.as_ref()) {
            let place = |check: &mut Checker| _ = issuer.found(check, known);
            check.at("plan", |check| check.at("issuer", place));
        }
        check.finish()
    }
}

/// The table and the column of a key `table.column`.
fn column_at(key: &str) -> Option<(u32, u32)> {
    let (table, column) = key.split_once('.')?;
    Some((table.parse().ok()?, column.parse().ok()?))
}

fn merge<V>(kept: &mut BTreeMap<String, V>, patch: BTreeMap<String, Option<V>>) {
    for (key, value) in patch {
        match value {
            Some(value) => drop(kept.insert(key, value)),
            None => drop(kept.remove(&key)),
        }
    }
}

impl Corrections {
    /// The corrections with those of `patch`.
    #[must_use]
    pub fn patched(mut self, patch: CorrectionsPatch) -> Self {
        match patch.plan {
            Patch::Absent => {}
            Patch::Null => self.plan = None,
            Patch::Value(new) => self.plan = Some(new.into(self.plan.unwrap_or_default())),
        }
        match patch.new_units {
            Patch::Absent => {}
            Patch::Null => self.new_units.clear(),
            Patch::Value(new) => self.new_units = new,
        }
        match patch.text_deadlines {
            Patch::Absent => {}
            Patch::Null => self.text_deadlines.clear(),
            Patch::Value(new) => self.text_deadlines = new,
        }
        patch.onto.set_optional(&mut self.onto);
        patch.empty_cells.set_optional(&mut self.empty_cells);
        merge(&mut self.columns, patch.columns);
        merge(&mut self.column_names, patch.column_names);
        merge(&mut self.units, patch.units);
        merge(&mut self.rules, patch.rules);
        self
    }

    /// Who is meant by `name`, if somebody has said so, which is noted.
    pub fn units_of(&self, name: &str, findings: &mut Findings) -> Option<&[NamedUnit]> {
        if self.units.is_empty() {
            return None;
        }
        let name = text::normalize(name);
        let (key, meant) = self.units.iter().find(|(said, _)| text::normalize(said) == name)?;
        findings.uses(Key::Unit(key.clone()));
        Some(meant)
    }

    /// What `phrase` means, if somebody has said so, which is noted.
    pub fn rules_of(&self, phrase: &str, findings: &mut Findings) -> Option<&[Rule]> {
        if self.rules.is_empty() {
            return None;
        }
        let phrase = text::normalize(phrase);
        let (key, rules) = self.rules.iter().find(|(said, _)| text::normalize(said) == phrase)?;
        findings.uses(Key::Rule(key.clone()));
        Some(rules.all())
    }

    /// Whether the time `original` of a text is a deadline, if somebody has said so, which is noted; and what it means, if
    /// they said that too.
    pub fn text_deadline(&self, original: &str, at: Place, findings: &mut Findings) -> Option<&[Rule]> {
        let is_of = |of: &TextDeadline| of.is_of(original, at);
        let found = self.text_deadlines.iter().position(is_of)?;
        findings.uses(Key::Text(found));
        Some(&self.text_deadlines[found].rules)
    }

    /// What is known of the columns of `table`.
    pub fn columns_of(&self, table: u32) -> BTreeMap<u32, Meaning> {
        let known = self.columns.iter().filter_map(|(place, meaning)| {
            let (of, column) = column_at(place)?;
            (of == table).then_some((column, *meaning))
        });
        known.collect()
    }

    /// What the column of `table` that covers these is called, if somebody has said so.
    pub fn column_name(&self, table: u32, covered: RangeInclusive<u32>) -> Option<&str> {
        let mut names = self.column_names.iter();
        names.find_map(|(place, name)| {
            let (of, column) = column_at(place)?;
            (of == table && covered.contains(&column)).then_some(name.as_str())
        })
    }
}
