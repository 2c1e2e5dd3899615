//! Lists of second reviews.

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        changes::Followed,
        id::{NoticeId, PlanId, ReportId},
        second_review::SecondReviewStatus,
    },
    http::{
        caller::{Call, Caller, may},
        input::{content, named, places},
        list::{Column, List, Page, ParamsOf, Question, Row, Stored},
        reply::Reply,
        second_reviews::view::{COLUMNS, SecondReviewView},
    },
    store::{filter::Filter as _, page::Sorts, second_reviews::SecondReviewFilter},
};

/// The list of second reviews.
pub struct SecondReviews;

impl List for SecondReviews {
    type Filters = SecondReviewParams;
    type View = SecondReviewView;
    const FILE: (&'static str, &'static str) = ("second-reviews", "复核");
    const SORTS: Sorts = SecondReviewFilter::SORTS;
    const SORT: &'static str = "-id";
    const FOLLOWED: Option<Followed> = Some(Followed::SecondReviews);
    const COLUMNS: &'static [Column<SecondReviewView>] = COLUMNS;
}

impl Stored for SecondReviews {
    type Filter = SecondReviewFilter;

    fn view((review, involved): &Row<Self>, question: &Question<SecondReviewFilter>, call: &Call) -> SecondReviewView {
        SecondReviewView::new(review, involved.as_ref(), call, question.today)
    }
}

/// Filters over second reviews.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SecondReviewParams {
    /// 方案 (plan)
    #[param(value_type = Vec<String>)]
    plan: Vec<PlanId>,
    /// 单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    unit: Vec<String>,
    /// 状态 (status)
    status: Vec<SecondReviewStatus>,
    /// 督办单 (notice)
    notice: Vec<NoticeId>,
    /// 进展报告 (progress report)
    progress_report: Vec<ReportId>,
}

/// 列出复核 (list second reviews)
///
/// 新的在前；单位角色只看到本单位的，涉及报告的只有该单位和审核部门看到。
/// Newest first; units see their own, and those of reports are seen by the unit and the reviewing offices only.
#[utoipa::path(tag = "second-reviews", params(ParamsOf<SecondReviews>), responses((status = 200, description = "复核列表 (second reviews)", body = Page<SecondReviewView>), Caller<may::ReadLedger>))]
#[get("")]
pub async fn list_second_reviews(caller: Caller<may::ReadLedger>) -> Reply {
    let of_notice = |id| SecondReviewFilter {
        notices: vec![id],
        ..SecondReviewFilter::default()
    };
    let of_report = |id| SecondReviewFilter {
        reports: vec![id],
        ..SecondReviewFilter::default()
    };
    let ask = async |filters: SecondReviewParams, _| {
        Ok(SecondReviewFilter {
            plans: places::plans(&caller, filters.plan)?,
            units: content::concrete_units(&caller, "unit", &filters.unit)?,
            statuses: filters.status,
            notices: named::notices(&caller, filters.notice, of_notice).await?,
            reports: named::reports(&caller, "progress_report", filters.progress_report, of_report).await?,
        })
    };
    caller.list_stored::<SecondReviews>(ask).await
}
