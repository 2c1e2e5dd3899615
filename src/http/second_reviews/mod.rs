//! `/second-reviews`: units object (复核), and an officer who took no part in it decides

mod list;
mod view;

pub use self::{list::list_second_reviews, view::SecondReviewView};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::second_review::{Decision, Involved, SecondReview, SecondReviewId},
    http::{
        caller::{Call, Caller, may},
        input::{Change, Create, Id, ReasonInput},
        reply::{Reply, Representation},
    },
    service::{
        second_reviews::{self, ObjectionRequest},
        work::{Expected, Work},
    },
    store::{self, Tx},
};

crate::http::input::described! {
    SecondReviewId: "复核编号 (second review id)", "019a1b2c-3d4e-7f00-8000-000000000003";
}

/// 读取一项复核 (get a second review)
#[utoipa::path(tag = "second-reviews", params(Id<SecondReviewId>),
    responses((status = 200, description = "复核 (second review)", body = SecondReviewView), Caller<may::ReadLedger>, Id<SecondReviewId>))]
#[get("/{id}")]
pub async fn get_second_review(caller: Caller<may::ReadLedger>, id: Id<SecondReviewId>) -> Reply {
    let find = async |tx: &mut Tx| {
        let found = store::second_reviews::find(tx, id.0, &caller.scope()).await?;
        Ok(found.map(|(review, involved)| {
            let view = SecondReviewView::new(&review, involved.as_ref(), &caller, caller.today());
            (view, Some(review.version))
        }))
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
#[utoipa::path(tag = "second-reviews", request_body = NewSecondReview, responses((status = 201, description = "已申请 (requested)", body = SecondReviewView), Caller<may::AskSecondReview>, Create<NewSecondReview>))]
#[post("")]
pub async fn request_second_review(caller: Caller<may::AskSecondReview>, create: Create<NewSecondReview>) -> Reply {
    let ask = async |work: &mut Work<'_>, new: NewSecondReview| {
        let asked = ObjectionRequest {
            notice_id: new.notice_id,
            progress_report_id: new.progress_report_id,
        };
        second_reviews::request_second_review(work, asked, new.reason).await
    };
    caller.create(create, ask, shown).await
}

/// 撤回复核申请 (withdraw the request)
///
/// 由申请单位在决定之前撤回；撤回后不能就同一事再次申请。By the unit that asked, before it is decided; it cannot ask again.
#[utoipa::path(tag = "second-reviews", params(Id<SecondReviewId>),
    responses((status = 200, description = "已撤回 (withdrawn)", body = SecondReviewView), Caller<may::AskSecondReview>, Change<SecondReviewId>))]
#[post("/{id}/withdraw")]
pub async fn withdraw_second_review(caller: Caller<may::AskSecondReview>, change: Change<SecondReviewId>) -> Reply {
    caller.step(change, second_reviews::withdraw_second_review, shown).await
}

async fn decide(
    caller: Caller<may::DecideSecondReview>,
    change: Change<SecondReviewId, ReasonInput>,
    decision: Decision,
) -> Reply {
    let decide = async |work: &mut Work<'_>, id: &SecondReviewId, expected: &Expected, reason| {
        second_reviews::decide_second_review(work, id, decision, expected, reason).await
    };
    caller.step_because(change, decide, shown).await
}

/// The review as the change leaves it.
fn shown(call: &Call, (review, involved): &(SecondReview, Involved)) -> Representation<SecondReviewView> {
    let view = SecondReviewView::new(review, Some(involved), call, call.today());
    Representation::new(&review.id, review.version, view)
}

/// 复核后维持 (uphold)
///
/// 须说明理由；起草、审批、签发、审签、退回过的人应当回避。With a reason, by somebody who had no part in it.
#[utoipa::path(tag = "second-reviews", params(Id<SecondReviewId>),
    request_body = ReasonInput, responses((status = 200, description = "已决定维持 (upheld)", body = SecondReviewView), Caller<may::DecideSecondReview>, Change<SecondReviewId, ReasonInput>))]
#[post("/{id}/uphold")]
pub async fn uphold_second_review(
    caller: Caller<may::DecideSecondReview>,
    change: Change<SecondReviewId, ReasonInput>,
) -> Reply {
    decide(caller, change, Decision::Uphold).await
}

/// 复核后撤销 (overturn)
///
/// 督办单对该单位撤销；没有其他单位的，整份撤销。被退回的报告恢复为已提交。须说明理由；起草、审批、签发、审签、退回过的人应当回避。
/// The notice is lifted for the unit, or rescinded when nobody else is left; the report is submitted again.
#[utoipa::path(tag = "second-reviews", params(Id<SecondReviewId>),
    request_body = ReasonInput, responses((status = 200, description = "已决定撤销 (overturned)", body = SecondReviewView), Caller<may::DecideSecondReview>, Change<SecondReviewId, ReasonInput>))]
#[post("/{id}/overturn")]
pub async fn overturn_second_review(
    caller: Caller<may::DecideSecondReview>,
    change: Change<SecondReviewId, ReasonInput>,
) -> Reply {
    decide(caller, change, Decision::Overturn).await
}
