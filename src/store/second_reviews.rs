//! Second reviews.

use sqlx::{FromRow, Result};
use uuid::Uuid;

use super::{
    changes::{ChangedRows, Followable, among, changed},
    filter::Filter,
    notices,
    page::{Sort, Sorts},
    remembered::Remembered,
    reports,
    row::{ids, name, named, names, parsed, step, taken, texts, who},
    scope::{Seen, owned_by, shown_by},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        id::{NoticeId, PlanId, ReportId, UnitCode},
        order::SortKey,
        scope::Scope,
        second_review::{
            Involved, Matter, SecondReview, SecondReviewId, SecondReviewStatus, Subject, SubjectKind, Visibility,
        },
        time::{Day, Instant},
    },
};

super::id::stored_as_uuid!(SecondReviewId);

#[derive(FromRow)]
struct ReviewRow {
    id: SecondReviewId,
    subject_kind: String,
    subject_id: Uuid,
    subject_at: Instant,
    plan_id: String,
    unit: String,
    status: String,
    reason: String,
    requested_by: String,
    requested_at: Instant,
    decide_by: Day,
    decided_by: Option<String>,
    decided_at: Option<Instant>,
    decision: Option<String>,
    version: i64,
}

impl ReviewRow {
    fn into_review(self) -> Result<SecondReview> {
        Ok(SecondReview {
            id: self.id,
            subject: match named("subject_kind", self.subject_kind)? {
                SubjectKind::Notice => Subject::Notice(self.subject_id.into()),
                SubjectKind::ProgressReport => Subject::ProgressReport(self.subject_id.into()),
            },
            subject_at: self.subject_at,
            plan: parsed("plan_id", &self.plan_id)?,
            unit: parsed("unit", &self.unit)?,
            status: named("status", self.status)?,
            reason: self.reason,
            requested: taken(&self.requested_by, self.requested_at),
            decide_by: self.decide_by,
            decided: step(self.decided_by, self.decided_at),
            decision: self.decision,
            version: self.version,
        })
    }
}

fn uuid_of(subject: Subject) -> Uuid {
    match subject {
        Subject::Notice(id) => id.into(),
        Subject::ProgressReport(id) => id.into(),
    }
}

/// Which second reviews are wanted; empty conditions do not count.
#[derive(Debug, Default)]
pub struct SecondReviewFilter {
    /// Of one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these units; `Some` of an empty set matches nothing.
    pub units: Option<Vec<UnitCode>>,
    /// In one of these statuses.
    pub statuses: Vec<SecondReviewStatus>,
    /// Of one of these notices.
    pub notices: Vec<NoticeId>,
    /// Of one of these reports.
    pub reports: Vec<ReportId>,
}

/// What `visibility` shows.
fn seen(visibility: &Visibility) -> Statement {
    Statement::new("(subject_kind = 'notice' and ")
        .append(&owned_by("unit", &visibility.of_notices))
        .push(" or subject_kind = 'progress_report' and ")
        .append(&owned_by("unit", &visibility.of_reports))
        .push(")")
}

impl Remembered for SecondReviewFilter {}

impl Filter for SecondReviewFilter {
    type Thing = SecondReview;
    /// With who had part in what it objects to.
    type Row = (SecondReview, Option<Involved>);
    const SORTS: Sorts = &[Sort::day("decide_by", "decide_by"), Sort::uuid("id", "id")];
    const COLUMNS: &'static str =
        "select id, subject_kind, subject_id, subject_at, plan_id, unit, status, reason, requested_by, requested_at,
                decide_by, decided_by, decided_at, decision, version";

    fn wanted(&self, scope: &Scope<SecondReview>) -> Result<Statement<Seen>> {
        let mut sql = Statement::new(" from second_review where ")
            .within(&shown_by(scope, seen))
            .any_of("plan_id", texts(&self.plans))
            .any_of_some("unit", self.units.as_deref().map(texts))
            .any_of("status", names(&self.statuses)?);
        if !self.notices.is_empty() {
            sql = sql
                .push(" and subject_kind = 'notice'")
                .any_of("subject_id", ids(&self.notices));
        }
        if !self.reports.is_empty() {
            sql = sql
                .push(" and subject_kind = 'progress_report'")
                .any_of("subject_id", ids(&self.reports));
        }
        Ok(sql)
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Self::Row>> {
        let reviews = reviews(tx, sql).await?;
        let mut involved = involved(tx, &reviews).await?;
        let with = |review: SecondReview| {
            let found = involved.iter().position(|involved| involved.subject == review.subject);
            (review, found.map(|index| involved.swap_remove(index)))
        };
        Ok(reviews.into_iter().map(with).collect())
    }

    fn key(&self, (review, _): &Self::Row, sort: &str) -> SortKey {
        match sort {
            "decide_by" => SortKey::Day(review.decide_by),
            _ => SortKey::id(review.id),
        }
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<SecondReview>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Self::Row>>> {
        changed(tx, self, scope, changes).await
    }
}

impl Followable for SecondReviewFilter {
    fn any(&self) -> Self {
        Self::default()
    }

    fn concerned(&self, _: &Scope<SecondReview>, changes: &Changes) -> Vec<Statement> {
        // Who had part in a report does not decide.
        let mut concerned = among("subject_id", changes.reports.iter().copied().map(Value::id));
        let due = |from| Statement::new("status = 'requested' and decide_by >= ").bind(Value::Day(from));
        concerned.extend(changes.passed.map(due));
        concerned
    }
}

async fn reviews(tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<SecondReview>> {
    let rows: Vec<ReviewRow> = tx.run(sql).all().await?;
    rows.into_iter().map(ReviewRow::into_review).collect()
}

/// The second review and who had part in what it objects to, if `scope` shows it.
pub async fn find(
    tx: &mut Tx,
    id: SecondReviewId,
    scope: &Scope<SecondReview>,
) -> Result<Option<(SecondReview, Option<Involved>)>> {
    SecondReviewFilter::default().find(tx, Value::id(id), scope).await
}

/// Who had part in what these reviews, found before, object to.
async fn involved(tx: &mut Tx, reviews: &[SecondReview]) -> Result<Vec<Involved>> {
    let (mut of_notices, mut of_reports) = (Vec::new(), Vec::new());
    for review in reviews {
        match review.subject {
            Subject::Notice(id) => of_notices.push(id),
            Subject::ProgressReport(id) => of_reports.push(id),
        }
    }
    let notices = notices::some(tx, &of_notices, &Scope::system()).await?;
    let reports = reports::some(tx, &of_reports, &Scope::system()).await?;
    let notices = notices.into_iter().map(|notice| Matter::Notice(Box::new(notice)));
    let reports = reports
        .into_iter()
        .map(|report| Matter::ProgressReport(Box::new(report)));
    Ok(notices.chain(reports).map(|matter| matter.involved()).collect())
}

/// What is objected to of this thing and not decided.
pub async fn open(tx: &mut Tx, subject: Subject, scope: &Scope<SecondReview>) -> Result<Vec<SecondReview>> {
    let sql = Statement::new(SecondReviewFilter::COLUMNS)
        .within(&SecondReviewFilter::default().wanted(scope)?)
        .push(" and subject_kind = ")
        .bind(Value::Text(name(subject.kind())?))
        .push(" and subject_id = ")
        .bind(Value::Uuid(uuid_of(subject)))
        .push(" and status = 'requested'");
    reviews(tx, sql).await
}

/// Adds a second review; `false` when the unit has asked for one already.
pub async fn insert(tx: &mut Tx, review: &SecondReview) -> Result<bool> {
    let sql = "insert into second_review (id, subject_kind, subject_id, subject_at, plan_id, unit, status, reason,
                                          requested_by, requested_at, decide_by, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               on conflict (subject_kind, subject_id, subject_at, unit) do nothing";
    let added = tx
        .query(sql)
        .bind(review.id)
        .bind(name(review.subject.kind())?)
        .bind(uuid_of(review.subject))
        .bind(review.subject_at)
        .bind(review.plan.as_str())
        .bind(review.unit.as_str())
        .bind(name(review.status)?)
        .bind(&review.reason)
        .bind(review.requested.by.text())
        .bind(review.requested.at)
        .bind(review.decide_by)
        .bind(review.version)
        .execute()
        .await?;
    Ok(added == 1)
}

/// Saves a decision over version `review.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, review: &SecondReview) -> Result<()> {
    let sql = "update second_review
               set status = $2, decided_by = $3, decided_at = $4, decision = $5, version = $6
               where id = $1 and version = $6 - 1";
    tx.change(sql)
        .bind(review.id)
        .bind(name(review.status)?)
        .bind(who(review.decided.as_ref()))
        .bind(review.decided.as_ref().map(|step| step.at))
        .bind(&review.decision)
        .bind(review.version)
        .done()
        .await
}
