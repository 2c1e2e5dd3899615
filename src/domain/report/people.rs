//! Who had part in a report: nobody judges what they wrote, and two look at what becomes public.

use super::{Report, ReportAction, ReportStatus};
use crate::domain::{person::Person, policy::Actor};

impl Report {
    /// Whether `who` wrote any of it.
    pub fn is_by(&self, who: &Person) -> bool {
        who.is_among(&self.authors)
    }

    /// Whether `who` accepted it as it is: somebody else clears it, so that two have looked at what becomes public.
    pub fn was_accepted_by(&self, who: &Person) -> bool {
        let reviewed = self.reviewed.as_ref().filter(|_| self.status == ReportStatus::Accepted);
        reviewed.is_some_and(|step| step.by.is(who))
    }

    /// People to whom something else is offered than to others with the rights of `actor`: who wrote it, where those may
    /// judge, and who reviewed it, where they may clear.
    pub fn is_special_to(&self, actor: &Actor) -> Vec<&Person> {
        let authors = self.authors.iter().filter(|_| ReportAction::judges(actor));
        let clears = actor.may(ReportAction::Clear.demands());
        let reviewed = self.reviewed.iter().filter(|_| clears).map(|step| &step.by);
        authors.chain(reviewed).collect()
    }

    /// Who wrote, signed or reviewed it.
    pub fn who_had_part(&self) -> Vec<&Person> {
        let steps = [&self.submitted, &self.signed, &self.reviewed].into_iter().flatten();
        self.authors.iter().chain(steps.map(|step| &step.by)).collect()
    }
}
