//! Lists of extensions.

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        changes::Followed,
        extension::{Extension, ExtensionStatus},
        id::PlanId,
    },
    http::{
        caller::{Call, Caller, may},
        extensions::view::{COLUMNS, ExtensionView, rules},
        input::{content, named, places},
        list::{Column, List, Page, ParamsOf, Question, Stored},
        reply::Reply,
    },
    store::{extensions::ExtensionFilter, filter::Filter as _, page::Sorts},
};

/// The list of extensions.
pub struct Extensions;

impl List for Extensions {
    type Filters = ExtensionParams;
    type View = ExtensionView;
    const FILE: (&'static str, &'static str) = ("extensions", "延期申请");
    const SORTS: Sorts = ExtensionFilter::SORTS;
    const SORT: &'static str = "-id";
    const FOLLOWED: Option<Followed> = Some(Followed::Extensions);
    const COLUMNS: &'static [Column<ExtensionView>] = COLUMNS;
}

impl Stored for Extensions {
    type Filter = ExtensionFilter;

    fn view(row: &Extension, _: &Question<ExtensionFilter>, call: &Call) -> ExtensionView {
        ExtensionView::new(row, rules(call, row), call.actor(), call.origin())
    }
}

/// Filters over extensions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ExtensionParams {
    /// 方案 (plan)
    #[param(value_type = Vec<String>)]
    plan: Vec<PlanId>,
    /// 单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    unit: Vec<String>,
    /// 应办事项 (obligation)
    obligation: Vec<String>,
    /// 状态 (status)
    status: Vec<ExtensionStatus>,
}

/// 列出延期申请 (list extensions)
///
/// 新的在前；单位角色只看到本单位的，待本单位审签的其他人看不到。Newest first; units see their own, and others none that its
/// unit has yet to sign.
#[utoipa::path(tag = "extensions", params(ParamsOf<Extensions>), responses((status = 200, description = "延期申请列表 (extensions)", body = Page<ExtensionView>), Caller<may::ReadLedger>))]
#[get("")]
pub async fn list_extensions(caller: Caller<may::ReadLedger>) -> Reply {
    let ask = async |filters: ExtensionParams, _| {
        Ok(ExtensionFilter {
            plans: places::plans(&caller, filters.plan)?,
            units: content::concrete_units(&caller, "unit", &filters.unit)?,
            obligations: named::obligations(&caller, &filters.obligation).await?,
            statuses: filters.status,
            pending: false,
        })
    };
    caller.list_stored::<Extensions>(ask).await
}
