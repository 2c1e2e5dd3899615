//! `/deadlines`

mod occurrences;
mod phrases;
mod view;

use actix_web::{delete, get, patch, post};

use self::view::COLUMNS;
pub use self::{
    occurrences::{list_occurrences, register_occurrence, update_occurrence, withdraw_occurrence},
    phrases::parse_deadline,
    view::DeadlineView,
};
use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Create, Embed, Id, ReasonParams, content::ContentFilters},
    list::{Column, InMemory, List, Page, ParamsOf},
    refused::Refused,
    reply::{ItemParams, Reply, Representation},
    requirements::{self, RequirementView},
};
use crate::{
    domain::{
        catalog::{DeadlineInPlan, IndexedPlan, RequirementInPlan},
        changes::{Followed, Part},
        deadline::Deadline,
        id::DeadlineId,
        new_deadline::{AddedDeadline, DeadlinePatch},
        order::SortKey,
    },
    service::deadlines,
    store::page::{Sort, Sorts},
};

crate::http::input::described! {
    DeadlineId: "时限编号 (deadline id)", "dg-2017.11.1.d1";
}

/// The list of deadlines.
pub struct Deadlines;

impl List for Deadlines {
    type Filters = ContentFilters;
    type View = DeadlineView;
    const FILE: (&'static str, &'static str) = ("deadlines", "完成时限");
    const SORTS: Sorts = &[
        Sort::in_memory("due_on"),
        Sort::in_memory("phrase"),
        Sort::in_memory("rule_kind"),
        Sort::in_memory("id"),
    ];
    const EMBEDS: &'static [&'static str] = &["requirement"];
    const TABLE_EMBEDS: &'static [&'static str] = &["requirement"];
    const FOLLOWED: Option<Followed> = Some(Followed::Deadlines);
    const COLUMNS: &'static [Column<DeadlineView>] = COLUMNS;
}

impl InMemory for Deadlines {
    type Row<'c> = DeadlineInPlan<'c>;

    fn key(row: &Self::Row<'_>, sort: &str) -> SortKey {
        let deadline = row.deadline;
        match sort {
            "due_on" => deadline.rule.due_on().map_or(SortKey::None, SortKey::Day),
            "phrase" => SortKey::Text(deadline.phrase.clone()),
            "rule_kind" => SortKey::Int(deadline.rule.kind() as i64),
            _ => requirements::key(&deadline.id.requirement, &[deadline.id.number]),
        }
    }

    fn all(call: &Call) -> Vec<DeadlineInPlan<'_>> {
        let plans = call.catalog().visible(&call.scope());
        let requirements = plans.flat_map(IndexedPlan::requirements);
        requirements.flat_map(RequirementInPlan::deadlines).collect()
    }

    fn part(row: &Self::Row<'_>) -> (String, Part) {
        let id = &row.deadline.id;
        (id.to_string(), Part::Task(id.requirement.task.clone()))
    }

    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> DeadlineView {
        let RequirementInPlan { task, requirement, .. } = row.of;
        let of = call.disclosed(&row.of.plan.content.plan, &call.catalog().units);
        let embedded = embed.has("requirement");
        let requirement = embedded.then(|| RequirementView::new(task, requirement, of, false));
        DeadlineView::new(row.deadline).with(requirement)
    }
}

/// 列出完成时限 (list deadlines)
///
/// 原文表述逐字保留；`rule` 是其含义。The phrase is verbatim, `rule` is what it means.
#[utoipa::path(tag = "deadlines", params(ParamsOf<Deadlines>),
    responses((status = 200, description = "完成时限列表 (deadlines)", body = Page<DeadlineView>), Caller<may::ReadPublished>))]
#[get("")]
pub async fn list_deadlines(caller: Caller<may::ReadPublished>) -> Reply {
    let find = |params: ContentFilters| {
        let filter = params.into_filter(&caller)?;
        let units = &caller.catalog().units;
        let all = Deadlines::all(&caller).into_iter();
        Ok(all.filter(|deadline| filter.wants_deadline(*deadline, units)).collect())
    };
    caller.list_in_memory::<Deadlines>(find).await
}

/// 读取一项完成时限 (get a deadline)
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.18.1.d2"), ItemParams),
    responses((status = 200, description = "完成时限 (deadline)", body = DeadlineView), Caller<may::ReadPublished>, Id<DeadlineId>))]
#[get("/{id}")]
pub async fn get_deadline(caller: Caller<may::ReadPublished>, id: Id<DeadlineId>) -> Reply {
    caller
        .get_in_memory(Deadlines::EMBEDS, |embed| {
            let of = caller.catalog().requirement(&id.0.requirement, &caller.scope())?;
            let found = of.deadlines().find(|deadline| deadline.deadline.id == id.0)?;
            Some((Deadlines::view(&found, &caller, embed), found.deadline.version))
        })
        .await
}

/// 新增完成时限 (add a deadline)
#[utoipa::path(tag = "deadlines", request_body = AddedDeadline, responses((status = 201, description = "已新增 (created)", body = DeadlineView), Caller<may::ManagePlans>, Create<AddedDeadline>))]
#[post("")]
pub async fn create_deadline(caller: Caller<may::ManagePlans>, create: Create<AddedDeadline>) -> Reply {
    caller.create(create, deadlines::create_deadline, shown).await
}

/// 修改完成时限 (change a deadline)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.2.1.d1")),
    request_body = DeadlinePatch, responses((status = 200, description = "修改后的时限 (the deadline now)", body = DeadlineView), Caller<may::ManagePlans>, Change<DeadlineId, DeadlinePatch>))]
#[patch("/{id}")]
pub async fn update_deadline(caller: Caller<may::ManagePlans>, change: Change<DeadlineId, DeadlinePatch>) -> Reply {
    caller.change(change, deadlines::update_deadline, shown).await
}

/// 删除完成时限 (delete a deadline)
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2018.1.1.d1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::ManagePlans>, Change<DeadlineId>, Refused<422>))]
#[delete("/{id}")]
pub async fn delete_deadline(caller: Caller<may::ManagePlans>, change: Change<DeadlineId>) -> Reply {
    caller.delete_because(change, deadlines::delete_deadline).await
}

/// The deadline as the change leaves it.
fn shown(_: &Call, deadline: &Deadline) -> Representation<DeadlineView> {
    Representation::to_all(&deadline.id, deadline.version, DeadlineView::new(deadline))
}
