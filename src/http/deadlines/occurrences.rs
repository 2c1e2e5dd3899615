//! `/deadlines/{id}/occurrences`: that what a deadline waits for has happened

use actix_web::{get, patch, post};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Create, Id, IdAndMember, ReasonInput},
    list::{Cell, Column, List, NoFilters, Page, ParamsOf, Question, Stored, columns},
    reply::{Reply, Representation},
    units::UnitName,
};
use crate::{
    domain::{
        changes::Followed,
        id::{DeadlineId, UnitCode},
        occurrence::{NewOccurrence, Occurrence, OccurrenceId, OccurrencePatch},
        time::{Day, Instant},
    },
    error::Error,
    service::{
        occurrences,
        work::{Expected, Work},
    },
    store::{filter::Filter as _, occurrences::OccurrencesOf, page::Sorts},
};

crate::http::input::described! {
    OccurrenceId: "事件编号 (event id)", "019a1b2c-3d4e-7f00-8000-000000000000";
}

/// 触发事件 (registered event)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Occurrence)]
pub struct OccurrenceView {
    /// 编号 (id)
    id: OccurrenceId,
    /// 完成时限 (deadline)
    #[schema(example = "dg-2017.11.1.d1")]
    deadline_id: String,
    /// 期间代号，见应办事项的 `period` (as in an obligation's `period`)
    #[schema(example = "e1")]
    period: String,
    /// 发生之日 (the day it happened)
    happened_on: Day,
    /// 到期日 (due day)
    due_on: Day,
    /// 文号，对所有人公开 (number of the document; public)
    document: Option<String>,
    /// 备注，仅可查阅台账者可见：审核部门，以及该要求涉及的单位 (note, for whoever reads the ledger: the offices, and the units that the
    /// requirement concerns)
    note: Option<String>,
    /// 所涉单位；没有则为该要求的全部责任单位 (whom it concerns; absent: all that the requirement concerns)
    units: Option<Vec<UnitName>>,
    /// 撤回时间 (withdrawn at)
    withdrawn_at: Option<Instant>,
    /// 撤回理由，仅可查阅台账者可见 (why it was withdrawn, for whoever reads the ledger)
    withdrawal_reason: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
}

impl OccurrenceView {
    fn new(event: &Occurrence, call: &Call) -> Self {
        let requirement = &event.deadline.requirement;
        let of = call.catalog().requirement(requirement, &call.scope());
        let remarked = of.is_some_and(|of| {
            let disclosed = call.disclosed(&of.plan.content.plan, &call.catalog().units);
            disclosed.shows_remarks_on(of.requirement)
        });
        let remark = |text: &String| remarked.then(|| text.clone());
        let units = &call.catalog().units;
        let named = |codes: &Vec<UnitCode>| codes.iter().map(|code| UnitName::new(code, units)).collect();
        Self {
            id: event.id,
            deadline_id: event.deadline.to_string(),
            period: format!("e{}", event.number),
            happened_on: event.happened_on,
            due_on: event.due_on,
            document: event.document.clone(),
            note: event.note.as_ref().and_then(remark),
            units: event.units.as_ref().map(named),
            withdrawn_at: event.withdrawn.as_ref().map(|(at, _)| *at),
            withdrawal_reason: event.withdrawn.as_ref().and_then(|(_, why)| remark(why)),
            version: event.version,
        }
    }
}

/// The list of a deadline's registered events.
pub struct Occurrences;

impl List for Occurrences {
    type Filters = NoFilters;
    type View = OccurrenceView;
    const FILE: (&'static str, &'static str) = ("occurrences", "触发事件");
    const SORTS: Sorts = OccurrencesOf::SORTS;
    const SORT: &'static str = "number";
    const FOLLOWED: Option<Followed> = Some(Followed::Occurrences);
    const COLUMNS: &'static [Column<OccurrenceView>] = columns![
        id: "编号",
        deadline_id: "完成时限编号",
        period: "期间",
        happened_on: "发生日期",
        due_on: "到期日",
        document: "依据文件",
        note: "备注",
        withdrawn_at: "撤回时间",
        withdrawal_reason: "撤回理由",
        units: "所涉单位" = |view| Cell::joined(view.units.iter().flatten().map(UnitName::name)),
    ];
}

impl Stored for Occurrences {
    type Filter = OccurrencesOf;

    fn view(row: &Occurrence, _: &Question<OccurrencesOf>, call: &Call) -> OccurrenceView {
        OccurrenceView::new(row, call)
    }
}

/// 列出触发事件 (list registered events)
///
/// 含已撤回的。发生之日、到期日和文号是公开的；备注和撤回理由仅可查阅台账者可见。
/// Withdrawn ones included. The days and the document are public; note and reason are for whoever reads the ledger.
#[utoipa::path(tag = "deadlines", params(Id<DeadlineId>, ParamsOf<Occurrences>),
    responses((status = 200, description = "触发事件 (events)", body = Page<OccurrenceView>), Caller<may::ReadPublished>, Id<DeadlineId>))]
#[get("/{id}/occurrences")]
pub async fn list_occurrences(caller: Caller<may::ReadPublished>, id: Id<DeadlineId>) -> Reply {
    let of = caller.catalog().requirement(&id.0.requirement, &caller.scope());
    let mut deadlines = of.ok_or_else(Error::not_found)?.deadlines();
    let found = deadlines.find(|deadline| deadline.deadline.id == id.0);
    found.ok_or_else(Error::not_found)?;
    caller
        .list_stored::<Occurrences>(async |_, _| Ok(OccurrencesOf::Deadline(id.0)))
        .await
}

/// 登记触发事件 (register an event)
///
/// 例如收到省级政策文件；`units` 写明只涉及哪些单位；可多次登记，同一事件只能登记一次（同日、同文号，没有文号的同备注）。到期日由时限推算，“及时”的由登记人给出。
/// **文号登记后即对所有人公开，涉密或内部文号不要填写；备注仅可查阅台账者可见。**
/// Each registration makes the units concerned (`units`, or all) owe by a day; the same event (of one day and document, or note) is a 409.
/// **The document's number is public at once: leave out one that is secret or internal. The note is for whoever reads the ledger.**
#[utoipa::path(tag = "deadlines", params(Id<DeadlineId>),
    request_body = NewOccurrence, responses((status = 201, description = "已登记 (registered)", body = OccurrenceView), Caller<may::ManageLedger>, Id<DeadlineId>, Create<NewOccurrence>))]
#[post("/{id}/occurrences")]
pub async fn register_occurrence(
    caller: Caller<may::ManageLedger>,
    id: Id<DeadlineId>,
    create: Create<NewOccurrence>,
) -> Reply {
    let register = async |work: &mut Work<'_>, new| occurrences::register_occurrence(work, &id.0, new).await;
    caller.create(create, register, shown).await
}

/// 更正触发事件 (correct an event)
///
/// 未办结的应办事项随之调整，已到期的也在内。已撤回的登记或已办结的方案，仍可更正或清空（`null`）文号和备注，使其不再公开。
/// What is not done moves with it, due or not. Of an event that was withdrawn, or of a closed plan, document and note can still be
/// changed or cleared (`null`), so that they are public no longer.
#[utoipa::path(tag = "deadlines", params(IdAndMember<DeadlineId, OccurrenceId>),
    request_body = OccurrencePatch, responses((status = 200, description = "更正后的事件 (the event now)", body = OccurrenceView), Caller<may::ManageLedger>, Change<IdAndMember<DeadlineId, OccurrenceId>, OccurrencePatch>))]
#[patch("/{id}/occurrences/{member}")]
pub async fn update_occurrence(
    caller: Caller<may::ManageLedger>,
    change: Change<IdAndMember<DeadlineId, OccurrenceId>, OccurrencePatch>,
) -> Reply {
    let update = async |work: &mut Work<'_>, at: &IdAndMember<_, _>, expected: &Expected, patch| {
        occurrences::update_occurrence(work, &at.0, at.1, expected, patch).await
    };
    caller.change(change, update, shown).await
}

/// 撤回触发事件 (withdraw an event)
///
/// 登记保留，未办结、未着手的应办事项随之撤去，任何人看到它已撤回；撤回理由仅可查阅台账者可见。It stays (what hangs on it and is not done or begun goes), and anybody sees that it was withdrawn; the reason is for
/// whoever reads the ledger.
#[utoipa::path(tag = "deadlines", params(IdAndMember<DeadlineId, OccurrenceId>),
    request_body = ReasonInput, responses((status = 200, description = "已撤回的事件 (the withdrawn event)", body = OccurrenceView), Caller<may::ManageLedger>, Change<IdAndMember<DeadlineId, OccurrenceId>, ReasonInput>))]
#[post("/{id}/occurrences/{member}/withdraw")]
pub async fn withdraw_occurrence(
    caller: Caller<may::ManageLedger>,
    change: Change<IdAndMember<DeadlineId, OccurrenceId>, ReasonInput>,
) -> Reply {
    let withdraw = async |work: &mut Work<'_>, at: &IdAndMember<_, _>, expected: &Expected, reason| {
        occurrences::withdraw_occurrence(work, &at.0, at.1, expected, reason).await
    };
    caller.step_because(change, withdraw, shown).await
}

/// The event as the change leaves it.
fn shown(call: &Call, event: &Occurrence) -> Representation<OccurrenceView> {
    Representation::to_all(&event.id, event.version, OccurrenceView::new(event, call))
}
