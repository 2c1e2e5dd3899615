//! `/plans/{id}/amendments`: who changed what in a published plan, when and why

use actix_web::get;

use crate::{
    domain::{changes::Followed, id::PlanId},
    error::Error,
    http::{
        caller::{Call, Caller, may},
        input::Id,
        list::{Column, List, NoFilters, Page, ParamsOf, Question, Stored, columns},
        log::{AUDITED, EntryReader, EntryView},
        reply::Reply,
    },
    store::{
        filter::Filter as _,
        log::{Entries, Numbered},
        page::Sorts,
    },
};

/// Who asks what was changed in a published plan.
#[derive(Debug)]
pub struct AmendmentReader;

impl EntryReader for AmendmentReader {
    const SCHEMA: (&'static str, &'static str) = (
        "Amendment",
        "修订记录 (amendment): who changed what in a published plan, when and why",
    );
    const WITHOUT: &'static [&'static str] = AUDITED;
    const ALWAYS: &'static [&'static str] = &["reason"];
}

type AmendmentView = EntryView<AmendmentReader>;

/// The list of a plan's amendments.
pub struct Amendments;

impl List for Amendments {
    type Filters = NoFilters;
    type View = AmendmentView;
    const FILE: (&'static str, &'static str) = ("amendments", "修订记录");
    const SORTS: Sorts = Entries::SORTS;
    const SORT: &'static str = "-seq";
    const FOLLOWED: Option<Followed> = Some(Followed::Entries);
    const COLUMNS: &'static [Column<AmendmentView>] = columns![
        id: "编号",
        at: "时间",
        actor: "操作人",
        actor_issuer: "身份颁发者",
        actor_name: "操作人姓名",
        actor_unit: "操作人单位",
        event: "事件",
        subject: "对象",
        reason: "理由",
        before: "变更前",
        after: "变更后",
        seq: "日志序号",
    ];
}

impl Stored for Amendments {
    type Filter = Entries;

    fn view(row: &Numbered, question: &Question<Entries>, _: &Call) -> AmendmentView {
        EntryView::seen(row, &question.scope)
    }
}

/// 列出方案的修订记录 (list amendments)
///
/// 新的在前。Newest first: who changed what, when and why.
#[utoipa::path(tag = "plans", params(Id<PlanId>, ParamsOf<Amendments>),
    responses((status = 200, description = "修订记录 (amendments)", body = Page<AmendmentView>), Caller<may::ReadAmendments>, Id<PlanId>))]
#[get("/{id}/amendments")]
pub async fn list_amendments(caller: Caller<may::ReadAmendments>, id: Id<PlanId>) -> Reply {
    let plan = caller.catalog().plan(&id.0, &caller.scope());
    plan.ok_or_else(Error::not_found)?;
    caller
        .list_stored::<Amendments>(async |_, _| Ok(Entries::Amendments(id.0)))
        .await
}
