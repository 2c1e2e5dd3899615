//! Which feedback is wanted, and which of it the caller may see, in SQL.

use sqlx::Result;

use crate::{
    db::{Statement, Value},
    domain::{
        feedback::{Feedback, FeedbackStatus, Sight},
        id::{PlanId, ReportId, RequirementId, UnitCode},
        scope::Scope,
    },
    store::row::{name, texts},
};

/// Which feedback is wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Default)]
pub struct FeedbackFilter {
    /// On what one of these plans says.
    pub plans: Vec<PlanId>,
    /// On one of these requirements, or on reports on them.
    pub requirements: Vec<RequirementId>,
    /// On one of these reports.
    pub reports: Vec<ReportId>,
    /// On reports of one of these units; `Some` of none: nobody's.
    pub units: Option<Vec<UnitCode>>,
    /// In one of these statuses.
    pub statuses: Vec<FeedbackStatus>,
    /// With one of these ratings.
    pub ratings: Vec<i64>,
}

/// A report that is no longer public takes its feedback with it, and so does a requirement that is gone.
const PUBLIC: &str = "status = 'published' and (exists (select 1 from progress_report
                          where progress_report.id = feedback.report_id and progress_report.is_public)
                      or (report_id is null and exists (select 1 from requirement
                          where requirement.id = feedback.requirement_id)))";

impl FeedbackFilter {
    /// ` where …`, within what `scope` shows.
    pub(super) fn conditions(&self, scope: &Scope<Feedback>) -> Result<Statement> {
        let mut sql = Statement::new(" where ").push(match scope.sight() {
            Sight::Published => PUBLIC,
            Sight::All => "true",
        });
        if !self.plans.is_empty() {
            sql = sql.push(" and plan_id in ").list(texts(&self.plans));
        }
        if !self.requirements.is_empty() {
            sql = sql.push(" and requirement_id in ").list(texts(&self.requirements));
        }
        if !self.reports.is_empty() {
            let reports = self.reports.iter().copied().map(Value::id);
            sql = sql.push(" and report_id in ").list(reports);
        }
        if let Some(units) = &self.units {
            sql = sql.push(" and unit in ").list(texts(units));
        }
        if !self.statuses.is_empty() {
            let names = self.statuses.iter().map(|status| Ok(Value::Text(name(*status)?)));
            sql = sql.push(" and status in ").list(names.collect::<Result<Vec<_>>>()?);
        }
        if !self.ratings.is_empty() {
            let ratings = self.ratings.iter().copied().map(Value::Int);
            sql = sql.push(" and rating in ").list(ratings);
        }
        Ok(sql)
    }
}
