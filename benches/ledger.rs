//! How fast the ledger answers over a million obligations: one unit's page, its count, and the
//! statistics of a plan by unit, on SQLite and (with DUBAN_TEST_POSTGRES_URL) on PostgreSQL.
//!
//! `cargo bench --bench ledger`; `scripts/postgres with cargo bench --bench ledger` for both.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]
#![expect(clippy::disallowed_methods, reason = "reads where its PostgreSQL is")]

use std::time::{Duration, Instant};

use duban::{
    db::{Db, Tx},
    domain::obligation::Horizon,
    store::{
        obligations::{self, Horizons, ObligationFilter},
        statistics::{self, GroupBy},
    },
};

const ROUNDS: u32 = 20;

/// A million rows: 50 plans of 2,000 requirements' due days, 10 units each.
const FILL: &str = "
with recursive n(i) as (select 0 union all select i + 1 from n where i < 999999),
row_of(i, plan, task, unit, month) as (
    select i, concat('p-', cast(i % 50 as text)), (i / 50) % 39 + 1, concat('u', cast((i / 50) % 68 as text)), (i / 3400) % 12 + 1 from n)
insert into obligation (id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period, rule_kind,
                        opens_on, due_on, original_due_on, sort_on, created_on, version)
select concat(plan, '.', cast(task as text), '.1.d1.', unit, '.e', cast(i as text)), plan, task, concat(plan, '.', cast(task as text), '.1'),
       concat(plan, '.', cast(task as text), '.1.d1'), unit, 'town', concat('2017-', substr(cast(100 + month as text), 2, 2)), 'recurring',
       $1, $2, $2, $2, $1, 1
from row_of where month = $3";

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
    let db = Db::connect(url, 4).await.unwrap();
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
        },
        own: Vec::new(),
        known_before: None,
    };
    let unit = ObligationFilter {
        units: vec!["u7".parse().unwrap()],
        ..ObligationFilter::default()
    };
    let plan = ObligationFilter {
        plans: vec!["p-7".parse().unwrap()],
        ..ObligationFilter::default()
    };
    let red = ObligationFilter {
        overdue: Some(true),
        units: vec!["u7".parse().unwrap()],
        ..ObligationFilter::default()
    };
    measure(&db, engine, "one unit, a page of 50", async |tx| {
        obligations::list(tx, &unit, &horizons, false, None, Some(51))
            .await
            .map(|rows| rows.len())
    })
    .await;
    measure(&db, engine, "one unit, overdue, a page of 50", async |tx| {
        obligations::list(tx, &red, &horizons, false, None, Some(51))
            .await
            .map(|rows| rows.len())
    })
    .await;
    measure(&db, engine, "one unit, how many", async |tx| {
        obligations::count(tx, &unit, &horizons)
            .await
            .map(|count| usize::try_from(count).unwrap())
    })
    .await;
    measure(&db, engine, "one plan of 20,000, by unit", async |tx| {
        statistics::figures(tx, &plan, &horizons, GroupBy::Unit)
            .await
            .map(|rows| rows.len())
    })
    .await;
    measure(&db, engine, "all plans, by unit", async |tx| {
        statistics::figures(tx, &ObligationFilter::default(), &horizons, GroupBy::Unit)
            .await
            .map(|rows| rows.len())
    })
    .await;
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
        tx.query("analyze").execute().await?;
        Ok(())
    })
    .await
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
