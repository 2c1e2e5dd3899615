//! 签收 and 答复: what an addressed unit does with a notice.

use super::{Addressee, Answer, Notice, NoticeAction, Refusal};
use crate::domain::{fault::Checker, id::UnitCode, step::Step, time::Day};

impl Notice {
    /// 签收, by an addressed unit.
    pub fn acknowledge(&self, unit: &UnitCode, by: Step, today: Day) -> Result<Addressee, Refusal> {
        let mut addressee = self.act(unit, NoticeAction::Acknowledge, today)?;
        addressee.acknowledged = Some(by);
        Ok(addressee)
    }

    /// 答复, by an addressed unit; an answer implies receipt.
    pub fn answer(&self, unit: &UnitCode, by: Step, text: String, today: Day) -> Result<Addressee, Refusal> {
        let mut check = Checker::default();
        check.text("text", &text, 5000);
        check.finish().map_err(Refusal::Faults)?;
        let mut addressee = self.act(unit, NoticeAction::Answer, today)?;
        addressee.acknowledged.get_or_insert_with(|| by.clone());
        addressee.answer = Some(Answer { text, given: by });
        Ok(addressee)
    }

    fn act(&self, unit: &UnitCode, action: NoticeAction, today: Day) -> Result<Addressee, Refusal> {
        let addressee = self.addressee(unit).ok_or(Refusal::NotAddressed)?;
        let allowed = self.unit_actions(addressee, today);
        if !allowed.contains(&action) {
            return Err(Refusal::State(self.status, allowed));
        }
        let version = addressee.version + 1;
        Ok(Addressee {
            version,
            ..addressee.clone()
        })
    }
}
