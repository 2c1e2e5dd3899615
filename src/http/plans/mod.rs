//! `/plans`

mod amendments;
mod assessment;
mod board;
mod document;
pub mod example;
mod list;
mod series;
mod statistics;
mod view;

use actix_web::{delete, get, patch, post};
use serde::Deserialize;
use utoipa::IntoParams;

pub use self::{
    amendments::list_amendments,
    assessment::{AssessmentView, freeze_assessment, get_assessment},
    board::get_board,
    list::{Plans, list_plans},
    series::{get_statistics_series, get_trend},
    statistics::get_statistics,
    view::PlanView,
};
use crate::http::{
    caller::{Call, Caller, may},
    input::{self, Change, Create, Embed, Id, ReasonInput, query},
    list::List as _,
    reply::{
        ItemParams, Reply, Representation,
        format::{Offered as _, PlanFormat},
    },
};
use crate::{
    app::Seen,
    domain::{
        id::PlanId,
        plan::{NewPlan, PlanContent, PlanPatch},
        unit::UnitDirectory,
    },
    error::Result,
    service::{
        plans::{self, AcceptOpen, AcceptUnfinished},
        work::{Expected, Work},
    },
};

crate::http::input::described! {
    PlanId: "方案编号 (plan id)", "dg-2017";
}

/// How a plan is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GetParams {
    /// 只返回这些字段，逗号分隔；给出时没有其他字段，所声明的必有字段也不例外
    /// (only these fields: all others are left out then, also those that the schema requires)
    #[param(example = "version")]
    fields: Option<String>,
    /// 内嵌的相关资源 (embedded resources), 逗号分隔
    embed: Option<String>,
    /// 格式 (format); docx 和 xlsx 按方案原有的版式 (in the plan's own layout)
    format: Option<PlanFormat>,
    /// Word 和 Excel 另列办理状态和最新公开进展 (in Word and Excel, with how obligations stand and what was last made
    /// public)
    progress: Option<bool>,
}

impl GetParams {
    /// The format that is asked for, if all that is asked goes with it.
    fn format(&self, negotiated: PlanFormat) -> Result<PlanFormat> {
        let format = self.format.unwrap_or(negotiated);
        let (json, files) = (&[PlanFormat::Json][..], &[PlanFormat::Docx, PlanFormat::Xlsx][..]);
        for (name, given, only) in [
            ("fields", self.fields.is_some(), json),
            ("embed", self.embed.is_some(), json),
            ("progress", self.progress.is_some(), files),
        ] {
            if given && !only.contains(&format) {
                return Err(PlanFormat::only_with(name, only));
            }
        }
        Ok(format)
    }
}

/// 读取一个方案 (get a plan)
///
/// `embed=requirements` 一次给出整个方案。`format=docx`、`format=xlsx` 按原有的栏目、顺序和标题给出可印发的文件；
/// `progress=true` 另列各项要求最新的公开进展，对可查阅台账者还列出其可见事项的办理状态。
/// With `embed=requirements` the whole plan comes in one reply. As docx or xlsx it is a file to be printed, with the
/// columns, order and headings of the document; with `progress=true` also the newest public report on each requirement and,
/// for who reads the ledger, the states of what it sees there.
#[utoipa::path(tag = "plans", params(Id<PlanId>, GetParams),
    responses((status = 200, description = "方案 (plan)", body = PlanView), Caller<may::ReadPublished>, Id<PlanId>))]
#[get("/{id}")]
pub async fn get_plan(caller: Caller<may::ReadPublished>, id: Id<PlanId>) -> Reply {
    let params: GetParams = input::query(caller.request())?;
    if params.progress == Some(true) {
        let negotiated = PlanFormat::negotiate(caller.request().query_string(), caller.accept(), PlanFormat::ALL)?;
        let format = params.format(negotiated)?;
        let seen = Seen::All(caller.actor().rights(), caller.today());
        let make = async |_| document::render_with_progress(&caller, &id.0, format).await;
        return caller.serve_stored((format.media_type(), seen), make).await;
    }
    let find = |embed: &Embed| {
        let catalog = caller.catalog();
        let content = &catalog.plan(&id.0, &caller.scope())?.content;
        let known = (catalog.units.as_ref(), &catalog.calendar.calendar);
        Some((
            PlanView::new(content, known, (&caller.view, caller.origin()), embed),
            content.plan.version,
        ))
    };
    let render = async |negotiated| {
        let format = params.format(negotiated)?;
        if format == PlanFormat::Json {
            let GetParams { fields, embed, .. } = params;
            return ItemParams { fields, embed }.render(Plans::EMBEDS, find);
        }
        document::render(&caller, &id.0, format).await
    };
    caller.serve(PlanFormat::ALL, render).await
}

/// 新建方案 (create a plan)
///
/// 新方案为草案，可连同任务、要求、时限一次提交。The new plan is a draft; it may come whole.
#[utoipa::path(tag = "plans", request_body = NewPlan, responses((status = 201, description = "已新建 (created)", body = PlanView), Caller<may::ManagePlans>, Create<NewPlan>))]
#[post("")]
pub async fn create_plan(caller: Caller<may::ManagePlans>, create: Create<NewPlan>) -> Reply {
    caller.create(create, plans::create_plan, shown).await
}

/// 修改方案 (change a plan)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "plans", params(Id<PlanId>),
    request_body = PlanPatch, responses((status = 200, description = "修改后的方案 (the plan now)", body = PlanView), Caller<may::ManagePlans>, Change<PlanId, PlanPatch>))]
#[patch("/{id}")]
pub async fn update_plan(caller: Caller<may::ManagePlans>, change: Change<PlanId, PlanPatch>) -> Reply {
    caller.change(change, plans::update_plan, shown).await
}

/// 删除草案 (delete a draft)
///
/// 只有草案可以删除。Only a draft can be deleted.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018")),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::ManagePlans>, Change<PlanId>))]
#[delete("/{id}")]
pub async fn delete_plan(caller: Caller<may::ManagePlans>, change: Change<PlanId>) -> Reply {
    caller.delete(change, plans::delete_plan).await
}

/// The plan as the change leaves it.
fn shown(call: &Call, (content, units): &(PlanContent, UnitDirectory)) -> Representation<PlanView> {
    let calendar = &call.catalog().calendar.calendar;
    let view = PlanView::new(
        content,
        (units, calendar),
        (&call.view, call.origin()),
        &Embed::default(),
    );
    Representation::to_all(&content.plan.id, content.plan.version, view)
}

/// How a plan is published.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublishParams {
    /// 确认方案有待定事项仍发布 (publish although requirements are left open)
    accept_open: Option<bool>,
}

/// 发布方案 (publish a plan)
///
/// 发布后任何人可见，内容只能通过说明理由的修订改变。有要求没有单位、没有时限，或其集合单位没有成员、所指待定时，须以
/// `accept_open=true` 确认：补齐之前无人承担。
/// From now on anybody sees it. What it leaves open, nobody owes yet: `accept_open=true` says that this is known.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018"), PublishParams),
    responses((status = 200, description = "已发布的方案 (the published plan)", body = PlanView), Caller<may::ManagePlans>, Change<PlanId>))]
#[post("/{id}/publish")]
pub async fn publish_plan(caller: Caller<may::ManagePlans>, change: Change<PlanId>) -> Reply {
    let PublishParams { accept_open } = query(caller.request())?;
    let open = AcceptOpen(accept_open.unwrap_or(false));
    let publish = async |work: &mut Work<'_>, id: &PlanId, expected: &Expected| {
        plans::publish_plan(work, id, expected, open).await
    };
    caller.step(change, publish, shown).await
}

/// How a plan is closed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CloseParams {
    /// 确认有未办结事项仍办结方案 (close although something is not done)
    accept_unfinished: Option<bool>,
}

/// 办结方案 (close a plan)
///
/// 办结后内容不再改变，灯、逾期和各项数字停在办结之日，待办不再列出；此前报送的仍可审核、公开。仍有未办结事项的，须以
/// `accept_unfinished=true` 确认。From now on nothing of it changes: lights, lateness and figures are those of this day, and nothing of it is
/// on lists of what waits. What was handed in can still be reviewed and cleared. Where something is not done,
/// `accept_unfinished=true` says that this is known.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018"), CloseParams),
    responses((status = 200, description = "已办结的方案 (the closed plan)", body = PlanView), Caller<may::ManagePlans>, Change<PlanId>))]
#[post("/{id}/close")]
pub async fn close_plan(caller: Caller<may::ManagePlans>, change: Change<PlanId>) -> Reply {
    let CloseParams { accept_unfinished } = query(caller.request())?;
    let unfinished = AcceptUnfinished(accept_unfinished.unwrap_or(false));
    let close = async |work: &mut Work<'_>, id: &PlanId, expected: &Expected| {
        plans::close_plan(work, id, expected, unfinished).await
    };
    caller.step(change, close, shown).await
}

/// 重新开放方案 (reopen a plan)
///
/// 须说明理由。方案恢复为已发布，如同未曾办结：未办结的事项按当日计算是否逾期。With a reason. The plan is published again, as though it had
/// not been closed: what is not done is late by the day of today.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2018")), request_body = ReasonInput,
    responses((status = 200, description = "重新开放的方案 (the reopened plan)", body = PlanView), Caller<may::ManagePlans>, Change<PlanId, ReasonInput>))]
#[post("/{id}/reopen")]
pub async fn reopen_plan(caller: Caller<may::ManagePlans>, change: Change<PlanId, ReasonInput>) -> Reply {
    caller.step_because(change, plans::reopen_plan, shown).await
}
