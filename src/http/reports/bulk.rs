//! Reviewing several reports at once.

use actix_web::post;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::http::{
    caller::{Caller, may},
    input::Create,
    reply::{Reply, done},
};
use crate::{
    domain::{
        fault::{Fault, FieldError},
        id::ReportId,
        report::Decision,
        text,
    },
    error::{Code, Error, Result},
    say,
    service::{
        reports::{self, Command},
        work::Expected,
    },
};

/// Reports that can be reviewed at once.
const MOST: usize = 200;

/// 批量审核 (a review of several reports)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkReview {
    /// 审核结论 (decision)
    decision: Decision,
    /// 意见；退回时为必填的理由 (a note; the reason of a return, which it needs)
    #[serde(default)]
    #[schema(example = "材料齐全")]
    note: Option<String>,
    /// 全部成功才生效，默认否 (all or none; default: each for itself)
    #[serde(default)]
    atomic: bool,
    /// 报告 (the reports)
    #[schema(min_items = 1, max_items = 200)]
    reports: Vec<BulkItem>,
}

/// 批量审核的一份报告 (one of the reports)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkItem {
    /// 报告编号 (report id)
    id: ReportId,
    /// 读取时的版本 (the version that was read)
    #[schema(example = 2)]
    version: i64,
}

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
    /// 说明 (detail)
    detail: Option<String>,
}

/// 批量审核 (review several reports)
///
/// 逐份给出结果；`atomic` 为真时，有一份不成则全部不变，错误逐份指明。
/// Each has its result; with `atomic` nothing changes unless all can be done.
#[utoipa::path(tag = "progress-reports", request_body = BulkReview, responses((status = 200, description = "结果 (results)", body = BulkResult), Caller<may::ReviewReports>, Create<BulkReview>))]
#[post("/progress-reports/reviews")]
pub async fn review_reports(caller: Caller<may::ReviewReports>, create: Create<BulkReview>) -> Reply {
    let BulkReview {
        decision,
        note,
        atomic,
        reports: items,
    } = create.value;
    check(decision, note.as_deref(), &items)?;
    caller
        .write(create.once, async |work| {
            // Always in the order of ids, so that two of these never wait for each other.
            let mut order: Vec<usize> = (0..items.len()).collect();
            order.sort_by_key(|index| items[*index].id);
            let mut outcomes: Vec<Option<Result<i64>>> = items.iter().map(|_| None).collect();
            for index in order {
                let item = &items[index];
                let command = match decision {
                    Decision::Accept => Command::Accept(note.clone()),
                    Decision::Return => Command::Return(note.clone().unwrap_or_default()),
                };
                let expected = Expected::Versions(vec![item.version]);
                let outcome = reports::act(work, item.id, Some(&expected), command).await;
                if let Err(error) = &outcome
                    && error.code.status().is_server_error()
                {
                    return outcome.and(Err(Error::internal("unreachable")));
                }
                outcomes[index] = Some(outcome.map(|report| report.version));
            }
            let outcomes: Vec<Result<i64>> = outcomes.into_iter().flatten().collect();
            if atomic {
                let faults = faults(&outcomes);
                if !faults.is_empty() {
                    return Err(Error::body(faults));
                }
            }
            let items: Vec<BulkOutcome> = items
                .iter()
                .zip(outcomes)
                .map(|(item, outcome)| BulkOutcome {
                    id: item.id,
                    status: outcome
                        .as_ref()
                        .map_or_else(|error| error.code.status().as_u16(), |_| 200),
                    version: outcome.as_ref().ok().copied(),
                    code: outcome.as_ref().err().map(|error| error.code),
                    detail: outcome.err().map(|error| error.detail.zh),
                })
                .collect();
            let failed = items.iter().filter(|item| item.code.is_some()).count();
            done(&BulkResult {
                done: items.len() - failed,
                failed,
                items,
            })
        })
        .await
}

fn check(decision: Decision, note: Option<&str>, items: &[BulkItem]) -> Result<()> {
    if decision == Decision::Return && note.is_none_or(text::is_blank) {
        return Err(Error::field(
            "/note",
            Fault::Required,
            say!("退回须说明理由", "a return needs a reason"),
        ));
    }
    if items.is_empty() || items.len() > MOST {
        let detail = say!("应为 1 至 {MOST} 份", "must be 1 to {MOST} reports");
        return Err(Error::field("/reports", Fault::OutOfRange, detail));
    }
    let again = (1..items.len()).find(|index| items[..*index].iter().any(|other| other.id == items[*index].id));
    again.map_or(Ok(()), |index| {
        let detail = say!("该报告已列出", "this report is listed already");
        Err(Error::field(&format!("/reports/{index}/id"), Fault::Duplicate, detail))
    })
}

fn faults(outcomes: &[Result<i64>]) -> Vec<FieldError> {
    let wrong = outcomes.iter().enumerate().filter_map(|(index, outcome)| {
        let error = outcome.as_ref().err()?;
        Some(FieldError {
            pointer: format!("/reports/{index}"),
            fault: if error.code == Code::NotFound {
                Fault::NotFound
            } else {
                Fault::Conflict
            },
            detail: (*error.detail).clone(),
        })
    });
    wrong.collect()
}
