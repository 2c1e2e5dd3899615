//! `/deadlines`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::{Can, may},
    content::ContentParams,
    cursor::Key,
    extract::{Body, Id, IdempotencyKey, IfMatch},
    format::wire_name,
    listing::{ListParams, Listed, Page},
    read::{Embed, ItemParams, Read, Scene},
    reply::{changed, created, send_saved},
    requirements::{RequirementView, requirement_key},
    tasks::{ReasonParams, reason},
};
use crate::{
    domain::{
        catalog::{DeadlineInPlan, IndexedPlan, RequirementInPlan},
        deadline::{AddedDeadline, Deadline, DeadlinePatch, Rule, Source},
        id::DeadlineId,
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
    due_on: Option<Day>,
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
    pub fn phrase(self) -> String {
        self.phrase
    }

    /// The kind of its rule, for tables.
    pub fn rule_kind(self) -> String {
        wire_name(self.rule.kind())
    }

    /// The due date for tables; blank where there is none.
    pub fn due_on(self) -> String {
        self.due_on.map(|due| due.to_string()).unwrap_or_default()
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

/// What a deadline can embed.
const EMBEDS: &[&str] = &["requirement"];

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

impl Listed for DeadlineInPlan<'_> {
    type View = DeadlineView;
    const EMBEDS: &'static [&'static str] = EMBEDS;
    const SORTS: &'static [&'static str] = &["due_on", "phrase", "rule_kind", "id"];
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "plan_id",
        "requirement_id",
        "task_title",
        "requirement_text",
        "phrase",
        "source",
        "rule_kind",
        "due_on",
    ];
    const DOWNLOAD: &'static str = "完成时限";

    fn key(&self, sort: &str) -> Key {
        let deadline = self.deadline;
        match sort {
            "due_on" => deadline.rule.due_on().map_or(Key::None, Key::Day),
            "phrase" => Key::Text(deadline.phrase.clone()),
            "rule_kind" => Key::Int(deadline.rule.kind() as i64),
            _ => requirement_key(&deadline.id.requirement, &[deadline.id.number]),
        }
    }

    fn view(&self, scene: Scene<'_>, embed: &Embed) -> DeadlineView {
        let RequirementInPlan { task, requirement, .. } = self.of;
        let requirement = embed
            .has("requirement")
            .then(|| RequirementView::new(task, requirement, scene, false));
        DeadlineView {
            requirement,
            ..DeadlineView::new(self.deadline)
        }
    }

    fn cell(&self, _: Scene<'_>, column: &str) -> String {
        let RequirementInPlan { task, requirement, .. } = self.of;
        let brief = DeadlineBrief::new(self.deadline);
        match column {
            "id" => brief.id,
            "plan_id" => requirement.id.plan().to_string(),
            "requirement_id" => requirement.id.to_string(),
            "task_title" => task.title.clone(),
            "requirement_text" => requirement.text.clone(),
            "phrase" => brief.phrase,
            "source" => wire_name(brief.source),
            "rule_kind" => brief.rule_kind(),
            _ => brief.due_on(),
        }
    }
}

/// 列出完成时限 (list deadlines)
///
/// 原文表述逐字保留；`rule` 是其含义。The phrase is verbatim, `rule` is what it means.
#[utoipa::path(tag = "deadlines", params(ListParams, ContentParams),
    responses((status = 200, description = "完成时限列表 (deadlines)", body = Page<DeadlineView>)))]
#[get("/deadlines")]
pub async fn list_deadlines(read: Read) -> Result<HttpResponse> {
    read.serve_list(|params: ContentParams| {
        let filter = params.into_filter(&read)?;
        let units = &read.catalog().units;
        let requirements = read
            .catalog()
            .visible(read.view.drafts)
            .flat_map(IndexedPlan::requirements);
        let all = requirements.flat_map(RequirementInPlan::deadlines);
        Ok(all.filter(|deadline| filter.wants_deadline(*deadline, units)).collect())
    })
}

/// 读取一项完成时限 (get a deadline)
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.18.1.d2"), ItemParams),
    responses((status = 200, description = "完成时限 (deadline)", body = DeadlineView)))]
#[get("/deadlines/{id}")]
pub async fn get_deadline(read: Read, id: Id<DeadlineId>) -> Result<HttpResponse> {
    read.serve_item(EMBEDS, |embed| {
        let of = read.catalog().requirement(&id.0.requirement, read.view.drafts)?;
        let found = of.deadlines().find(|deadline| deadline.deadline.id == id.0)?;
        Some((found.view(read.scene(), embed), found.deadline.version))
    })
}

/// 新增完成时限 (add a deadline)
#[utoipa::path(tag = "deadlines", request_body = AddedDeadline, responses((status = 201, description = "已新增 (created)", body = DeadlineView)))]
#[post("/deadlines")]
pub async fn create_deadline(
    can: Can<may::ManagePlans>,
    key: IdempotencyKey,
    body: Body<AddedDeadline>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let deadline = deadlines::create_deadline(work, body.value).await?;
        created(
            "deadlines",
            &deadline.id,
            deadline.version,
            &DeadlineView::new(&deadline),
        )
    });
    reply.await.map(send_saved)
}

/// 修改完成时限 (change a deadline)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.2.1.d1")),
    request_body = DeadlinePatch, responses((status = 200, description = "修改后的时限 (the deadline now)", body = DeadlineView)))]
#[patch("/deadlines/{id}")]
pub async fn update_deadline(
    can: Can<may::ManagePlans>,
    id: Id<DeadlineId>,
    expected: IfMatch,
    body: Body<DeadlinePatch>,
) -> Result<HttpResponse> {
    let reply = can.write(&can.context, async |work| {
        let deadline = deadlines::update_deadline(work, &id.0, &expected.0, body.value).await?;
        changed(deadline.version, &DeadlineView::new(&deadline))
    });
    reply.await.map(send_saved)
}

/// 删除完成时限 (delete a deadline)
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2018.1.1.d1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/deadlines/{id}")]
pub async fn delete_deadline(
    can: Can<may::ManagePlans>,
    id: Id<DeadlineId>,
    expected: IfMatch,
    req: HttpRequest,
) -> Result<HttpResponse> {
    let reason = reason(&req)?;
    can.write(&can.context, async |work| {
        deadlines::delete_deadline(work, &id.0, &expected.0, reason).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
