//! Which reports are wanted, and which of them the caller may see, in SQL.

use sqlx::Result;

use crate::{
    db::{Statement, Value},
    domain::{
        id::{PlanId, RequirementId, TaskId, UnitCode},
        obligation::ObligationId,
        report::{Publication, Report, ReportStatus, Sight},
        scope::{Scope, Whose},
        search::Terms,
        time::{Day, Instant, start_of},
    },
    store::{
        reports::returned,
        row::{names, texts},
        scope::owned_by,
    },
};

/// Which reports are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Default)]
pub struct ReportFilter {
    /// Of one of these plans.
    pub plans: Vec<PlanId>,
    /// On one of these tasks.
    pub tasks: Vec<TaskId>,
    /// On one of these requirements.
    pub requirements: Vec<RequirementId>,
    /// On one of these obligations.
    pub obligations: Vec<ObligationId>,
    /// Of one of these units; `Some` of none: nobody's.
    pub units: Option<Vec<UnitCode>>,
    /// For one of these periods.
    pub periods: Vec<String>,
    /// In one of these statuses.
    pub statuses: Vec<ReportStatus>,
    /// With one of these outcomes of the secrecy review.
    pub publications: Vec<Publication>,
    /// Claiming completion, or not.
    pub claims_completion: Option<bool>,
    /// First reported on this day or later.
    pub reported_from: Option<Day>,
    /// First reported on this day or earlier.
    pub reported_to: Option<Day>,
    /// Submitted at this instant or later.
    pub submitted_since: Option<Instant>,
    /// Returned at least once, or not.
    pub returned: Option<bool>,
    /// With these words.
    pub words: Terms,
    /// For an earlier day: as they were just before this instant.
    pub known_before: Option<Instant>,
}

/// The same as [`Scope::depth`] being something, in SQL.
fn seen(sight: &Sight) -> Statement {
    let sql = Statement::new("(is_public");
    or_whole(sql, sight).push(")")
}

/// The same as [`Scope::depth`] being all of it, in SQL.
fn seen_whole(sight: &Sight) -> Statement {
    let sql = Statement::new(" and (1 = 0");
    or_whole(sql, sight).push(")")
}

fn or_whole(mut sql: Statement, sight: &Sight) -> Statement {
    if sight.own != Whose::Nobodys {
        sql = sql.push(" or ").append(&owned_by("unit", &sight.own));
    }
    if sight.submitted {
        sql = sql.push(" or status in ('submitted', 'returned', 'accepted')");
    }
    if sight.accepted != Whose::Nobodys {
        sql = sql
            .push(" or (status = 'accepted' and ")
            .append(&owned_by("unit", &sight.accepted))
            .push(")");
    }
    sql
}

impl ReportFilter {
    /// ` where …`, within what `scope` shows.
    pub(super) fn conditions(&self, scope: &Scope<Report>) -> Result<Statement> {
        let sight = scope.sight();
        let mut sql = Statement::new(" where ").append(&seen(sight));
        if !self.plans.is_empty() {
            sql = sql.push(" and plan_id in ").list(texts(&self.plans));
        }
        if !self.tasks.is_empty() {
            sql = sql.push(" and task_id in ").list(texts(&self.tasks));
        }
        if !self.requirements.is_empty() {
            sql = sql.push(" and requirement_id in ").list(texts(&self.requirements));
        }
        if !self.obligations.is_empty() {
            sql = sql.push(" and obligation_id in ").list(texts(&self.obligations));
        }
        if let Some(units) = &self.units {
            sql = sql.push(" and unit in ").list(texts(units));
        }
        if !self.periods.is_empty() {
            sql = sql.push(" and period in ").list(texts(&self.periods));
        }
        if !self.statuses.is_empty() {
            sql = sql.push(" and status in ").list(names(&self.statuses)?);
        }
        if !self.publications.is_empty() {
            sql = sql.push(" and publication in ").list(names(&self.publications)?);
        }
        if let Some(claims) = self.claims_completion {
            sql = sql.push(if claims {
                " and claims_completion"
            } else {
                " and not claims_completion"
            });
        }
        if let Some(from) = self.reported_from {
            sql = sql.push(" and reported_on >= ").bind(Value::Day(from));
        }
        if let Some(to) = self.reported_to {
            sql = sql.push(" and reported_on <= ").bind(Value::Day(to));
        }
        if let Some(since) = self.submitted_since {
            sql = sql.push(" and submitted_at >= ").bind(Value::Instant(since));
        }
        if let Some(wanted) = self.returned {
            let before = self.known_before.unwrap_or_else(|| start_of(Day::MAX));
            // Of what is public nobody else learns how it came to be.
            sql = sql
                .append(&seen_whole(sight))
                .push(if wanted { " and id in (" } else { " and id not in (" })
                .push("select id")
                .append(&returned(before))
                .push(")");
        }
        for word in self.words.iter() {
            let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            sql = sql
                .push(" and search_text like ")
                .bind(Value::Text(format!("%{escaped}%")))
                .push(" escape '\\'");
        }
        Ok(sql)
    }
}
