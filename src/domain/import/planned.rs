//! The plan that a proposal comes to, and what is wrong with it.

use super::{
    corrections::Corrections,
    finding::{FindingCode, Findings, Severity},
    proposal::Proposal,
};
use crate::{
    domain::{
        extra::ExtraColumn,
        fault::FieldError,
        id::PlanId,
        new_deadline::NewDeadline,
        phrase,
        plan::{NewPlan, PlanStatus},
        time::Period,
        unit::UnitDirectory,
    },
    say,
};

impl Corrections {
    /// The plan that is made, or that tasks are added to, as far as it is named.
    pub fn plan_named(&self) -> Option<&PlanId> {
        self.onto.as_ref().or(self.plan.as_ref()?.id.as_ref())
    }
}

impl Proposal {
    /// Tells what a commit would refuse of the plan that `corrections` name, where `there` is the status of the one of its id.
    #[must_use]
    pub fn held_against(mut self, corrections: &Corrections, there: Option<PlanStatus>) -> Self {
        let Some(id) = corrections.plan_named() else {
            return self;
        };
        let (detail, remedy) = match (corrections.onto.is_some(), there) {
            (true, Some(PlanStatus::Draft)) | (false, None) => return self,
            (true, Some(status)) => {
                let (zh, en) = status.words();
                (
                    say!(
                        "方案 {id} {zh}，只能并入草案",
                        "the plan {id} is {en}: tasks are added to drafts only"
                    ),
                    say!(
                        "更正 onto 为一份草案，或以 null 取消并新建方案",
                        "correct `onto` to a draft, or take it back by null and make a new plan"
                    ),
                )
            }
            (true, None) => (
                say!("没有方案 {id}", "there is no plan {id}"),
                say!("更正 onto", "correct `onto`"),
            ),
            (false, Some(_)) => (
                say!("已有方案 {id}", "there is a plan {id}"),
                say!(
                    "更正 {{\"plan\": {{\"id\": \"…\"}}}} 为新的编号；要并入已有草案，用 onto",
                    "correct {{\"plan\": {{\"id\": \"…\"}}}} to one that is free; to add to a draft, say `onto`"
                ),
            ),
        };
        let mut found = Findings::default();
        found
            .note(FindingCode::PlanRefused, None, id.as_str(), detail)
            .remedy(remedy);
        self.findings.splice(0..0, found.into_sorted());
        self
    }
}

/// The plan, checked as if it were written by hand.
pub fn plan(
    proposal: &Proposal,
    extra_columns: Vec<ExtraColumn>,
    (corrections, period): (&Corrections, Option<Period>),
    known: &UnitDirectory,
    findings: &mut Findings,
) -> Option<NewPlan> {
    let words = corrections.plan.clone().unwrap_or_default();
    let id = corrections.onto.clone().or(words.id);
    if id.is_none() {
        let detail = say!("还没有方案编号", "the plan has no id yet");
        let remedy = say!(
            "更正 {{\"plan\": {{\"id\": \"…\"}}}}，或 {{\"onto\": \"已有草案的编号\"}}",
            "correct {{\"plan\": {{\"id\": \"…\"}}}}, or {{\"onto\": \"id of a draft\"}}"
        );
        findings.note(FindingCode::NoPlanId, None, "", detail).remedy(remedy);
    }
    if proposal.title.is_none() {
        let detail = say!("没有找到标题", "no title was found");
        let remedy = say!(
            "更正 {{\"plan\": {{\"title\": \"…\"}}}}",
            "correct {{\"plan\": {{\"title\": \"…\"}}}}"
        );
        findings.note(FindingCode::NoTitle, None, "", detail).remedy(remedy);
    }
    let new = NewPlan {
        period_from: words.period_from.or(period.map(|period| period.from)),
        period_to: words.period_to.or(period.map(|period| period.to)),
        issuer: words.issuer,
        extra_columns,
        tasks: proposal.tasks.iter().map(Into::into).collect(),
        ..NewPlan::new(
            id.clone().or_else(|| "import".parse::<PlanId>().ok())?,
            proposal.title.clone().unwrap_or_else(|| "import".to_owned()),
            proposal.year.unwrap_or(2000),
        )
    };
    match new.clone().into_content(known) {
        Err(faults) => {
            for fault in faults {
                refused(&fault, proposal, findings);
            }
        }
        Ok(content) if proposal.year.is_some() => outside(content.plan.period, proposal, findings),
        Ok(_) => {}
    }
    (id.is_some() && proposal.title.is_some() && proposal.year.is_some()).then_some(new)
}

/// A fault of the plan, at its place in the file.
fn refused(fault: &FieldError, proposal: &Proposal, findings: &mut Findings) {
    let steps: Vec<&str> = fault.pointer.split('/').skip(1).collect();
    let index = |at: usize| steps.get(at).and_then(|step| step.parse::<usize>().ok());
    let task = index(1)
        .filter(|_| steps.first() == Some(&"tasks"))
        .and_then(|at| proposal.tasks.get(at));
    let requirement = task.zip(index(3)).and_then(|(task, at)| task.requirements.get(at));
    let at = requirement.map(|requirement| match steps.get(4).copied() {
        Some("units" | "units_phrase") => requirement.unit_origins.first().unwrap_or(&requirement.text_origin),
        Some("deadlines") => requirement.deadline_origin.as_ref().unwrap_or(&requirement.text_origin),
        _ => &requirement.text_origin,
    });
    let at = at.or(task.map(|task| &task.origin));
    let pointer = &fault.pointer;
    let (zh, en) = (&fault.detail.zh, &fault.detail.en);
    let detail = say!("{zh}（{pointer}）", "{en} ({pointer})");
    let original = at.map_or("", |at| at.original.as_str());
    let finding = findings.note(FindingCode::Unfit, at.map(|at| at.place), original, detail);
    finding.severity = Severity::Error;
}

/// Tells of days that the plan's period does not have.
fn outside(period: Period, proposal: &Proposal, findings: &mut Findings) {
    let Period { from, to } = period;
    for requirement in proposal.tasks.iter().flat_map(|task| &task.requirements) {
        let strays = |deadline: &&NewDeadline| deadline.rule.as_ref().is_some_and(|rule| rule.is_outside(period));
        for deadline in requirement.deadlines.iter().filter(strays) {
            let at = requirement.deadline_origin.as_ref().unwrap_or(&requirement.text_origin);
            let meaning = deadline.rule.as_ref().map(phrase::write).unwrap_or_default();
            let detail = say!(
                "“{meaning}”不在方案期间 {from} 至 {to} 内",
                "“{meaning}” is not within the plan's period, {from} to {to}"
            );
            let remedy = say!(
                "如年份写错，在 rules 中写明它的意思；如期间更长，更正 {{\"plan\": {{\"period_from\": \"…\", \"period_to\": \"…\"}}}}",
                "if its year is a slip, say in `rules` what it means; if the period is longer, correct {{\"plan\": {{\"period_from\": \"…\", \"period_to\": \"…\"}}}}"
            );
            findings
                .note(FindingCode::OutsidePeriod, at.place, &deadline.phrase, detail)
                .remedy(remedy);
        }
    }
}
