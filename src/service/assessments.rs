//! Assessments, and freezing them.

use super::work::{LogRecord, Work};
use crate::{
    db::Tx,
    domain::{
        assessment::{Assessment, Score},
        event::Event,
        fault::Fault,
        id::PlanId,
        plan::{Basis, Plan},
        policy::Action,
        scope::Scope,
        thing::ThingKind,
        time::{Day, Instant, day_of},
    },
    error::{Code, Error, Result},
    say,
    store::{self, revisions::plan_scope},
};

/// An assessment, and how it is to be read.
pub struct Assessed {
    /// What it says.
    pub assessment: Assessment,
    /// The day at whose end what counts was known; `None`: at this moment, or when it was frozen.
    pub known_on: Option<Day>,
    /// The last day of which anything is counted: that on which the plan was closed, if it is earlier.
    pub until: Day,
    /// The days for which the plan's assessment was frozen, and when.
    pub freezes: Vec<(Day, Instant)>,
}

impl Assessed {
    /// What was frozen, of a plan of which nothing is counted after `until`.
    pub fn frozen(assessment: Assessment, until: Day, freezes: Vec<(Day, Instant)>) -> Self {
        Self {
            until,
            assessment,
            known_on: None,
            freezes,
        }
    }

    /// Whether the ledger can be asked for what was counted: it is known as of a day at the end of that day, or now.
    pub fn is_listed(&self) -> bool {
        self.known_on.is_none_or(|day| day == self.assessment.as_of)
    }
}

/// The assessment of a day within `scope`: what was frozen for it, or else what comes of the ledger now. Without a day,
/// that of the last freeze, or of today.
pub async fn assessment(
    tx: &mut Tx,
    plan: &Plan,
    as_of: Option<Day>,
    scope: &Scope<Score>,
    today: Day,
) -> Result<Assessed> {
    let (id, settings) = (&plan.id, plan.settings.assessment);
    let freezes = store::assessments::freezes(tx, id, scope).await?;
    let last = freezes.last().map(|(day, _)| *day);
    let as_of = as_of.or(last).unwrap_or(today);
    if let Some(frozen) = store::assessments::find(tx, id, as_of, scope).await? {
        return Ok(Assessed::frozen(frozen, plan.stands_on(as_of), freezes));
    }
    let (basis, until) = (scope.basis(as_of, today), plan.stands_on(as_of));
    let facts = store::assessments::facts(tx, id, until, basis).await?;
    let assessment = Assessment {
        plan: id.clone(),
        as_of,
        settings,
        scores: settings.assess(facts, scope),
        frozen: None,
    };
    Ok(Assessed {
        assessment,
        known_on: basis.known_on,
        until,
        freezes,
    })
}

/// 冻结: keeps the result for a day as it is computed now. What the ledger says later does not change it.
pub async fn freeze_assessment(work: &mut Work<'_>, plan: &PlanId, as_of: Day) -> Result<Assessed> {
    work.authorize(Action::FreezeAssessment)?;
    // Whoever changes the ledger shares the plan's lock: all of one state is kept.
    work.tx.lock(&plan_scope(plan)).await?;
    let found = store::plans::find(work.tx, plan).await?.ok_or_else(Error::not_found)?;
    if !found.status.is_public() {
        let detail = say!(
            "方案 {plan} 尚未发布，没有可考评的事项",
            "the plan {plan} is a draft: there is nothing to assess"
        );
        return Err(Error::new(Code::WrongState, detail).because_of(ThingKind::Plan, plan));
    }
    let today = day_of(work.now);
    if as_of > today {
        let detail = say!("晚于今天 {today}", "is after today, {today}");
        return Err(Error::field("/as_of", Fault::OutOfRange, detail));
    }
    if as_of < found.period.from {
        let from = found.period.from;
        let detail = say!("早于方案起始日 {from}", "is before the plan begins, {from}");
        return Err(Error::field("/as_of", Fault::OutOfRange, detail));
    }
    let settings = found.settings.assessment;
    let (basis, until) = (Basis::ledger(as_of, today), found.stands_on(as_of));
    let facts = store::assessments::facts(work.tx, plan, until, basis).await?;
    let frozen = work.step();
    let assessment = Assessment {
        plan: plan.clone(),
        as_of,
        settings,
        scores: settings.assess(facts, &Scope::system()),
        frozen: Some(frozen.clone()),
    };
    if !store::assessments::insert(work.tx, &assessment, &frozen).await? {
        let detail = say!(
            "{as_of} 的考评结果已经冻结，见 /api/v1/plans/{plan}/assessment?as_of={as_of}",
            "the assessment of {as_of} is frozen already: /api/v1/plans/{plan}/assessment?as_of={as_of}"
        );
        return Err(Error::new(Code::AlreadyExists, detail));
    }
    work.record(LogRecord {
        event: Event::ASSESSMENT_FROZEN,
        subject: &format!("{plan}@{as_of}"),
        plan: Some(plan),
        reason: None,
        before: None,
        after: Some(&assessment),
    })
    .await?;
    let freezes = store::assessments::freezes(work.tx, plan, &work.scope()).await?;
    Ok(Assessed::frozen(assessment, found.stands_on(as_of), freezes))
}
