//! How fast the ledger answers over a million obligations: one unit's page, its count, and the
//! statistics of a plan by unit; and pages of reports over 10,000 and over a million of them. On SQLite
//! and (with DUBAN_TEST_POSTGRES_URL) on PostgreSQL.
//!
//! `cargo bench --bench ledger`; `scripts/postgres with cargo bench --bench ledger` for both.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]
#![expect(clippy::disallowed_methods, reason = "reads where its PostgreSQL is")]

use std::time::{Duration, Instant};

use duban::{
    db::{Db, Limits, Tx},
    domain::{
        ledger::{Horizons, ObligationFilter},
        obligation::{GroupBy, Horizon},
        order::{Place, Total},
        plan::Basis,
        policy::{Actor, Role},
        report::ReportContent,
        scope::Scope,
    },
    store::{filter::Filter as _, obligations::LedgerFilter, reports::ReportFilter, statistics},
};
use sqlx::types::Json;

const ROUNDS: u32 = 20;

/// A million rows: 50 plans of 2,000 requirements' due days, 10 units each.
const FILL: &str = "
with recursive n(i) as (select 0 union all select i + 1 from n where i < 999999),
row_of(i, plan, task, unit, month) as (
    select i, concat('p-', cast(i % 50 as text)), (i / 50) % 39 + 1, concat('u', cast((i / 50) % 68 as text)), (i / 3400) % 12 + 1 from n)
insert into obligation (id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period, rule_kind,
                        opens_on, due_on, original_due_on, sort_on, created_on, report_phase, reported_on, version)
select concat(plan, '.', cast(task as text), '.1.d1.', unit, '.e', cast(i as text)), plan, task, concat(plan, '.', cast(task as text), '.1'),
       concat(plan, '.', cast(task as text), '.1.d1'), unit, 'town', concat('2017-', substr(cast(100 + month as text), 2, 2)), 'recurring',
       $1, $2, $2, $2, $1, case when i % 3 = 0 then 'submitted' end, case when i % 3 = 0 then $2 end, 1
from row_of where month = $3";

/// Reports number $1 to $2: a third is public. The engines make UUIDs each in its own way.
macro_rules! reports {
    ($id:literal) => {
        concat!(
            "with recursive n(i) as (select cast($1 as bigint) union all select i + 1 from n where i < $2)
             insert into progress_report (id, obligation_id, plan_id, task_id, requirement_id, unit, period, status, publication, is_public,
                                          revision, content, claims_completion, search_text, authors, created_by, created_at, version)
             select ", $id, ", concat('p-0.1.1.d1.u', cast(i % 68 as text), '.e', cast(i as text)), 'p-0', 'p-0.1', concat('p-0.1.', cast(i % 127 as text)),
                    concat('u', cast(i % 68 as text)), '2017Q2', 'accepted', case when i % 3 = 0 then 'cleared' else 'pending' end, i % 3 = 0, 1, $3, true,
                    '已公开第二季度环境质量状况', $4, 'wang', $5, 3 from n"
        )
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let dir = tempfile::tempdir().unwrap();
    run(
        "SQLite",
        &format!("sqlite://{}", dir.path().join("bench.sqlite3").display()),
    )
    .await;
    match std::env::var("DUBAN_TEST_POSTGRES_URL") {
        Ok(url) => run("PostgreSQL", &url).await,
        Err(_) => println!("PostgreSQL: DUBAN_TEST_POSTGRES_URL is not set"),
    }
}

async fn run(engine: &str, url: &str) {
    let db = Db::connect(url, Limits::default()).await.unwrap();
    db.migrate().await.unwrap();
    let filled = Instant::now();
    fill(&db).await.unwrap();
    println!(
        "{engine}: 1,000,000 obligations in {:.1} s",
        filled.elapsed().as_secs_f64()
    );

    let as_of = "2017-06-30".parse().unwrap();
    let horizons = Horizons {
        usual: Horizon {
            as_of,
            near: "2017-07-05".parse().unwrap(),
            missing: None,
        },
        own: Vec::new(),
        basis: Basis::ledger(as_of, as_of),
    };
    let asked = |filter| LedgerFilter {
        memory: None,
        filter,
        horizons: horizons.clone(),
    };
    let unit = asked(ObligationFilter {
        units: Some(vec!["u7".parse().unwrap()]),
        ..ObligationFilter::default()
    });
    let plan = asked(ObligationFilter {
        plans: vec!["p-7".parse().unwrap()],
        ..ObligationFilter::default()
    });
    let red = asked(ObligationFilter {
        overdue: Some(true),
        units: Some(vec!["u7".parse().unwrap()]),
        ..ObligationFilter::default()
    });
    let everything = asked(ObligationFilter::default());
    let all = Scope::system();
    measure(&db, engine, "one unit, a page of 50", async |tx| {
        unit.list(tx, &all, &Place::first(&["due_on", "id"], 51))
            .await
            .map(|rows| rows.len())
    })
    .await;
    measure(&db, engine, "one unit, overdue, a page of 50", async |tx| {
        red.list(tx, &all, &Place::first(&["due_on", "id"], 51))
            .await
            .map(|rows| rows.len())
    })
    .await;
    measure(&db, engine, "one unit, how many", async |tx| {
        unit.count(tx, &all).await.map(rows)
    })
    .await;
    measure(&db, engine, "one plan of 20,000, by unit", async |tx| {
        statistics::figures(tx, &plan, &all, GroupBy::Unit)
            .await
            .map(|rows| rows.len())
    })
    .await;
    measure(&db, engine, "all plans, by unit", async |tx| {
        statistics::figures(tx, &everything, &all, GroupBy::Unit)
            .await
            .map(|rows| rows.len())
    })
    .await;
    run_reports(&db, engine).await;
}

fn rows(total: Total) -> usize {
    match total {
        Total::Exactly(rows) | Total::AtLeast(rows) => usize::try_from(rows).unwrap(),
    }
}

async fn run_reports(db: &Db, engine: &str) {
    let actor = |role| Actor {
        roles: [role].into(),
        unit: "u7".parse().ok(),
        ..Actor::anonymous()
    };
    let anybody = Scope::public();
    let own = Scope::of(&actor(Role::UnitReporter));
    let office = Scope::of(&actor(Role::Coordinator));
    let all = ReportFilter::default();
    let of_unit = ReportFilter {
        units: Some(vec!["u7".parse().unwrap()]),
        ..ReportFilter::default()
    };
    let of_requirement = ReportFilter {
        requirements: vec!["p-0.1.7".parse().unwrap()],
        ..ReportFilter::default()
    };
    let mut there = 0;
    for count in [10_000, 1_000_000] {
        fill_reports(db, there, count).await.unwrap();
        there = count;
        for (what, filter, scope) in [
            ("what anybody sees", &all, &anybody),
            ("of a unit, what anybody sees", &of_unit, &anybody),
            ("of a unit, its own", &of_unit, &own),
            ("all, for an office", &all, &office),
            ("on a requirement, for an office", &of_requirement, &office),
        ] {
            let page = format!("{count} reports, a page {what}");
            measure(db, engine, &page, async |tx| {
                filter
                    .list(tx, scope, &Place::first(&["id"], 51))
                    .await
                    .map(|rows| rows.len())
            })
            .await;
            let total = format!("{count} reports, how many {what}");
            measure(db, engine, &total, async |tx| filter.count(tx, scope).await.map(rows)).await;
        }
    }
}

async fn fill_reports(db: &Db, from: i64, to: i64) -> Result<(), sqlx::Error> {
    let sql = match db {
        Db::Sqlite { .. } => reports!("randomblob(16)"),
        Db::Postgres(_) => reports!("gen_random_uuid()"),
    };
    let content = Json(ReportContent {
        summary: "已公开第二季度环境质量状况".repeat(5),
        ..ReportContent::default()
    });
    let now: chrono::DateTime<chrono::Utc> = "2017-06-30T01:00:00Z".parse().unwrap();
    db.write(async |tx| {
        let authors = Json(vec!["wang".to_owned()]);
        tx.query(sql)
            .bind(from + 1)
            .bind(to)
            .bind(content)
            .bind(authors)
            .bind(now)
            .execute()
            .await
            .map(drop)
    })
    .await?;
    tidy(db).await
}

/// What both engines do by themselves sooner or later.
async fn tidy(db: &Db) -> Result<(), sqlx::Error> {
    match db {
        Db::Sqlite(file) => sqlx::raw_sql("analyze").execute(&file.writer).await.map(drop),
        Db::Postgres(server) => sqlx::raw_sql("vacuum analyze").execute(&server.pool).await.map(drop),
    }
}

async fn fill(db: &Db) -> Result<(), sqlx::Error> {
    db.write(async |tx| {
        let plans = "with recursive n(i) as (select 0 union all select i + 1 from n where i < 49)
                     insert into plan (id, title, year, period_from, period_to, status, version)
                     select concat('p-', cast(i as text)), 'plan', 2017, '2017-01-01', '2017-12-31', 'published', 1 from n";
        tx.query(plans).execute().await?;
        for month in 1..=12_u32 {
            let first = chrono::NaiveDate::from_ymd_opt(2017, month, 1).unwrap();
            let last = first + chrono::Months::new(1) - chrono::Days::new(1);
            tx.query(FILL).bind(first).bind(last).bind(i64::from(month)).execute().await?;
        }
        Ok::<_, sqlx::Error>(())
    })
    .await?;
    tidy(db).await
}

async fn measure(db: &Db, engine: &str, what: &str, mut ask: impl AsyncFnMut(&mut Tx) -> Result<usize, sqlx::Error>) {
    let mut times: Vec<Duration> = Vec::new();
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        rows = db.read::<_, sqlx::Error>(async |tx| ask(tx).await).await.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{engine}: {what}: median {:.2} ms, slowest {:.2} ms, {rows} rows",
        millis(times[times.len() / 2]),
        millis(times[times.len() - 1])
    );
}
