//! Which feedback is wanted, and which of it the caller may see, in SQL.

use std::collections::BTreeSet;

use sqlx::{FromRow, Result};

use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        changes::Changes,
        feedback::{Feedback, FeedbackId, FeedbackStatus, Visibility},
        id::{PlanId, ReportId, RequirementId, UnitCode},
        order::SortKey,
        scope::Scope,
    },
    store::{
        changes::{ChangedRows, Followable, among, changed},
        feedback::FeedbackRow,
        filter::Filter,
        page::{Sort, Sorts},
        remembered::Remembered,
        row::{ids, names, texts},
        scope::{Seen, shown_by},
    },
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
    /// On reports of one of these units; `Some` of an empty set matches nothing.
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

impl Remembered for FeedbackFilter {}

impl Filter for FeedbackFilter {
    type Thing = Feedback;
    type Row = Feedback;
    const SORTS: Sorts = &[Sort::int("rating", "rating"), Sort::uuid("id", "id")];
    const COLUMNS: &'static str =
        "select id, requirement_id, report_id, unit, rating, text, status, portal, received_at,
                                          moderated_by, moderated_at, reason, version";

    fn wanted(&self, scope: &Scope<Feedback>) -> Result<Statement<Seen>> {
        let seen = |visibility: &Visibility| match visibility {
            Visibility::Published => Statement::new(PUBLIC),
            Visibility::All => Statement::new("true"),
        };
        Ok(Statement::new(" from feedback where ")
            .within(&shown_by(scope, seen))
            .any_of("plan_id", texts(&self.plans))
            .any_of("requirement_id", texts(&self.requirements))
            .any_of("report_id", ids(&self.reports))
            .any_of_some("unit", self.units.as_deref().map(texts))
            .any_of("status", names(&self.statuses)?)
            .any_of("rating", self.ratings.iter().copied().map(Value::Int)))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Feedback>> {
        let rows: Vec<FeedbackRow> = tx.run(sql).all().await?;
        rows.into_iter().map(FeedbackRow::into_feedback).collect()
    }

    fn key(&self, row: &Feedback, sort: &str) -> SortKey {
        match sort {
            "rating" => SortKey::Int(row.rating),
            _ => SortKey::id(row.id),
        }
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Feedback>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Feedback>>> {
        let mut changes = changes.clone();
        if *scope.visibility() == Visibility::Published {
            changes.had = was_public(tx, &changes).await?;
        }
        changed(tx, self, scope, &changes).await
    }
}

impl Followable for FeedbackFilter {
    fn any(&self) -> Self {
        Self::default()
    }

    fn concerned(&self, _: &Scope<Feedback>, changes: &Changes) -> Vec<Statement> {
        among("report_id", changes.reports.iter().copied().map(Value::id))
    }
}

#[derive(FromRow)]
struct StandingRow {
    id: FeedbackId,
    report_id: Option<ReportId>,
    is_published: bool,
    is_on_public: bool,
}

/// Of what is not public any more its id is told, and only if it was.
impl Record for StandingRow {}

/// The feedback that was public at the time of the token, or since.
async fn was_public(tx: &mut Tx, changes: &Changes) -> Result<BTreeSet<String>> {
    let things = changes.things.iter().filter_map(|id| id.parse().ok());
    let mut conditions = among("feedback.id", things.map(Value::Uuid));
    conditions.extend(among("report_id", changes.reports.iter().copied().map(Value::id)));
    let mut public = BTreeSet::new();
    for condition in conditions {
        let sql = Statement::new(
            "select feedback.id, report_id, feedback.status = 'published' as is_published,
                    report_id is null or coalesce(is_public, false) as is_on_public
             from feedback left join progress_report on progress_report.id = report_id where ",
        );
        let rows: Vec<StandingRow> = tx.run(sql.append(&condition)).all().await?;
        for row in rows {
            let id = row.id.to_string();
            let report = row.report_id.map_or_else(String::new, |id| id.to_string());
            if changes.were_both_open((&id, row.is_published), (&report, row.is_on_public)) {
                public.insert(id);
            }
        }
    }
    Ok(public)
}
