//! `/deadlines`

use actix_web::{HttpResponse, delete, get, patch, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    caller::{Call, Caller, may},
    input::{Body, Change, Create, Id, content::ContentParams},
    list::{Cell, Column, Embed, InMemory, List, Page, ParamsOf, columns},
    reply::{ItemParams, changed, created, deleted, format::wire_name},
    requirements::{RequirementView, requirement_key},
    tasks::{ReasonParams, reason},
};
use crate::{
    domain::{
        catalog::{DeadlineInPlan, IndexedPlan, RequirementInPlan},
        deadline::{AddedDeadline, Deadline, DeadlinePatch, Rule, Source},
        id::DeadlineId,
        order::Key,
        time::Day,
    },
    error::Result,
    service::deadlines,
};

/// 完成时限 (deadline), as part of its requirement
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadlineOfRequirement)]
pub struct DeadlineBrief {
    /// 编号 (id)
    #[schema(example = "dg-2017.17.3.d2")]
    id: String,
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "每季度")]
    phrase: String,
    /// 出处 (where it was found)
    source: Source,
    /// 规则 (what it means)
    rule: Rule,
    /// 到期日，规则本身给出时才有 (due date, where the rule names one)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Day>,
}

impl DeadlineBrief {
    /// The deadline.
    pub fn new(deadline: &Deadline) -> Self {
        Self {
            id: deadline.id.to_string(),
            phrase: deadline.phrase.clone(),
            source: deadline.source,
            rule: deadline.rule.clone(),
            due_on: deadline.rule.due_on(),
        }
    }

    /// The phrase.
    pub fn phrase(&self) -> &str {
        &self.phrase
    }

    /// The kind of its rule, for tables.
    pub fn rule_kind(&self) -> String {
        wire_name(self.rule.kind())
    }
}

/// 完成时限 (deadline)
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
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on: Option<Day>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 具体要求 (requirement; with `embed=requirement`)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    requirement: Option<RequirementView>,
}

impl DeadlineView {
    /// The deadline by itself.
    pub fn new(deadline: &Deadline) -> Self {
        let DeadlineBrief {
            id,
            phrase,
            source,
            rule,
            due_on,
        } = DeadlineBrief::new(deadline);
        let requirement = &deadline.id.requirement;
        let (plan_id, requirement_id) = (requirement.plan().to_string(), requirement.to_string());
        Self {
            id,
            plan_id,
            requirement_id,
            phrase,
            source,
            rule,
            due_on,
            version: deadline.version,
            requirement: None,
        }
    }
}

/// The list of deadlines.
pub struct Deadlines;

impl List for Deadlines {
    type Filters = ContentParams;
    type View = DeadlineView;
    const FILE: (&'static str, &'static str) = ("deadlines", "完成时限");
    const EMBEDS: &'static [&'static str] = &["requirement"];
    const TABLE_EMBEDS: &'static [&'static str] = &["requirement"];
    const COLUMNS: &'static [Column<DeadlineView>] = columns![
        id,
        plan_id,
        requirement_id,
        task_title = |view| Cell::of(&view.requirement.as_ref().map(RequirementView::task_title)),
        requirement_text = |view| Cell::of(&view.requirement.as_ref().map(RequirementView::text)),
        phrase,
        source,
        rule_kind = |view| Cell::of(&view.rule.kind()),
        due_on,
    ];

    fn sorts() -> Vec<&'static str> {
        vec!["due_on", "phrase", "rule_kind", "id"]
    }
}

impl InMemory for Deadlines {
    type Row<'c> = DeadlineInPlan<'c>;

    fn key(row: &Self::Row<'_>, sort: &str) -> Key {
        let deadline = row.deadline;
        match sort {
            "due_on" => deadline.rule.due_on().map_or(Key::None, Key::Day),
            "phrase" => Key::Text(deadline.phrase.clone()),
            "rule_kind" => Key::Int(deadline.rule.kind() as i64),
            _ => requirement_key(&deadline.id.requirement, &[deadline.id.number]),
        }
    }

    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> DeadlineView {
        let RequirementInPlan { task, requirement, .. } = row.of;
        let units = &call.catalog().units;
        DeadlineView {
            requirement: embed
                .has("requirement")
                .then(|| RequirementView::new(task, requirement, units, false)),
            ..DeadlineView::new(row.deadline)
        }
    }
}

/// 列出完成时限 (list deadlines)
///
/// 原文表述逐字保留；`rule` 是其含义。The phrase is verbatim, `rule` is what it means.
#[utoipa::path(tag = "deadlines", params(ParamsOf<Deadlines>),
    responses((status = 200, description = "完成时限列表 (deadlines)", body = Page<DeadlineView>)))]
#[get("/deadlines")]
pub async fn list_deadlines(caller: Caller<may::ReadPublished>) -> Result<HttpResponse> {
    caller.list_in_memory::<Deadlines>(|params| {
        let filter = params.into_filter(&caller)?;
        let units = &caller.catalog().units;
        let requirements = caller
            .catalog()
            .visible(caller.view.drafts)
            .flat_map(IndexedPlan::requirements);
        let all = requirements.flat_map(RequirementInPlan::deadlines);
        Ok(all.filter(|deadline| filter.wants_deadline(*deadline, units)).collect())
    })
}

/// 读取一项完成时限 (get a deadline)
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.18.1.d2"), ItemParams),
    responses((status = 200, description = "完成时限 (deadline)", body = DeadlineView)))]
#[get("/deadlines/{id}")]
pub async fn get_deadline(caller: Caller<may::ReadPublished>, id: Id<DeadlineId>) -> Result<HttpResponse> {
    caller.serve_item(Deadlines::EMBEDS, |embed| {
        let of = caller.catalog().requirement(&id.0.requirement, caller.view.drafts)?;
        let found = of.deadlines().find(|deadline| deadline.deadline.id == id.0)?;
        Some((Deadlines::view(&found, &caller, embed), found.deadline.version))
    })
}

/// 新增完成时限 (add a deadline)
#[utoipa::path(tag = "deadlines", request_body = AddedDeadline, responses((status = 201, description = "已新增 (created)", body = DeadlineView)))]
#[post("/deadlines")]
pub async fn create_deadline(caller: Caller<may::ManagePlans>, create: Create<AddedDeadline>) -> Result<HttpResponse> {
    caller
        .write(create.once, async |work| {
            let deadline = deadlines::create_deadline(work, create.value).await?;
            created(
                "deadlines",
                &deadline.id,
                deadline.version,
                &DeadlineView::new(&deadline),
            )
        })
        .await
}

/// 修改完成时限 (change a deadline)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.2.1.d1")),
    request_body = DeadlinePatch, responses((status = 200, description = "修改后的时限 (the deadline now)", body = DeadlineView)))]
#[patch("/deadlines/{id}")]
pub async fn update_deadline(
    caller: Caller<may::ManagePlans>,
    change: Change<Id<DeadlineId>, Body<DeadlinePatch>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let deadline = deadlines::update_deadline(work, &change.at.0, &change.expected, change.body.value).await?;
            changed(deadline.version, &DeadlineView::new(&deadline))
        })
        .await
}

/// 删除完成时限 (delete a deadline)
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2018.1.1.d1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/deadlines/{id}")]
pub async fn delete_deadline(caller: Caller<may::ManagePlans>, change: Change<Id<DeadlineId>>) -> Result<HttpResponse> {
    let reason = reason(caller.request())?;
    caller
        .write(change.once, async |work| {
            deadlines::delete_deadline(work, &change.at.0, &change.expected, reason).await?;
            Ok(deleted())
        })
        .await
}
