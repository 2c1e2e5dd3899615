//! Closing plans, and opening them again.

use super::{save, whole};
use crate::{
    domain::{
        event::Event,
        fault::Fault,
        id::PlanId,
        plan::{PlanContent, Undone},
        time::day_of,
        unit::UnitDirectory,
    },
    error::{Code, Error, Result},
    say,
    service::{
        amendments::{Decision, Reason, lock_plan},
        work::{Expected, Work},
    },
    store,
};

/// Whether somebody who closes a plan knows of what is left undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptUnfinished(pub bool);

impl AcceptUnfinished {
    /// 409 where something is left undone, and nobody has said that they know.
    fn check(self, undone: Undone) -> Result<()> {
        let Undone {
            unfinished,
            not_yet_due,
        } = undone;
        if self.0 || unfinished == 0 {
            return Ok(());
        }
        let detail = say!(
            "仍有 {unfinished} 项未办结，其中 {not_yet_due} 项尚未到期，办结方案后不能再报送、免办或延期；确需办结的，请以 accept_unfinished=true 确认",
            "{unfinished} obligations are not done, {not_yet_due} of them not due yet; once the plan is closed they can be neither reported on, exempted nor extended: close it with accept_unfinished=true"
        );
        let place = "accept_unfinished";
        Err(Error::parameter(Code::Unfinished, place, Fault::Required, detail).with_undone(undone))
    }
}

/// Closes a published plan: from now on nothing of it changes.
pub async fn close_plan(
    work: &mut Work<'_>,
    id: &PlanId,
    expected: &Expected,
    unfinished: AcceptUnfinished,
) -> Result<(PlanContent, UnitDirectory)> {
    let before = lock_plan(work, id).await?;
    expected.check(before.version)?;
    let mut after = before.clone().close(work.now)?;
    after.version += 1;
    let undone = store::obligations::undone(work.tx, id, day_of(work.now)).await?;
    unfinished.check(undone)?;
    save(work, Event::PLAN_CLOSED, Decision::default(), &before, &after).await?;
    let units = store::units::all(work.tx).await?;
    whole(work, id, units).await
}

/// Opens a closed plan again: it goes on where it stopped.
pub async fn reopen_plan(
    work: &mut Work<'_>,
    id: &PlanId,
    expected: &Expected,
    reason: String,
) -> Result<(PlanContent, UnitDirectory)> {
    let before = lock_plan(work, id).await?;
    expected.check(before.version)?;
    let mut after = before.clone().reopen()?;
    after.version += 1;
    let decision = Reason::in_body(Some(reason)).of(after.status)?;
    save(work, Event::PLAN_REOPENED, decision, &before, &after).await?;
    let units = store::units::all(work.tx).await?;
    whole(work, id, units).await
}
