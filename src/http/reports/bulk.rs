//! Decisions on several reports at once.

use actix_web::post;

use crate::{
    domain::report::{BulkClearance, BulkReview},
    http::{
        bulk::BulkResult,
        caller::{Caller, may},
        input::Create,
        reply::Reply,
    },
    service::reports,
};

/// 批量审核 (review several reports)
///
/// 逐份给出结果；`atomic` 为真时，有一份不成则全部不变，错误逐份指明。
/// Each has its result; with `atomic` nothing changes unless all can be done.
#[utoipa::path(tag = "progress-reports", request_body = BulkReview, responses((status = 200, description = "结果 (results)", body = BulkResult), Caller<may::ReviewReports>, Create<BulkReview>))]
#[post("/reviews")]
pub async fn review_reports(caller: Caller<may::ReviewReports>, create: Create<BulkReview>) -> Reply {
    caller.decide(create, reports::review_reports).await
}

/// 批量公开审查 (clear or withhold several reports)
///
/// 逐份给出结果；`atomic` 为真时，有一份不成则全部不变，错误逐份指明。仍是先审查后公开、一事一审：每份均须已读取其现行版本。
/// Each has its result; with `atomic` nothing changes unless all can be done. Each is named with the version that was read.
#[utoipa::path(tag = "progress-reports", request_body = BulkClearance, responses((status = 200, description = "结果 (results)", body = BulkResult), Caller<may::JudgeReports>, Create<BulkClearance>))]
#[post("/clearances")]
pub async fn judge_reports(caller: Caller<may::JudgeReports>, create: Create<BulkClearance>) -> Reply {
    caller.decide(create, reports::judge_reports).await
}
