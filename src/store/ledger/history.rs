//! How the rows of a plan stood before, and what of their reports is public, for the ledger in memory.

use sqlx::{FromRow, Result};

use super::{OwedRow, ROWS, facts};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::{PlanId, ReportId},
        ledger::{Earlier, PublicReport, Records, Retold},
        time::{Day, Instant},
    },
    store::{
        obligations::SAID_ON,
        page::onward,
        row::{parsed, texts},
    },
};

#[derive(FromRow)]
struct EarlierRow {
    until_at: Instant,
    version: i64,
    is_withdrawn: bool,
    #[sqlx(flatten)]
    owed: OwedRow,
}

#[derive(FromRow)]
struct PublicReportRow {
    id: ReportId,
    obligation_id: String,
    judged_at: Option<Instant>,
    said_on: Option<Day>,
    reported_due_on: Option<Day>,
    claims_completion: bool,
}

/// The ledger in memory, which is read by whose it is.
impl Record for EarlierRow {}

impl EarlierRow {
    fn into_earlier(self) -> Result<Earlier> {
        Ok(Earlier {
            until: self.until_at,
            is_withdrawn: self.is_withdrawn,
            row: self.owed.into_owed()?,
        })
    }
}

/// The ledger in memory, which is read by whose it is.
impl Record for PublicReportRow {}

impl PublicReportRow {
    fn into_public_report(self) -> Result<PublicReport> {
        Ok(PublicReport {
            of: parsed("obligation_id", &self.obligation_id)?,
            cleared_at: self.judged_at,
            reported_on: self.said_on,
            reported_due_on: self.reported_due_on,
            claims_completion: self.claims_completion,
        })
    }
}

fn earlier() -> Statement {
    Statement::new("select until_at, version, withdrawn_at is not null as is_withdrawn, ")
        .append(&facts())
        .push(" from obligation_past as obligation where ")
}

/// The due day that is met or missed belongs to the first report on its obligation.
fn public() -> Statement {
    Statement::new(
        "select id, obligation_id, judged_at, said_on, claims_completion, reported_due_on from (
                select said.id, said.obligation_id, said.requirement_id, said.judged_at, said.claims_completion, ",
    )
    .push(SAID_ON)
    .push(" as said_on, case when ")
    .push(SAID_ON)
    .push(
        " = first.reported_on then first.reported_due_on end as reported_due_on
                from progress_report as said join obligation as first on first.id = said.obligation_id
                where said.is_public) as said where ",
    )
}

/// The past of all rows of a plan.
pub(super) async fn load(tx: &mut Tx, plan: &PlanId) -> Result<Records> {
    let behind = |after: Option<&(String, i64)>| {
        let keys = after.map(|(id, version)| [Value::Text(id.clone()), Value::Int(*version)]);
        onward(earlier().below("id", plan), ["id", "version"], keys)
    };
    let place = |row: &EarlierRow| (row.owed.id.clone(), row.version);
    let earlier = tx.in_pages(ROWS, behind, place, EarlierRow::into_earlier).await?;
    let behind = |after: Option<&(String, ReportId)>| {
        let keys = after.map(|(obligation, id)| [Value::Text(obligation.clone()), Value::id(*id)]);
        onward(public().below("obligation_id", plan), ["obligation_id", "id"], keys)
    };
    let place = |row: &PublicReportRow| (row.obligation_id.clone(), row.id);
    let public = tx
        .in_pages(ROWS, behind, place, PublicReportRow::into_public_report)
        .await?;
    Ok(Records { earlier, public })
}

/// The past of some rows.
pub(super) async fn of(tx: &mut Tx, which: &Retold<'_>) -> Result<Records> {
    let (rows, reports) = match which {
        Retold::These(ids) => (
            earlier().push("id in ").list(texts(*ids)),
            public().push("obligation_id in ").list(texts(*ids)),
        ),
        Retold::Of(requirement) => {
            let requirement = Value::Text(requirement.to_string());
            (
                earlier().push("requirement_id = ").bind(requirement.clone()),
                public().push("requirement_id = ").bind(requirement),
            )
        }
    };
    let rows: Vec<EarlierRow> = tx.run(rows).all().await?;
    let reports: Vec<PublicReportRow> = tx.run(reports).all().await?;
    Ok(Records {
        earlier: rows.into_iter().map(EarlierRow::into_earlier).collect::<Result<_>>()?,
        public: reports
            .into_iter()
            .map(PublicReportRow::into_public_report)
            .collect::<Result<_>>()?,
    })
}
