//! The rule by which the content of a plan changes: the plan is locked, and once it is published somebody says why.

use std::fmt::Display;

use super::{units::keep, work::Work};
use crate::{
    domain::{
        amendment::AppliesTo,
        event::Event,
        fault::Fault,
        id::PlanId,
        numbering::Numbers,
        obligation::Hindsight,
        plan::{Plan, PlanAction, PlanStatus},
        policy::Action,
        text,
        time::{Day, day_of},
    },
    error::{Code, Error, Location, Result},
    say,
    store::{self, revisions::plan_scope},
};

/// Longest reason of an amendment.
const LONGEST_REASON: usize = 500;

/// Why something changes, and where in the request that was said.
pub struct Reason {
    text: Option<String>,
    location: Location,
    applies_to: AppliesTo,
}

impl Reason {
    /// From the body's `reason`.
    pub fn in_body(text: Option<String>) -> Self {
        Self {
            text,
            location: Location::Pointer("/reason".into()),
            applies_to: AppliesTo::default(),
        }
    }

    /// From the query's `reason`.
    pub fn in_query(text: Option<String>) -> Self {
        Self {
            text,
            location: Location::Parameter("reason".into()),
            applies_to: AppliesTo::default(),
        }
    }

    /// The same, and what is to follow.
    #[must_use]
    pub fn applying_to(self, applies_to: Option<AppliesTo>) -> Self {
        Self {
            applies_to: applies_to.unwrap_or_default(),
            ..self
        }
    }

    /// What is decided by it of a plan with this status; a draft needs no reason and keeps none.
    pub fn of(self, status: PlanStatus) -> Result<Decision> {
        let applies_to = self.applies_to;
        let reason = match status {
            PlanStatus::Draft => None,
            PlanStatus::Published | PlanStatus::Closed => Some(self.checked()?),
        };
        Ok(Decision { reason, applies_to })
    }

    fn checked(self) -> Result<String> {
        let text = self.text.map(|text| text.trim().to_owned()).unwrap_or_default();
        let (code, fault, detail) = if text::is_blank(&text) {
            (
                Code::ReasonRequired,
                Fault::Required,
                say!(
                    "方案已发布，修订须写明理由 (reason)",
                    "the plan is published: say why it changes (reason)"
                ),
            )
        } else if text.chars().count() > LONGEST_REASON {
            (
                Code::Invalid,
                Fault::TooLong,
                say!("最多 {LONGEST_REASON} 个字符", "at most {LONGEST_REASON} characters"),
            )
        } else if text::has_control_characters(&text) {
            (Code::Invalid, Fault::Invalid, text::control_characters(&text))
        } else {
            return Ok(text);
        };
        Err(Error::at(code, self.location, fault, detail))
    }
}

/// What is decided with a change of a plan.
#[derive(Debug, Default)]
pub struct Decision {
    /// Why; `None` for a draft.
    pub reason: Option<String>,
    /// Which obligations follow.
    pub applies_to: AppliesTo,
}

impl Decision {
    /// How far it reaches back into the ledger.
    pub fn hindsight(&self) -> Hindsight<'static> {
        Hindsight {
            applies_to: self.applies_to,
            ..Hindsight::default()
        }
    }
}

/// A plan that is locked for a change of what it says, and why it changes.
pub struct Amendment {
    /// The plan.
    pub plan: Plan,
    /// What was decided with it.
    pub decision: Decision,
    /// The day on which it is amended.
    today: Day,
}

impl Amendment {
    /// The day from which counts what it adds.
    pub fn counts_from(&self, given: Option<Day>) -> Option<Day> {
        self.plan.counts_from(given, self.today)
    }
}

/// Locks the plan and makes sure that its content may change now, for this reason.
pub async fn open_for_amendment(work: &mut Work<'_>, id: &PlanId, reason: Reason) -> Result<Amendment> {
    let plan = lock_plan(work, id).await?;
    plan.allow(PlanAction::Update)?;
    let decision = reason.of(plan.status)?;
    Ok(Amendment {
        plan,
        decision,
        today: day_of(work.now),
    })
}

/// Like [`open_for_amendment`] for a thing that is added: that its parent does not exist is a fault
/// of the body at `pointer`, not a missing page.
pub async fn open_parent(work: &mut Work<'_>, id: &PlanId, reason: Reason, pointer: &str) -> Result<Amendment> {
    open_for_amendment(work, id, reason).await.map_err(|error| {
        if error.code == Code::NotFound {
            no_parent(pointer)
        } else {
            error
        }
    })
}

/// What the body names as the parent does not exist.
pub fn no_parent(pointer: &str) -> Error {
    Error::field(
        pointer,
        Fault::NotFound,
        say!("所指的对象不存在", "what it names does not exist"),
    )
}

/// `Ok` unless the number that is wanted is free, and a published plan once had a thing with it, whose id `id` makes of
/// it: the log would mix that up with the new one. A draft is numbered as its document is, however often.
pub async fn fresh<I: Display>(
    work: &mut Work<'_>,
    plan: &Plan,
    removed: Event,
    numbers: &Numbers,
    wanted: Option<u32>,
    id: impl Fn(u32) -> I,
) -> Result<()> {
    let free = wanted.filter(|number| !numbers.taken.contains(number));
    let Some(id) = free.filter(|_| plan.status != PlanStatus::Draft).map(id) else {
        return Ok(());
    };
    if !store::log::has(work.tx, removed, &id).await? {
        return Ok(());
    }
    let detail = say!(
        "{id} 已删除，编号不再使用",
        "{id} was removed; its number is not given again"
    );
    Err(Error::field("/number", Fault::Duplicate, detail))
}

/// Locks the plan for any change of it.
pub async fn lock_plan(work: &mut Work<'_>, id: &PlanId) -> Result<Plan> {
    work.authorize(Action::ManagePlans)?;
    keep(work).await?;
    work.tx.lock(&plan_scope(id)).await?;
    store::plans::find(work.tx, id).await?.ok_or_else(Error::not_found)
}
