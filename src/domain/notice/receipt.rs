//! 签收 and 答复: what an addressed unit does with a notice.

use super::{Addressee, Answer, Notice, NoticeAction, Wrong};
use crate::domain::{fault::Checker, id::UnitCode, step::Step, time::Day};

impl Notice {
    /// 签收, by an addressed unit.
    pub fn acknowledge(&self, unit: &UnitCode, by: Step, today: Day) -> Result<Addressee, Wrong> {
        let mut addressee = self.act(unit, NoticeAction::Acknowledge, today)?;
        addressee.acknowledged = Some(by);
        Ok(addressee)
    }

    /// 答复, by an addressed unit; whoever answers has received it.
    pub fn answer(&self, unit: &UnitCode, by: Step, text: String, today: Day) -> Result<Addressee, Wrong> {
        let mut check = Checker::default();
        check.text("text", &text, 5000);
        check.finish().map_err(Wrong::Faults)?;
        let mut addressee = self.act(unit, NoticeAction::Answer, today)?;
        addressee.acknowledged.get_or_insert_with(|| by.clone());
        addressee.answer = Some(Answer { text, given: by });
        Ok(addressee)
    }

    fn act(&self, unit: &UnitCode, action: NoticeAction, today: Day) -> Result<Addressee, Wrong> {
        let addressee = self.addressee(unit).ok_or(Wrong::NotAddressed)?;
        let allowed = self.unit_actions(addressee, today);
        if !allowed.contains(&action) {
            return Err(Wrong::State(self.status, allowed));
        }
        let version = addressee.version + 1;
        Ok(Addressee {
            version,
            ..addressee.clone()
        })
    }
}
