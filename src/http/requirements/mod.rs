//! `/requirements`

mod view;

use actix_web::{delete, get, patch, post};

use self::view::COLUMNS;
pub use self::view::{RequirementView, key};
use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Create, Embed, Id, ReasonParams, content::ContentFilters},
    list::{Column, InMemory, List, Page, ParamsOf},
    refused::Refused,
    reply::{ItemParams, Reply, Representation},
};
use crate::{
    domain::{
        catalog::{IndexedPlan, RequirementInPlan},
        changes::{Followed, Part},
        id::RequirementId,
        order::SortKey,
        requirement::{AddedRequirement, RequirementPatch},
    },
    service::requirements,
    store::page::{Sort, Sorts},
};

crate::http::input::described! {
    RequirementId: "要求编号 (requirement id)", "dg-2017.17.3";
}

/// The list of requirements.
pub struct Requirements;

impl List for Requirements {
    type Filters = ContentFilters;
    type View = RequirementView;
    const FILE: (&'static str, &'static str) = ("requirements", "具体要求");
    const SORTS: Sorts = &[
        Sort::in_memory("due_on"),
        Sort::in_memory("task_title"),
        Sort::in_memory("text"),
        Sort::in_memory("id"),
    ];
    const EMBEDS: &'static [&'static str] = &["task"];
    const FOLLOWED: Option<Followed> = Some(Followed::Requirements);
    const COLUMNS: &'static [Column<RequirementView>] = COLUMNS;
}

impl InMemory for Requirements {
    type Row<'c> = RequirementInPlan<'c>;

    fn key(row: &Self::Row<'_>, sort: &str) -> SortKey {
        let requirement = row.requirement;
        match sort {
            // A requirement with several dates sorts by the first of them.
            "due_on" => requirement
                .deadlines
                .iter()
                .filter_map(|deadline| deadline.rule.due_on())
                .min()
                .map_or(SortKey::None, SortKey::Day),
            "task_title" => SortKey::Text(row.task.title.clone()),
            "text" => SortKey::Text(requirement.text.clone()),
            _ => key(&requirement.id, &[]),
        }
    }

    fn all(call: &Call) -> Vec<RequirementInPlan<'_>> {
        let plans = call.catalog().visible(&call.scope());
        plans.flat_map(IndexedPlan::requirements).collect()
    }

    fn part(row: &Self::Row<'_>) -> (String, Part) {
        let id = &row.requirement.id;
        (id.to_string(), Part::Task(id.task.clone()))
    }

    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> RequirementView {
        let of = call.disclosed(&row.plan.content.plan, &call.catalog().units);
        RequirementView::new(row.task, row.requirement, of, embed.has("task"))
    }
}

/// 列出具体要求 (list requirements)
///
/// `unit=` 含该单位通过集合单位承担的要求；完成时限的各条件须由同一时限满足。
/// `unit=` also finds what a unit owes through a collective.
#[utoipa::path(tag = "requirements", params(ParamsOf<Requirements>),
    responses((status = 200, description = "具体要求列表 (requirements)", body = Page<RequirementView>), Caller<may::ReadPublished>))]
#[get("")]
pub async fn list_requirements(caller: Caller<may::ReadPublished>) -> Reply {
    let find = |params: ContentFilters| {
        let filter = params.into_filter(&caller)?;
        let units = &caller.catalog().units;
        let all = Requirements::all(&caller).into_iter();
        Ok(all.filter(|of| filter.wants_requirement(*of, units)).collect())
    };
    caller.list_in_memory::<Requirements>(find).await
}

/// 读取一项具体要求 (get a requirement)
#[utoipa::path(tag = "requirements", params(Id<RequirementId>, ItemParams),
    responses((status = 200, description = "具体要求 (requirement)", body = RequirementView), Caller<may::ReadPublished>, Id<RequirementId>))]
#[get("/{id}")]
pub async fn get_requirement(caller: Caller<may::ReadPublished>, id: Id<RequirementId>) -> Reply {
    caller
        .get_in_memory(Requirements::EMBEDS, |embed| {
            let of = caller.catalog().requirement(&id.0, &caller.scope())?;
            Some((Requirements::view(&of, &caller, embed), of.requirement.version))
        })
        .await
}

/// 新增具体要求 (add a requirement)
///
/// 连同责任分工、完成时限和量化指标。With its responsibilities, deadlines and indicators.
#[utoipa::path(tag = "requirements", request_body = AddedRequirement,
    responses((status = 201, description = "已新增 (created)", body = RequirementView), Caller<may::ManagePlans>, Create<AddedRequirement>))]
#[post("")]
pub async fn create_requirement(caller: Caller<may::ManagePlans>, create: Create<AddedRequirement>) -> Reply {
    caller.create(create, requirements::create_requirement, shown).await
}

/// 修改具体要求 (change a requirement)
///
/// JSON Merge Patch；列表整体替换；完成时限另有路径。Lists are replaced whole; deadlines have their own routes.
#[utoipa::path(tag = "requirements", params(Id<RequirementId>),
    request_body = RequirementPatch, responses((status = 200, description = "修改后的要求 (the requirement now)", body = RequirementView), Caller<may::ManagePlans>, Change<RequirementId, RequirementPatch>))]
#[patch("/{id}")]
pub async fn update_requirement(
    caller: Caller<may::ManagePlans>,
    change: Change<RequirementId, RequirementPatch>,
) -> Reply {
    caller.change(change, requirements::update_requirement, shown).await
}

/// 删除具体要求 (delete a requirement)
///
/// 连同其责任分工、完成时限和量化指标。With its parts.
#[utoipa::path(tag = "requirements", params(("id" = String, Path, description = "要求编号 (requirement id)", example = "dg-2018.1.1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::ManagePlans>, Change<RequirementId>, Refused<422>))]
#[delete("/{id}")]
pub async fn delete_requirement(caller: Caller<may::ManagePlans>, change: Change<RequirementId>) -> Reply {
    caller.delete_because(change, requirements::delete_requirement).await
}

/// The requirement as the change leaves it.
fn shown(call: &Call, written: &requirements::Written) -> Representation<RequirementView> {
    let requirement = &written.requirement;
    let of = call.disclosed(&written.plan, &written.units);
    let view = RequirementView::new(&written.task, requirement, of, false);
    Representation::to_all(&requirement.id, requirement.version, view)
}
