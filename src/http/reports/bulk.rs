//! Reviewing several reports at once.

use actix_web::post;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        id::ReportId,
        report::{BulkReview, Report},
    },
    error::{Code, Result},
    http::{
        caller::{Caller, may},
        input::Create,
        problem::Language,
        reply::{Reply, done},
    },
    service::reports,
};

/// 批量审核的结果 (what became of each)
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// 成功数 (how many were done)
    done: usize,
    /// 未成功数 (how many were not)
    failed: usize,
    /// 逐份结果，次序同请求 (each, in the order of the request)
    items: Vec<BulkOutcome>,
}

/// 一份报告的结果 (what became of one)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOutcome {
    /// 报告编号 (report id)
    id: ReportId,
    /// 单独请求时的状态码 (the status that the same request alone would have had)
    #[schema(example = 200)]
    status: u16,
    /// 新版本 (its version now)
    #[schema(example = 3)]
    version: Option<i64>,
    /// 错误代码 (what is wrong)
    code: Option<Code>,
    /// 说明，语言按 Accept-Language (detail, in the language of the request)
    detail: Option<String>,
}

impl BulkResult {
    fn new(review: &BulkReview, outcomes: Vec<Result<Report>>, language: Language) -> Self {
        let outcome = |(id, outcome): (ReportId, Result<Report>)| BulkOutcome {
            id,
            status: outcome
                .as_ref()
                .map_or_else(|error| error.code.status().as_u16(), |_| 200),
            version: outcome.as_ref().ok().map(|report| report.version),
            code: outcome.as_ref().err().map(|error| error.code),
            detail: outcome.err().map(|error| language.text(&error.detail)),
        };
        let ids = review.reports.iter().map(|item| item.id);
        let items: Vec<BulkOutcome> = ids.zip(outcomes).map(outcome).collect();
        let failed = items.iter().filter(|item| item.code.is_some()).count();
        Self {
            done: items.len() - failed,
            failed,
            items,
        }
    }
}

/// 批量审核 (review several reports)
///
/// 逐份给出结果；`atomic` 为真时，有一份不成则全部不变，错误逐份指明。
/// Each has its result; with `atomic` nothing changes unless all can be done.
#[utoipa::path(tag = "progress-reports", request_body = BulkReview, responses((status = 200, description = "结果 (results)", body = BulkResult), Caller<may::ReviewReports>, Create<BulkReview>))]
#[post("/reviews")]
pub async fn review_reports(caller: Caller<may::ReviewReports>, create: Create<BulkReview>) -> Reply {
    let review = create.value;
    caller
        .write(create.once, async |work| {
            let outcomes = reports::review_reports(work, &review).await?;
            done(&BulkResult::new(&review, outcomes, Language::of(caller.request())))
        })
        .await
}
