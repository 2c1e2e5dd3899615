//! Lists of second reviews.

use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        id::{NoticeId, PlanId, ReportId},
        order::{Key, Place, Total},
        scope::Scope,
        second_review::{Involved, SecondReview, SecondReviewStatus},
        time::Day,
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::content,
        list::{Column, List, Page, ParamsOf, Stored},
        second_reviews::view::{COLUMNS, SecondReviewView},
    },
    store::{self, Tx, page::Sorts, second_reviews::SecondReviewFilter},
};

/// The list of second reviews.
pub struct SecondReviews;

impl List for SecondReviews {
    type Filters = SecondReviewParams;
    type View = SecondReviewView;
    const FILE: (&'static str, &'static str) = ("second-reviews", "复核");
    const SORTS: Sorts = store::second_reviews::SORTS;
    const SORT: &'static str = "-id";
    const COLUMNS: &'static [Column<SecondReviewView>] = COLUMNS;
}

impl Stored for SecondReviews {
    type Question = (SecondReviewFilter, Scope<SecondReview>, Day);
    type Row = (SecondReview, Option<Involved>);

    async fn rows(tx: &mut Tx, (filter, scope, _): &Self::Question, place: &Place) -> Result<Vec<Self::Row>> {
        let reviews = store::second_reviews::list(tx, filter, scope, place).await?;
        let mut involved = store::second_reviews::involved(tx, &reviews).await?;
        let with = |review: SecondReview| {
            let found = involved.iter().position(|involved| involved.subject == review.subject);
            (review, found.map(|index| involved.swap_remove(index)))
        };
        Ok(reviews.into_iter().map(with).collect())
    }

    async fn count(tx: &mut Tx, (filter, scope, _): &Self::Question) -> Result<Total> {
        Ok(store::second_reviews::count(tx, filter, scope).await?.into())
    }

    fn key((review, _): &Self::Row, sort: &str) -> Key {
        match sort {
            "decide_by" => Key::Day(review.decide_by),
            _ => Key::id(review.id),
        }
    }

    fn view((review, involved): &Self::Row, (_, _, today): &Self::Question, call: &Call) -> SecondReviewView {
        SecondReviewView::new(review, involved.as_ref(), call.actor(), *today)
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
#[get("/second-reviews")]
pub async fn list_second_reviews(caller: Caller<may::ReadLedger>) -> Result<HttpResponse> {
    let ask = |filters: SecondReviewParams, today| {
        let filter = SecondReviewFilter {
            plans: content::plans(&caller, filters.plan)?,
            units: content::concrete_units(&caller, "unit", &filters.unit)?,
            statuses: filters.status,
            notices: filters.notice,
            reports: filters.progress_report,
        };
        Ok((filter, caller.scope(), today))
    };
    caller.list_stored::<SecondReviews>(ask).await
}
