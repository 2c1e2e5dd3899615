//! `/second-reviews`: units object (复核), and somebody who had no part in it decides

use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    domain::{
        id::PlanId,
        order::{Key, Place},
        policy::Actor,
        scope::Scope,
        second_review::{Involved, SecondReview, SecondReviewAction, SecondReviewStatus, Subject, SubjectKind},
        time::{Day, Instant},
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{Body, Change, Create, Id, content},
        list::{Column, List, Page, ParamsOf, Stored, columns},
        occurrences::ReasonInput,
        reply::{changed, created},
    },
    service::{
        obligations::required_reason,
        second_reviews::{self, Asked},
    },
    store::{self, Tx, page::Sorts, second_reviews::SecondReviewFilter},
};

/// 复核 (second review)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondReview)]
pub struct SecondReviewView {
    /// 编号 (id)
    id: Uuid,
    /// 复核对象的类别 (what is objected to)
    subject_kind: SubjectKind,
    /// 督办单 (the notice)
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_id: Option<Uuid>,
    /// 被退回的进展报告 (the report that was returned)
    #[serde(skip_serializing_if = "Option::is_none")]
    progress_report_id: Option<Uuid>,
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 申请单位 (unit)
    #[schema(example = "humen")]
    unit: String,
    /// 状态 (status)
    status: SecondReviewStatus,
    /// 理由 (why)
    reason: String,
    /// 申请人 (who asked)
    requested_by: String,
    /// 申请时间 (when)
    requested_at: Instant,
    /// 应在此日之前（含当日）决定 (the last day to decide in time)
    decide_by: Day,
    /// 逾期未决定 (not decided in time)
    overdue: bool,
    /// 决定人 (who decided)
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// 决定时间 (when)
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Instant>,
    /// 决定的理由 (what was said with the decision)
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<SecondReviewAction>,
}

impl SecondReviewView {
    /// The review as `actor` sees it.
    fn new(review: &SecondReview, involved: Option<&Involved>, actor: &Actor, today: Day) -> Self {
        let (notice_id, progress_report_id) = match review.subject {
            Subject::Notice(id) => (Some(id), None),
            Subject::ProgressReport(id) => (None, Some(id)),
        };
        Self {
            id: review.id,
            subject_kind: review.subject.kind(),
            notice_id,
            progress_report_id,
            plan_id: review.plan.to_string(),
            unit: review.unit.to_string(),
            status: review.status,
            reason: review.reason.clone(),
            requested_by: review.requested.by.clone(),
            requested_at: review.requested.at,
            decide_by: review.decide_by,
            overdue: review.is_overdue(today),
            decided_by: review.decided.as_ref().map(|step| step.by.clone()),
            decided_at: review.decided.as_ref().map(|step| step.at),
            decision: review.decision.clone(),
            version: review.version,
            allowed_actions: involved.map_or_else(Vec::new, |involved| review.actions_for(actor, involved)),
        }
    }
}

/// The list of second reviews.
pub struct SecondReviews;

impl List for SecondReviews {
    type Filters = SecondReviewParams;
    type View = SecondReviewView;
    const FILE: (&'static str, &'static str) = ("second-reviews", "复核");
    const SORT: &'static str = "-id";
    const COLUMNS: &'static [Column<SecondReviewView>] = columns![
        id,
        subject_kind,
        notice_id,
        progress_report_id,
        plan_id,
        unit,
        status,
        reason,
        requested_by,
        requested_at,
        decide_by,
        overdue,
        decided_by,
        decided_at,
        decision,
    ];

    fn sorts() -> Vec<&'static str> {
        Self::fields()
    }
}

impl Stored for SecondReviews {
    type Question = (SecondReviewFilter, Scope<SecondReview>, Day);
    type Row = (SecondReview, Option<Involved>);
    const SORTS: Sorts = store::second_reviews::SORTS;

    async fn rows(tx: &mut Tx, (filter, scope, _): &Self::Question, place: &Place) -> Result<Vec<Self::Row>> {
        let reviews = store::second_reviews::list(tx, filter, scope, place).await?;
        let mut involved = store::second_reviews::involved(tx, &reviews).await?;
        let with = |review: SecondReview| {
            let found = involved.iter().position(|involved| involved.subject == review.subject);
            (review, found.map(|index| involved.swap_remove(index)))
        };
        Ok(reviews.into_iter().map(with).collect())
    }

    async fn count(tx: &mut Tx, (filter, scope, _): &Self::Question) -> Result<i64> {
        Ok(store::second_reviews::count(tx, filter, scope).await?)
    }

    fn key((review, _): &Self::Row, sort: &str) -> Key {
        match sort {
            "decide_by" => Key::Day(review.decide_by),
            _ => Key::Uuid(review.id),
        }
    }

    fn view((review, involved): &Self::Row, (_, _, today): &Self::Question, call: &Call) -> SecondReviewView {
        SecondReviewView::new(review, involved.as_ref(), call.actor(), *today)
    }
}

/// Filters over second reviews.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SecondReviewParams {
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    plan: Vec<PlanId>,
    /// 单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 状态 (status)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<SecondReviewStatus>,
    /// 督办单 (notice)
    #[serde(default)]
    #[param(required = false)]
    notice: Vec<Uuid>,
    /// 进展报告 (progress report)
    #[serde(default)]
    #[param(required = false)]
    progress_report: Vec<Uuid>,
}

/// 列出复核 (list second reviews)
///
/// 新的在前；单位角色只看到本单位的，涉及报告的只有该单位和审核部门看到。
/// Newest first; units see their own, and those of reports are seen by the unit and the reviewing offices only.
#[utoipa::path(tag = "second-reviews", params(ParamsOf<SecondReviews>), responses((status = 200, description = "复核列表 (second reviews)", body = Page<SecondReviewView>)))]
#[get("/second-reviews")]
pub async fn list_second_reviews(caller: Caller<may::ReadLedger>) -> Result<HttpResponse> {
    let ask = |filters: SecondReviewParams, today| {
        let filter = SecondReviewFilter {
            plans: filters.plan,
            units: content::concrete_units(&caller, "unit", &filters.unit)?,
            statuses: filters.status,
            notices: filters.notice,
            reports: filters.progress_report,
        };
        Ok((filter, caller.scope(), today))
    };
    caller.list_stored::<SecondReviews>(ask).await
}

/// 读取一项复核 (get a second review)
#[utoipa::path(tag = "second-reviews", params(("id" = String, Path, description = "复核编号 (second review id)", example = "019a1b2c-3d4e-7f00-8000-000000000003")),
    responses((status = 200, description = "复核 (second review)", body = SecondReviewView)))]
#[get("/second-reviews/{id}")]
pub async fn get_second_review(caller: Caller<may::ReadLedger>, id: Id<Uuid>) -> Result<HttpResponse> {
    let find = async |tx: &mut Tx| {
        let Some(review) = store::second_reviews::find(tx, id.0, &caller.scope()).await? else {
            return Ok(None);
        };
        let involved = store::second_reviews::involved(tx, std::slice::from_ref(&review)).await?;
        let view = SecondReviewView::new(&review, involved.first(), caller.actor(), caller.today());
        Ok(Some((view, Some(review.version))))
    };
    caller.get_stored(find).await
}

/// 申请复核的内容 (what is objected to, and why)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSecondReview {
    /// 督办单；与 progress_report_id 二者填一 (the notice; this or progress_report_id)
    #[serde(default)]
    #[schema(example = "019a1b2c-3d4e-7f00-8000-000000000002")]
    notice_id: Option<String>,
    /// 被退回的进展报告；与 notice_id 二者填一 (the returned report; this or notice_id)
    #[serde(default)]
    progress_report_id: Option<String>,
    /// 理由 (why)
    #[schema(example = "我镇已于6月28日报送，系统登记有误。")]
    reason: String,
}

/// 申请复核 (ask for a second review)
///
/// 督办单的主送单位自签发之日起、报告被退回的单位自退回之日起 30 天内可申请一次（《政府督查工作条例》第十七条）。
/// 单位修改或重新提交报告的，申请失效。
/// An addressed unit asks once, within 30 days of the notice; a unit whose report was returned, of the return. It lapses
/// when the unit changes or resubmits the report.
#[utoipa::path(tag = "second-reviews", request_body = NewSecondReview, responses((status = 201, description = "已申请 (requested)", body = SecondReviewView)))]
#[post("/second-reviews")]
pub async fn request_second_review(
    caller: Caller<may::AskSecondReview>,
    create: Create<NewSecondReview>,
) -> Result<HttpResponse> {
    caller
        .write(create.once, async |work| {
            let NewSecondReview {
                notice_id,
                progress_report_id,
                reason,
            } = create.value;
            let asked = Asked {
                notice_id,
                progress_report_id,
            };
            let (review, involved) = second_reviews::request_second_review(work, asked, reason).await?;
            let view = SecondReviewView::new(&review, Some(&involved), caller.actor(), caller.today());
            created("second-reviews", &review.id, review.version, &view)
        })
        .await
}

async fn decide(
    caller: Caller<may::DecideSecondReview>,
    change: Change<Id<Uuid>, Body<ReasonInput>>,
    action: SecondReviewAction,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let reason = required_reason(change.body.value.reason)?;
            let (id, expected) = (change.at.0, &change.expected);
            let (review, involved) = second_reviews::decide_second_review(work, id, action, expected, reason).await?;
            let view = SecondReviewView::new(&review, Some(&involved), caller.actor(), caller.today());
            changed(review.version, &view)
        })
        .await
}

/// 复核后维持 (uphold)
///
/// 须说明理由；起草、审批、签发、审签、退回过的人应当回避。With a reason, by somebody who had no part in it.
#[utoipa::path(tag = "second-reviews", params(("id" = String, Path, description = "复核编号 (second review id)", example = "019a1b2c-3d4e-7f00-8000-000000000003")),
    request_body = ReasonInput, responses((status = 200, description = "已决定维持 (upheld)", body = SecondReviewView)))]
#[post("/second-reviews/{id}/uphold")]
pub async fn uphold_second_review(
    caller: Caller<may::DecideSecondReview>,
    change: Change<Id<Uuid>, Body<ReasonInput>>,
) -> Result<HttpResponse> {
    decide(caller, change, SecondReviewAction::Uphold).await
}

/// 复核后撤销 (overturn)
///
/// 督办单对该单位撤销；没有其他单位的，整份撤销。被退回的报告恢复为已提交。须说明理由；起草、审批、签发、审签、退回过的人应当回避。
/// The notice is lifted for the unit, or rescinded when nobody else is left; the report is submitted again.
#[utoipa::path(tag = "second-reviews", params(("id" = String, Path, description = "复核编号 (second review id)", example = "019a1b2c-3d4e-7f00-8000-000000000003")),
    request_body = ReasonInput, responses((status = 200, description = "已决定撤销 (overturned)", body = SecondReviewView)))]
#[post("/second-reviews/{id}/overturn")]
pub async fn overturn_second_review(
    caller: Caller<may::DecideSecondReview>,
    change: Change<Id<Uuid>, Body<ReasonInput>>,
) -> Result<HttpResponse> {
    decide(caller, change, SecondReviewAction::Overturn).await
}
