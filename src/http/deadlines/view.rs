//! A deadline as it goes over the wire by itself.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        deadline::{Deadline, Rule, Source},
        time::Day,
    },
    http::{
        list::{Cell, Column, columns},
        requirements::RequirementView,
    },
};

/// 完成时限 (deadline)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deadline)]
pub struct DeadlineView {
    /// 编号 (id)
    #[schema(example = "dg-2017.18.1.d2")]
    id: String,
    /// 所属方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 所属具体要求 (requirement)
    #[schema(example = "dg-2017.18.1")]
    requirement_id: String,
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "高考11月")]
    phrase: String,
    /// 出处 (where it was found)
    source: Source,
    /// 规则 (what it means)
    rule: Rule,
    /// 到期日，规则本身给出时才有 (due date, where the rule names one)
    due_on: Option<Day>,
    /// 自哪天起计，此前到期的不由任何单位承担；自始的没有 (the day from which it counts: what falls due before is nobody's;
    /// absent: always)
    effective_from: Option<Day>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 具体要求 (requirement; with `embed=requirement`)
    #[schema(no_recursion)]
    requirement: Option<RequirementView>,
}

impl DeadlineView {
    /// The deadline by itself.
    pub fn new(deadline: &Deadline) -> Self {
        let requirement = &deadline.id.requirement;
        Self {
            id: deadline.id.to_string(),
            plan_id: requirement.plan().to_string(),
            requirement_id: requirement.to_string(),
            phrase: deadline.phrase.clone(),
            source: deadline.source,
            rule: deadline.rule.clone(),
            due_on: deadline.rule.due_on(),
            effective_from: deadline.effective_from,
            version: deadline.version,
            requirement: None,
        }
    }

    /// The deadline with its requirement, if that is wanted.
    pub fn with(self, requirement: Option<RequirementView>) -> Self {
        Self { requirement, ..self }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<DeadlineView>] = columns![
    id: "编号",
    plan_id: "方案",
    requirement_id: "具体要求编号",
    task_title: "工作任务" = |view| Cell::made(view.requirement.as_ref().map(RequirementView::task_title)),
    requirement_text: "具体要求" = |view| Cell::made(view.requirement.as_ref().map(RequirementView::text)),
    phrase: "完成时限",
    source: "出处",
    rule_kind: "时限类型" = |view| Cell::made(view.rule.kind()),
    due_on: "到期日",
    effective_from: "起计日",
];
