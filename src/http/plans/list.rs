//! `GET /plans`

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{COLUMNS, PlanView};
use crate::{
    domain::{
        catalog::IndexedPlan,
        changes::{Followed, Part},
        order::SortKey,
        plan::PlanStatus,
        text,
    },
    http::{
        caller::{Call, Caller, may},
        input::{Embed, words},
        list::{Column, InMemory, List, Page, ParamsOf},
        reply::Reply,
    },
    store::page::{Sort, Sorts},
};

/// The list of plans.
pub struct Plans;

impl List for Plans {
    type Filters = PlanParams;
    type View = PlanView;
    const FILE: (&'static str, &'static str) = ("plans", "方案");
    const SORTS: Sorts = &[
        Sort::in_memory("year"),
        Sort::in_memory("title"),
        Sort::in_memory("status"),
        Sort::in_memory("id"),
    ];
    const EMBEDS: &'static [&'static str] = &["tasks", "requirements"];
    const FOLLOWED: Option<Followed> = Some(Followed::Plans);
    const COLUMNS: &'static [Column<PlanView>] = COLUMNS;
}

impl InMemory for Plans {
    type Row<'c> = &'c IndexedPlan;

    fn key(row: &Self::Row<'_>, sort: &str) -> SortKey {
        let plan = &row.content.plan;
        match sort {
            "year" => SortKey::Int(plan.year.into()),
            "title" => SortKey::Text(plan.title.clone()),
            "status" => SortKey::Int(plan.status as i64),
            _ => SortKey::Text(plan.id.to_string()),
        }
    }

    fn all(call: &Call) -> Vec<&IndexedPlan> {
        call.catalog().visible(&call.scope()).collect()
    }

    fn part(row: &&IndexedPlan) -> (String, Part) {
        let id = &row.content.plan.id;
        (id.to_string(), Part::Plan(id.clone()))
    }

    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> PlanView {
        let catalog = call.catalog();
        let known = (catalog.units.as_ref(), &catalog.calendar.calendar);
        PlanView::new(&row.content, known, (&call.view, call.origin()), embed)
    }
}

/// Filters over plans.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PlanParams {
    /// 状态 (status)
    status: Vec<PlanStatus>,
    /// 年度 (year)
    #[param(example = json!([2017]))]
    year: Vec<i32>,
    /// 标题检索 (full text over titles)
    #[param(max_length = 200)]
    q: Option<String>,
}

/// 列出方案 (list plans)
///
/// 匿名调用者只看到已发布和已办结的方案。Drafts are listed for coordinators, inspectors, auditors and admins.
#[utoipa::path(tag = "plans", params(ParamsOf<Plans>), responses((status = 200, description = "方案列表 (plans)", body = Page<PlanView>), Caller<may::ReadPublished>))]
#[get("")]
pub async fn list_plans(caller: Caller<may::ReadPublished>) -> Reply {
    let find = |params: PlanParams| {
        let terms = words("q", params.q.as_deref())?;
        let wanted = |plan: &&IndexedPlan| {
            let plan = &plan.content.plan;
            (params.status.is_empty() || params.status.contains(&plan.status))
                && (params.year.is_empty() || params.year.contains(&plan.year))
                && terms.found_in(&text::normalize(&plan.title))
        };
        Ok(Plans::all(&caller).into_iter().filter(wanted).collect())
    };
    caller.list_in_memory::<Plans>(find).await
}
