//! A second review as its reader sees it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        id::{NoticeId, ReportId},
        second_review::{
            Involved, SecondReview, SecondReviewAction, SecondReviewId, SecondReviewStatus, Subject, SubjectKind,
        },
        thing::ThingKind,
        time::{Day, Instant},
    },
    http::{
        caller::Call,
        link::{Links, links},
        list::{Column, columns},
        steps::{at, by, name},
    },
};

/// 复核 (second review)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondReview)]
pub struct SecondReviewView {
    /// 编号 (id)
    id: SecondReviewId,
    /// 复核对象的类别 (what is objected to)
    subject_kind: SubjectKind,
    /// 督办单 (the notice)
    notice_id: Option<NoticeId>,
    /// 被退回的进展报告 (the report that was returned)
    progress_report_id: Option<ReportId>,
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
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    requested_by_name: Option<String>,
    /// 申请时间 (when)
    requested_at: Instant,
    /// 应在此日之前（含当日）决定 (the last day to decide in time)
    decide_by: Day,
    /// 逾期未决定 (not decided in time)
    overdue: bool,
    /// 决定人 (who decided)
    decided_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    decided_by_name: Option<String>,
    /// 决定时间 (when)
    decided_at: Option<Instant>,
    /// 决定的理由 (what was said with the decision)
    decision: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<SecondReviewAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

impl SecondReviewView {
    /// The review as the caller sees it on a day.
    pub fn new(review: &SecondReview, involved: Option<&Involved>, call: &Call, today: Day) -> Self {
        let allowed = involved.map_or_else(Vec::new, |involved| review.actions_for(call.actor(), involved));
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
            requested_by: review.requested.by.subject().to_owned(),
            requested_by_name: name(&review.requested),
            requested_at: review.requested.at,
            decide_by: review.decide_by,
            overdue: review.is_overdue(today),
            decided_by: by(&review.decided),
            decided_by_name: name(&review.decided),
            decided_at: at(&review.decided),
            decision: review.decision.clone(),
            version: review.version,
            links: links(call.origin(), (ThingKind::SecondReview, &review.id), &allowed),
            allowed_actions: allowed,
        }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<SecondReviewView>] = columns![
    id: "编号",
    subject_kind: "复核对象",
    notice_id: "督办单",
    progress_report_id: "进展报告",
    plan_id: "方案",
    unit: "单位代码",
    status: "状态",
    reason: "申请理由",
    requested_by: "申请人",
    requested_at: "申请时间",
    decide_by: "决定期限",
    overdue: "是否逾期",
    decided_by: "决定人",
    decided_at: "决定时间",
    decision: "决定说明",
];
