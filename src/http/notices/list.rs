//! Lists of notices.

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        changes::Followed,
        id::PlanId,
        notice::{Notice, NoticeKind, NoticeLevel, NoticeStatus},
    },
    http::{
        caller::{Call, Caller, may},
        input::{content, named, places},
        list::{Column, List, Page, ParamsOf, Question, Stored},
        notices::view::{COLUMNS, NoticeView},
        reply::Reply,
    },
    store::{filter::Filter as _, notices::NoticeFilter, page::Sorts},
};

/// The list of notices.
pub struct Notices;

impl List for Notices {
    type Filters = NoticeParams;
    type View = NoticeView;
    const FILE: (&'static str, &'static str) = ("notices", "督办单");
    const SORTS: Sorts = NoticeFilter::SORTS;
    const SORT: &'static str = "-id";
    const FOLLOWED: Option<Followed> = Some(Followed::Notices);
    const COLUMNS: &'static [Column<NoticeView>] = COLUMNS;
}

impl Stored for Notices {
    type Filter = NoticeFilter;

    fn view(row: &Notice, Question { scope, today, .. }: &Question<NoticeFilter>, call: &Call) -> NoticeView {
        NoticeView::new(row, scope, call, *today)
    }
}

/// Filters over notices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct NoticeParams {
    /// 方案 (plan)
    #[param(value_type = Vec<String>)]
    plan: Vec<PlanId>,
    /// 类别 (kind)
    kind: Vec<NoticeKind>,
    /// 级别 (level)
    level: Vec<NoticeLevel>,
    /// 状态 (status)
    status: Vec<NoticeStatus>,
    /// 主送单位；集合单位指其今天的成员 (unit addressed; a collective means its members of today)
    unit: Vec<String>,
    /// 涉及的应办事项 (obligation concerned)
    obligation: Vec<String>,
    /// 是否有单位逾期未答复 (whether a unit is overdue)
    overdue: Option<bool>,
}

/// 列出督办单 (list notices)
///
/// 新的在前。单位角色只看到已发给本单位的，草稿仅发文部门可见。
/// Newest first; units see what was issued to them.
#[utoipa::path(tag = "notices", params(ParamsOf<Notices>), responses((status = 200, description = "督办单列表 (notices)", body = Page<NoticeView>), Caller<may::ReadNotices>))]
#[get("")]
pub async fn list_notices(caller: Caller<may::ReadNotices>) -> Reply {
    let ask = async |filters: NoticeParams, today| {
        let named = content::units(&caller, "unit", &filters.unit)?.into_iter();
        let units = named.flat_map(|code| caller.catalog().units.with_members(code, today));
        Ok(NoticeFilter {
            plans: places::plans(&caller, filters.plan)?,
            kinds: filters.kind,
            levels: filters.level,
            statuses: filters.status,
            units: Some(units.collect()).filter(|units: &Vec<_>| !units.is_empty()),
            obligations: named::obligations(&caller, &filters.obligation).await?,
            overdue: filters.overdue.map(|overdue| (overdue, today)),
            unanswered: false,
        })
    };
    caller.list_stored::<Notices>(ask).await
}
