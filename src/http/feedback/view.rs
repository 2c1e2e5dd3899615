//! Feedback as a caller sees it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::domain::{
    feedback::{Feedback, FeedbackAction, FeedbackId, FeedbackStatus},
    id::ReportId,
    thing::ThingKind,
    time::{Day, Instant, day_of},
};
use crate::http::{
    caller::Call,
    link::{Links, links},
    list::{Cell, Column, columns},
    steps::{at, by, name},
    units::UnitName,
};

/// 公众评价 (feedback)
///
/// 公众看到的只有评分、文字和日期。The public sees the rating, the text and the day.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feedback)]
pub struct FeedbackView {
    /// 编号 (id)
    id: FeedbackId,
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 具体要求 (requirement)
    #[schema(example = "dg-2017.17.3")]
    requirement_id: String,
    /// 所评价的进展报告；没有则评价的是具体要求 (the report it is on; absent: the requirement itself)
    report_id: Option<ReportId>,
    /// 报告的填报单位 (the report's unit)
    unit: Option<UnitName>,
    /// 评分 (rating)
    #[schema(minimum = 1, maximum = 5, example = 4)]
    rating: i64,
    /// 文字；手机号和身份证号已遮去 (text; telephone and identity numbers are masked)
    #[schema(example = "公开很及时，希望附上监测点的数据。")]
    text: Option<String>,
    /// 收到之日 (day on which it came)
    received_on: Day,
    /// 状态 (status)
    status: FeedbackStatus,
    /// 收到时间 (when)
    received_at: Option<Instant>,
    /// 提交的门户 (the portal)
    portal: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    portal_name: Option<String>,
    /// 审核人 (who looked at it)
    moderated_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    moderated_by_name: Option<String>,
    /// 审核时间 (when)
    moderated_at: Option<Instant>,
    /// 不予公开的理由 (why it was rejected)
    reason: Option<String>,
    /// 版本，可用于 If-Match；公众所见不含 (version; not for the public)
    #[schema(example = 1)]
    version: Option<i64>,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<FeedbackAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

impl FeedbackView {
    /// All of it, or what anybody sees.
    pub fn new(feedback: &Feedback, full: bool, call: &Call) -> Self {
        let about = &feedback.about;
        let allowed = if full {
            feedback.actions_for(call.actor())
        } else {
            Vec::new()
        };
        let moderated = feedback.moderated.as_ref().filter(|_| full);
        Self {
            id: feedback.id,
            plan_id: about.requirement.plan().to_string(),
            requirement_id: about.requirement.to_string(),
            report_id: about.report,
            unit: about
                .unit
                .as_ref()
                .map(|unit| UnitName::new(unit, &call.catalog().units)),
            rating: feedback.rating,
            text: feedback.text.clone(),
            received_on: day_of(feedback.received_at),
            status: feedback.status,
            received_at: full.then_some(feedback.received_at),
            portal: full.then(|| feedback.portal.subject().to_owned()),
            portal_name: feedback.portal.name().filter(|_| full).map(str::to_owned),
            moderated_by: by(moderated),
            moderated_by_name: name(moderated),
            moderated_at: at(moderated),
            reason: feedback.reason.clone().filter(|_| full),
            version: full.then_some(feedback.version),
            links: links(call.origin(), (ThingKind::Feedback, &feedback.id), &allowed),
            allowed_actions: allowed,
        }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<FeedbackView>] = columns![
    id: "编号",
    plan_id: "方案",
    requirement_id: "具体要求编号",
    report_id: "进展报告",
    unit: "单位代码" = |view| Cell::made(view.unit.as_ref().map(UnitName::code)),
    unit_name: "单位" = |view| Cell::made(view.unit.as_ref().map(UnitName::name)),
    rating: "评分",
    text: "内容",
    received_on: "收到日期",
    status: "状态",
];

/// 评价汇总 (a summary of feedback)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackSummary {
    /// 已公开的评价数 (how much was published)
    #[schema(example = 12)]
    count: i64,
    /// 平均分，没有评价则不含 (mean rating; absent where there is none)
    #[schema(example = 4.25)]
    mean: Option<f64>,
    /// 各评分的数量，1 至 5 (how often each rating was given)
    ratings: Vec<RatingCount>,
}

/// 一个评分的数量 (how often a rating was given)
#[derive(Debug, Serialize, ToSchema)]
pub struct RatingCount {
    /// 评分 (rating)
    #[schema(minimum = 1, maximum = 5, example = 4)]
    rating: i64,
    /// 数量 (count)
    #[schema(example = 7)]
    count: i64,
}

impl FeedbackSummary {
    /// The summary of how often each rating was given.
    pub fn new(given: &[(i64, i64)]) -> Self {
        let of = |rating: i64| {
            given
                .iter()
                .find(|(given, _)| *given == rating)
                .map_or(0, |(_, count)| *count)
        };
        let ratings: Vec<RatingCount> = (1..=5)
            .map(|rating| RatingCount {
                rating,
                count: of(rating),
            })
            .collect();
        let count: i64 = ratings.iter().map(|given| given.count).sum();
        let sum: i64 = ratings.iter().map(|given| given.rating * given.count).sum();
        #[expect(clippy::cast_precision_loss, reason = "nobody gives 2^53 ratings")]
        let mean = (count > 0).then(|| (sum as f64 / count as f64 * 100.0).round() / 100.0);
        Self { count, mean, ratings }
    }
}
