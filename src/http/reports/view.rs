//! A report as a caller sees it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::domain::{
    id::ReportId,
    report::{Depth, Evidence, IndicatorReading, Publication, Report, ReportAction, ReportStatus},
    step::Step,
    thing::ThingKind,
    time::{Day, Instant, day_of},
};
use crate::http::{
    caller::Call,
    link::{Links, links},
    list::{Cell, Column, columns},
    reports::attachments::AttachmentView,
    steps::{at, by, name},
    units::UnitName,
};

/// 进展报告 (progress report)
///
/// 公众看到的不含人员姓名和审核情况。The public sees no names of persons and nothing of the reviews.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProgressReport)]
pub struct ReportView {
    /// 编号 (id)
    id: ReportId,
    /// 应办事项 (obligation)
    #[schema(example = "dg-2017.17.3.d2.hbj.2017Q2")]
    obligation_id: String,
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 工作任务 (task)
    #[schema(example = "dg-2017.17")]
    task_id: String,
    /// 具体要求 (requirement)
    #[schema(example = "dg-2017.17.3")]
    requirement_id: String,
    /// 填报单位 (unit)
    unit: UnitName,
    /// 期间 (period)
    #[schema(example = "2017Q2")]
    period: String,
    /// 状态 (status)
    status: ReportStatus,
    /// 公开审查 (secrecy review)
    publication: Publication,
    /// 修订次数，从 1 起 (revision)
    #[schema(example = 1)]
    revision: i64,
    /// 进展摘要 (summary)
    #[schema(example = "已按月公开全市环境空气质量状况")]
    summary: String,
    /// 完成百分比 (percent done)
    #[schema(minimum = 0, maximum = 100, example = 100)]
    percent: Option<u32>,
    /// 已采取的措施 (measures taken)
    measures: Option<String>,
    /// 存在的问题 (problems)
    problems: Option<String>,
    /// 下一步打算 (next steps)
    next_steps: Option<String>,
    /// 佐证 (evidence)
    evidence: Vec<Evidence>,
    /// 附件；`as_of` 为以前某日时不含 (files; not there as of an earlier day)
    attachments: Option<Vec<AttachmentView>>,
    /// 量化指标，与目标对照 (values beside their targets)
    indicators: Vec<IndicatorReading>,
    /// 是否已办结 (whether the unit says it is fulfilled)
    claims_completion: bool,
    /// 报送之日：退回后重报的从重报之日起，通过后修订的不变 (the day on which it was submitted: after a return the day on which it was
    /// submitted again; a revision of what was accepted keeps it)
    reported_on: Option<Day>,
    /// 准予公开之日 (day on which it was cleared)
    cleared_on: Option<Day>,
    /// 创建人 (who began it)
    created_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    created_by_name: Option<String>,
    /// 创建时间 (when)
    created_at: Option<Instant>,
    /// 提交人 (who submitted it last)
    submitted_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    submitted_by_name: Option<String>,
    /// 提交时间 (when)
    submitted_at: Option<Instant>,
    /// 审签人 (who signed it for the unit)
    signed_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    signed_by_name: Option<String>,
    /// 审签时间 (when)
    signed_at: Option<Instant>,
    /// 审核人 (who accepted or returned it last)
    reviewed_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    reviewed_by_name: Option<String>,
    /// 审核时间 (when)
    reviewed_at: Option<Instant>,
    /// 审核意见，退回时为理由 (what was said with it; the reason of a return)
    review: Option<String>,
    /// 保密审查人 (who cleared or withheld it last)
    judged_by: Option<String>,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    judged_by_name: Option<String>,
    /// 保密审查时间 (when)
    judged_at: Option<Instant>,
    /// 保密审查意见，不予公开时为理由 (what was said with it; the reason of a withholding)
    judgement: Option<String>,
    /// 版本，可用于 If-Match；公众所见不含 (version; not for the public)
    #[schema(example = 1)]
    version: Option<i64>,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<ReportAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

impl ReportView {
    /// The report as far as `depth` shows it.
    pub fn new(report: &Report, depth: Depth, call: &Call) -> Self {
        let full = depth == Depth::Full;
        let id = &report.obligation;
        let requirement = &id.deadline.requirement;
        let allowed = if full {
            report.actions_for(call.actor(), call.catalog().rules(requirement.plan()))
        } else {
            Vec::new()
        };
        let content = report.content.clone();
        let attachments = report.attachments.as_ref();
        let text = |text: &Option<String>| text.clone().filter(|_| full);
        let by = |step: &Option<Step>| by(step.as_ref().filter(|_| full));
        let name = |step: &Option<Step>| name(step.as_ref().filter(|_| full));
        let at = |step: &Option<Step>| at(step.as_ref().filter(|_| full));
        let cleared = report
            .judged
            .as_ref()
            .filter(|_| report.publication == Publication::Cleared);
        Self {
            id: report.id,
            obligation_id: id.to_string(),
            plan_id: requirement.plan().to_string(),
            task_id: requirement.task.to_string(),
            requirement_id: requirement.to_string(),
            unit: UnitName::new(report.unit(), &call.catalog().units),
            period: id.period.clone(),
            status: report.status,
            publication: report.publication,
            revision: report.revision,
            summary: content.summary,
            percent: content.percent,
            measures: content.measures,
            problems: content.problems,
            next_steps: content.next_steps,
            evidence: content.evidence,
            attachments: attachments.map(|files| files.iter().map(AttachmentView::new).collect()),
            indicators: content.indicators.into_iter().map(Into::into).collect(),
            claims_completion: content.claims_completion,
            reported_on: report.reported_on,
            cleared_on: cleared.map(|step| day_of(step.at)),
            created_by: full.then(|| report.created.by.subject().to_owned()),
            created_by_name: report.created.by.name().filter(|_| full).map(str::to_owned),
            created_at: full.then_some(report.created.at),
            submitted_by: by(&report.submitted),
            submitted_by_name: name(&report.submitted),
            submitted_at: at(&report.submitted),
            signed_by: by(&report.signed),
            signed_by_name: name(&report.signed),
            signed_at: at(&report.signed),
            reviewed_by: by(&report.reviewed),
            reviewed_by_name: name(&report.reviewed),
            reviewed_at: at(&report.reviewed),
            review: text(&report.review),
            judged_by: by(&report.judged),
            judged_by_name: name(&report.judged),
            judged_at: at(&report.judged),
            judgement: text(&report.judgement),
            version: full.then_some(report.version),
            links: links(call.origin(), (ThingKind::ProgressReport, &report.id), &allowed),
            allowed_actions: allowed,
        }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<ReportView>] = columns![
    id: "编号",
    obligation_id: "应办事项",
    unit: "单位代码" = |view| Cell::text(view.unit.code()),
    unit_name: "单位" = |view| Cell::text(view.unit.name()),
    requirement_id: "具体要求编号",
    period: "期间",
    status: "状态",
    publication: "公开审查",
    summary: "摘要",
    percent: "完成进度",
    measures: "工作措施",
    problems: "存在问题",
    next_steps: "下步安排",
    evidence: "佐证" = |view| {
    let cited = view.evidence.iter().map(|evidence| {
        let url = evidence.url.as_deref().unwrap_or_default();
        format!("{} {url}", evidence.title).trim().to_owned()
    });
    Cell::text(cited.collect::<Vec<_>>().join("\n"))
},
    claims_completion: "申报办结",
    reported_on: "报送日期",
    cleared_on: "准予公开日期",
];
