//! `/obligations`: the ledger (台账), who owes what by when

mod calendar_feed;
mod figures;
mod list;
mod view;

pub use self::{
    calendar_feed::{get_calendar_feed, open_calendar_feed},
    figures::FiguresView,
    view::ObligationView,
};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        invalidation::LogLength,
        ledger::Horizons,
        obligation::{BulkExemption, GroupBy, ObligationId},
        time::Day,
    },
    http::{
        bulk::BulkResult,
        caller::{Call, Caller, may},
        input::{self, Both, Change, Create, Embed, Id, ReasonInput},
        list::{List as _, ParamsOf},
        obligations::list::{LedgerFilters, LedgerPage, Obligations, REPORT, groups},
        refused::Refused,
        reply::{
            ItemParams, Reply, Representation,
            format::{Format, Offered as _},
        },
    },
    service::obligations,
    store::{
        self, Tx,
        obligations::{LedgerFilter, LedgerRow},
        reports::Beside,
    },
};

crate::http::input::described! {
    ObligationId: "应办事项编号 (obligation id)", "dg-2017.17.3.d2.hbj.2017Q2";
}

/// How the ledger is grouped.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GroupParams {
    /// 分组计数，代替逐项列出；各组一次全部给出，`fields` 选取各组的字段，不与 `sort`、`cursor`、`limit`、`embed`、`changed_since`
    /// 同时使用 (count by group instead of listing: all groups at once; `fields` are those of a group, and `sort`, `cursor`, `limit`,
    /// `embed` and `changed_since` are refused with it)
    pub group_by: Option<GroupBy>,
}

/// What of an obligation is asked for, and for which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GetParams {
    /// 截至哪一天，默认今天 (as of which day; default today)
    as_of: Option<Day>,
    /// 只返回这些字段，逗号分隔；给出时没有其他字段，所声明的必有字段也不例外
    /// (only these fields: all others are left out then, also those that the schema requires)
    #[param(example = "version")]
    fields: Option<String>,
    /// 内嵌的相关资源，逗号分隔 (embedded resources): report, requirement
    #[param(example = "report")]
    embed: Option<String>,
}

/// 列出应办事项 (list obligations)
///
/// 默认按紧急程度排列：先到期的在前，待触发的在最后。单位角色只看到本单位的台账。
/// `as_of=` 按任意一天给出状态和灯色，例如 `as_of=2017-06-30`。`embed=report,requirement` 一并给出进展报告和具体要求。
/// By urgency; units see their own. With the report and the requirement if asked.
#[utoipa::path(tag = "obligations", params(ParamsOf<Obligations>),
    responses((status = 200, description = "台账 (the ledger)", body = LedgerPage), Caller<may::ReadLedger>, Refused<422>))]
#[get("")]
pub async fn list_obligations(caller: Caller<may::ReadLedger>) -> Reply {
    let make = async |known: LogLength| {
        let asked = caller.list_request::<Obligations>()?;
        if let Some(by) = asked.filters.1.group_by {
            return groups(&caller, asked, by).await;
        }
        let reports = asked.shows(REPORT).then(|| Beside {
            scope: caller.scope(),
            whole: asked.embed.has("report"),
        });
        let ask = async |Both(filters, _): Both<LedgerFilters, _>, today| {
            let filter = filters.into_filter(&caller, today, Some(known)).await?;
            Ok(LedgerFilter { reports, ..filter })
        };
        caller.make_list(asked, ask).await
    };
    caller.serve_list(make).await
}

/// 读取一项应办事项 (get an obligation)
///
/// `embed=report,requirement` 一并给出进展报告和具体要求。With the report and the requirement if asked.
#[utoipa::path(tag = "obligations", params(Id<ObligationId>, GetParams),
    responses((status = 200, description = "应办事项 (obligation)", body = ObligationView), Caller<may::ReadLedger>, Id<ObligationId>, Refused<422>))]
#[get("/{id}")]
pub async fn get_obligation(caller: Caller<may::ReadLedger>, id: Id<ObligationId>) -> Reply {
    Format::negotiate("", caller.accept(), &[Format::Json])?;
    let GetParams { as_of, fields, embed } = input::query(caller.request())?;
    let item = ItemParams { fields, embed };
    let today = caller.today();
    let horizons = Horizons::of_ledger(caller.catalog(), as_of.unwrap_or(today), today);
    let reports = Beside {
        scope: caller.scope(),
        whole: item.embeds(Obligations::EMBEDS)?.has("report"),
    };
    let find = async |tx: &mut Tx| {
        let scope = caller.scope();
        Ok(store::obligations::find_on(tx, &id.0, &scope, horizons.clone(), reports).await?)
    };
    let row = caller.read(find).await?;
    let reply = item.render(Obligations::EMBEDS, |embed| {
        let row = row?;
        Some((
            ObligationView::with(&row, &horizons, embed, &caller),
            row.obligation.version,
        ))
    })?;
    Ok(caller.send(&reply))
}

/// 免办 (exempt an obligation)
///
/// 须说明理由。With a reason.
#[utoipa::path(tag = "obligations", params(Id<ObligationId>),
    request_body = ReasonInput, responses((status = 200, description = "已免办 (the exempted obligation)", body = ObligationView), Caller<may::ManageLedger>, Change<ObligationId, ReasonInput>))]
#[post("/{id}/exempt")]
pub async fn exempt_obligation(caller: Caller<may::ManageLedger>, change: Change<ObligationId, ReasonInput>) -> Reply {
    caller.step_because(change, obligations::exempt_obligation, shown).await
}

/// 批量免办 (exempt several obligations)
///
/// 同一理由；逐项给出结果；`atomic` 为真时，有一项不成则全部不变，错误逐项指明。
/// With one reason. Each has its result; with `atomic` nothing changes unless all can be done.
#[utoipa::path(tag = "obligations", request_body = BulkExemption, responses((status = 200, description = "结果 (results)", body = BulkResult), Caller<may::ManageLedger>, Create<BulkExemption>))]
#[post("/exemptions")]
pub async fn exempt_obligations(caller: Caller<may::ManageLedger>, create: Create<BulkExemption>) -> Reply {
    caller.decide(create, obligations::exempt_obligations).await
}

/// 取消免办 (restore an obligation)
#[utoipa::path(tag = "obligations", params(Id<ObligationId>),
    responses((status = 200, description = "已恢复 (the obligation)", body = ObligationView), Caller<may::ManageLedger>, Change<ObligationId>))]
#[post("/{id}/restore")]
pub async fn restore_obligation(caller: Caller<may::ManageLedger>, change: Change<ObligationId>) -> Reply {
    caller.step(change, obligations::restore_obligation, shown).await
}

/// The obligation as the change leaves it.
fn shown(call: &Call, row: &LedgerRow) -> Representation<ObligationView> {
    let horizons = Horizons::of_ledger(call.catalog(), call.today(), call.today());
    let view = ObligationView::with(row, &horizons, &Embed::of(&[]), call);
    Representation::new(&row.obligation.id, row.obligation.version, view)
}
