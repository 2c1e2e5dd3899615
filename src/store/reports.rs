//! Progress reports. Every read takes the caller's [`Scope`]: what it does not show is not found.

mod filter;
mod latest;
mod remembered;
mod returns;

use sqlx::{FromRow, Result, types};

use self::filter::FACTS;
pub use self::{
    filter::{ReportFilter, Waiting},
    latest::{Beside, Latest, latest},
    returns::{returned, was_edited},
};
use super::{
    attachments,
    changes::{ChangedRows, changed},
    few,
    filter::Filter,
    page::{Sort, Sorts, behind, in_order, page},
    row::{self, COUNT, name, named, parsed, step, taken, who},
    scope::Seen,
};
use crate::{
    db::{OneRow, Query, Statement, Tx, Value},
    domain::{
        changes::Changes,
        id::{PlanId, ReportId},
        ledger::BriefFilter,
        obligation::ObligationId,
        order::{SortKey, Total, Window},
        person::Person,
        report::{Report, ReportContent, ReportContext},
        scope::Scope,
        search,
        step::Step,
        time::{Day, Instant},
    },
};

#[derive(FromRow)]
struct ReportRow {
    id: ReportId,
    obligation_id: String,
    status: String,
    publication: String,
    revision: i64,
    content: types::Json<ReportContent>,
    authors: types::Json<Vec<Person>>,
    created_by: String,
    created_at: Instant,
    submitted_by: Option<String>,
    submitted_at: Option<Instant>,
    signed_by: Option<String>,
    signed_at: Option<Instant>,
    reviewed_by: Option<String>,
    reviewed_at: Option<Instant>,
    review: Option<String>,
    judged_by: Option<String>,
    judged_at: Option<Instant>,
    judgement: Option<String>,
    reported_on: Option<Day>,
    claimed_on: Option<Day>,
    is_exempted: bool,
    has_another: bool,
    has_files: bool,
    version: i64,
}

impl ReportRow {
    fn into_report(self) -> Result<Report> {
        Ok(Report {
            id: self.id,
            obligation: parsed("obligation_id", &self.obligation_id)?,
            status: named("status", self.status)?,
            publication: named("publication", self.publication)?,
            revision: self.revision,
            content: self.content.0,
            attachments: None,
            authors: self.authors.0,
            created: taken(&self.created_by, self.created_at),
            submitted: step(self.submitted_by, self.submitted_at),
            signed: step(self.signed_by, self.signed_at),
            reviewed: step(self.reviewed_by, self.reviewed_at),
            review: self.review,
            judged: step(self.judged_by, self.judged_at),
            judgement: self.judgement,
            reported_on: self.reported_on,
            claimed_on: self.claimed_on,
            circumstances: ReportContext {
                past: false,
                exempted: self.is_exempted,
                another: self.has_another,
            },
            version: self.version,
        })
    }
}

/// Keeps the report as it is, because it changes at `now`.
async fn keep(tx: &mut Tx, id: ReportId, now: Instant) -> Result<()> {
    let sql = Statement::new("insert into progress_report_past (until_at, ")
        .push(FACTS)
        .push(") select ")
        .bind(Value::Instant(now))
        .push(", ")
        .push(FACTS)
        .push(" from progress_report where id = ")
        .bind(Value::id(id));
    tx.run_change(sql).done().await
}

/// With their files, unless they are of an earlier day: which files there were then is in the log only.
async fn with_attachments(tx: &mut Tx, rows: Vec<ReportRow>, now: bool) -> Result<Vec<Report>> {
    // Few have any: those that have none are not asked for.
    let with_files = rows.iter().filter(|row| row.has_files);
    let ids: Vec<ReportId> = with_files.map(|row| row.id).collect();
    let reports = rows.into_iter().map(ReportRow::into_report);
    let mut reports = reports.collect::<Result<Vec<_>>>()?;
    for report in &mut reports {
        report.circumstances.past = !now;
    }
    if now {
        let mut found = attachments::of_reports(tx, &ids).await?;
        for report in &mut reports {
            report.attachments = Some(found.remove(&report.id).unwrap_or_default());
        }
    }
    Ok(reports)
}

/// As many reports that a search finds are counted: users do not read on to the last of more, and to visit each of
/// hundreds of thousands takes a second.
const MOST_COUNTED: i64 = 10_000;

impl Filter for ReportFilter {
    type Thing = Report;
    type Row = Report;
    const SORTS: Sorts = &[Sort::uuid("id", "id")];
    /// Of what is beside each row it asks for a value. For `exists` PostgreSQL goes through all obligations first, as though
    /// all reports were wanted and not a page of them: 120 ms for 500 of a million.
    const COLUMNS: &'static str =
        "select id, obligation_id, status, publication, revision, content, authors, created_by, created_at, submitted_by,
                submitted_at, signed_by, signed_at, reviewed_by, reviewed_at, review, judged_by, judged_at, judgement,
                reported_on, claimed_on, version,
                coalesce((select exempted_at is not null from obligation
                          where obligation.id = progress_report.obligation_id), false) as is_exempted,
                exists (select 1 from progress_report as another
                        where another.obligation_id = progress_report.obligation_id and another.id <> progress_report.id
                          and another.status <> 'accepted') as has_another,
                (select count(*) from attachment where report_id = progress_report.id) > 0 as has_files";

    fn wanted(&self, scope: &Scope<Report>) -> Result<Statement<Seen>> {
        self.matching(scope)
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Report>> {
        let rows: Vec<ReportRow> = tx.run(sql).all().await?;
        with_attachments(tx, rows, self.known_before.is_none()).await
    }

    fn key(&self, row: &Report, _: &str) -> SortKey {
        SortKey::id(row.id)
    }

    /// But for those of some units or on some requirements: no index leads to few reports, nor does a search.
    fn scans(&self, _: &Scope<Report>) -> bool {
        let BriefFilter {
            units,
            requirements,
            obligations,
            ..
        } = &self.brief;
        let is_narrow = few(units.as_ref()) || !requirements.is_empty() || !obligations.is_empty();
        !(is_narrow && self.words.is_empty())
    }

    async fn list(&self, tx: &mut Tx, scope: &Scope<Report>, window: &Window) -> Result<Vec<Report>> {
        let searches = !self.words.is_empty();
        if searches {
            tx.prepare_search().await?;
        }
        if !searches || self.known_before.is_some() {
            let sql = Statement::new(Self::COLUMNS).within(&self.matching(scope)?);
            return self.read(tx, page(sql, window, Self::SORTS)).await;
        }
        // Words that are in every third report fill a page long before all their reports are collected.
        let near = Statement::new(Self::COLUMNS).within(&self.near(scope, window)?);
        let found = self.read(tx, in_order(near, window, Self::SORTS)).await?;
        if window.is_full(&found) {
            return Ok(found);
        }
        // First which, by the index of words, then what they say. The limit that limits nothing keeps the engines from
        // reading reports in the order of the list and looking into each.
        let which = behind(self.matching(scope)?, window, Self::SORTS);
        let some = Statement::new(Self::COLUMNS)
            .push(" from progress_report where id in (select id from (select id")
            .within(&which)
            .push(" limit 9223372036854775807) as found");
        self.read(
            tx,
            in_order(in_order(some, window, Self::SORTS).push(")"), window, Self::SORTS),
        )
        .await
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Report>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Report>>> {
        changed(tx, self, scope, changes).await
    }

    async fn count(&self, tx: &mut Tx, scope: &Scope<Report>) -> Result<Total> {
        let searches = !self.words.is_empty();
        let sql = Statement::new(COUNT)
            .push(" from (select id")
            .within(&self.matching(scope)?);
        let sql = if searches {
            tx.prepare_search().await?;
            sql.limit(MOST_COUNTED + 1)
        } else {
            sql
        };
        let (count,): (i64,) = tx.run(sql.push(") as found")).one().await?;
        Ok(if searches && count > MOST_COUNTED {
            Total::AtLeast(MOST_COUNTED)
        } else {
            Total::Exactly(count)
        })
    }
}

/// The report (as it was just before an instant), if `scope` shows it: a hidden one costs what a missing
/// one does.
pub async fn find(
    tx: &mut Tx,
    id: ReportId,
    scope: &Scope<Report>,
    known_before: Option<Instant>,
) -> Result<Option<Report>> {
    let filter = ReportFilter {
        known_before,
        ..ReportFilter::default()
    };
    filter.find(tx, Value::id(id), scope).await
}

/// Those of these reports that `scope` shows, without their files.
pub async fn some(tx: &mut Tx, ids: &[ReportId], scope: &Scope<Report>) -> Result<Vec<Report>> {
    let sql = Statement::new(ReportFilter::COLUMNS)
        .within(&ReportFilter::default().matching(scope)?)
        .push(" and id in ")
        .list(row::ids(ids));
    let rows: Vec<ReportRow> = tx.run(sql).all().await?;
    rows.into_iter().map(ReportRow::into_report).collect()
}

/// The reports on the obligation that `scope` shows, without their files.
pub async fn of_obligation(tx: &mut Tx, id: &ObligationId, scope: &Scope<Report>) -> Result<Vec<Report>> {
    let sql = Statement::new(ReportFilter::COLUMNS)
        .within(&ReportFilter::default().matching(scope)?)
        .push(" and obligation_id = ")
        .bind(Value::Text(id.to_string()));
    let rows: Vec<ReportRow> = tx.run(sql).all().await?;
    rows.into_iter().map(ReportRow::into_report).collect()
}

/// Whether there is a report whose summary does not begin with `mark`.
pub async fn any_without(tx: &mut Tx, mark: &str) -> Result<bool> {
    let sql =
        "select exists (select 1 from progress_report where coalesce(substr(content ->> 'summary', 1, $2), '') <> $1)";
    let length = i32::try_from(mark.chars().count()).unwrap_or(i32::MAX);
    let (found,): (bool,) = tx.query(sql).bind(mark).bind(length).one().await?;
    Ok(found)
}

/// The newest of the reports on each requirement of the plan that `scope` shows, without their files.
pub async fn newest(tx: &mut Tx, plan: &PlanId, scope: &Scope<Report>) -> Result<Vec<Report>> {
    let filter = ReportFilter {
        brief: BriefFilter {
            plans: vec![plan.clone()],
            ..BriefFilter::default()
        },
        ..ReportFilter::default()
    };
    let sql = Statement::new(ReportFilter::COLUMNS)
        .push(" from (select ")
        .push(FACTS)
        .push(", row_number() over (partition by requirement_id order by reported_on desc, id desc) as place")
        .within(&filter.matching(scope)?)
        .push(") as progress_report where place = 1");
    let rows: Vec<ReportRow> = tx.run(sql).all().await?;
    rows.into_iter().map(ReportRow::into_report).collect()
}

fn search_text(report: &Report) -> String {
    search::haystack(report.content.texts())
}

/// Adds a report as it is, on an obligation that has none that is being worked on.
pub async fn insert(tx: &mut Tx, report: &Report) -> Result<()> {
    let sql = "insert into progress_report (id, obligation_id, plan_id, task_id, requirement_id, unit, period, created_by,
                                            created_at, status, publication, is_public, revision, content,
                                            claims_completion, search_text, authors, submitted_by, submitted_at, signed_by,
                                            signed_at, reviewed_by, reviewed_at, review, judged_by, judged_at, judgement,
                                            reported_on, claimed_on, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                       $23, $24, $25, $26, $27, $28, $29, $30)";
    let ObligationId { deadline, unit, period } = &report.obligation;
    let added = tx
        .change(sql)
        .bind(report.id)
        .bind(report.obligation.to_string())
        .bind(deadline.requirement.plan().as_str())
        .bind(deadline.requirement.task.to_string())
        .bind(deadline.requirement.to_string())
        .bind(unit.as_str())
        .bind(period)
        .bind(report.created.by.text())
        .bind(report.created.at);
    with_state(added, report)?.done().await
}

/// Saves a step over version `report.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, report: &Report, now: Instant) -> Result<()> {
    keep(tx, report.id, now).await?;
    let sql = "update progress_report
               set status = $2, publication = $3, is_public = $4, revision = $5, content = $6, claims_completion = $7,
                   search_text = $8, authors = $9, submitted_by = $10, submitted_at = $11, signed_by = $12,
                   signed_at = $13, reviewed_by = $14, reviewed_at = $15, review = $16, judged_by = $17,
                   judged_at = $18, judgement = $19, reported_on = $20, claimed_on = $21, version = $22
               where id = $1 and version = $22 - 1";
    let saved = tx.change(sql).bind(report.id);
    with_state(saved, report)?.done().await
}

/// Binds what a step may change, from `status` to `version`, in the order of [`insert`] and [`save`].
fn with_state<'t>(query: Query<'t, OneRow>, report: &Report) -> Result<Query<'t, OneRow>> {
    let by = |step: &Option<Step>| who(step.as_ref());
    let at = |step: &Option<Step>| step.as_ref().map(|step| step.at);
    let bound = query
        .bind(name(report.status)?)
        .bind(name(report.publication)?)
        .bind(report.is_public())
        .bind(report.revision)
        .bind(types::Json(&report.content))
        .bind(report.content.claims_completion)
        .bind(search_text(report))
        .bind(types::Json(&report.authors))
        .bind(by(&report.submitted))
        .bind(at(&report.submitted))
        .bind(by(&report.signed))
        .bind(at(&report.signed))
        .bind(by(&report.reviewed))
        .bind(at(&report.reviewed))
        .bind(&report.review)
        .bind(by(&report.judged))
        .bind(at(&report.judged))
        .bind(&report.judgement)
        .bind(report.reported_on)
        .bind(report.claimed_on)
        .bind(report.version);
    Ok(bound)
}

/// Removes a draft; the log keeps what it was.
pub async fn delete(tx: &mut Tx, report: &Report, now: Instant) -> Result<()> {
    keep(tx, report.id, now).await?;
    let sql = "delete from progress_report where id = $1 and version = $2";
    tx.change(sql).bind(report.id).bind(report.version).done().await
}
