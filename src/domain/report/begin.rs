//! A report begins.

use super::{NewReport, Publication, Refusal, Report, ReportContext, ReportStatus, reportable};
use crate::domain::{id::ReportId, obligation::Obligation, requirement::Requirement, step::Step, time::day_of};

impl NewReport {
    /// The draft this becomes on an obligation that can be reported on.
    pub fn begin(self, on: &Obligation, by: Step, of: Option<&Requirement>, id: ReportId) -> Result<Report, Refusal> {
        reportable(on, day_of(by.at))?;
        let content = self.into_content(day_of(by.at), &on.id.unit, of);
        let content = content.map_err(Refusal::Faults)?;
        Ok(Report {
            id,
            obligation: on.id.clone(),
            status: ReportStatus::Draft,
            publication: Publication::Pending,
            revision: 1,
            content,
            attachments: Some(Vec::new()),
            authors: vec![by.by.clone()],
            created: by,
            submitted: None,
            signed: None,
            reviewed: None,
            review: None,
            judged: None,
            judgement: None,
            reported_on: None,
            claimed_on: None,
            circumstances: ReportContext::default(),
            version: 1,
        })
    }
}
