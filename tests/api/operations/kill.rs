//! kill -9 in the middle of a thousand submits: what was confirmed is there, and nothing is half there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use duban::{
    clock::{Clock as _, SystemClock},
    token::{NewToken, mint},
};
use futures_util::{StreamExt as _, stream};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{
    Caller, Engine,
    database::{Database, config, select},
    process::{Process, run, text},
};

const REPORTS: usize = 1000;
/// Requests under way at any time.
const AT_ONCE: usize = 32;
/// After so many replies the process is killed.
const CONFIRMED: usize = 400;

struct Tokens {
    url: String,
    known: BTreeMap<String, String>,
}

impl Tokens {
    fn of(&mut self, role: &str, unit: &str) -> String {
        let made = || {
            let roles = [role.to_owned()];
            let new = NewToken {
                name: None,
                subject: "wang",
                roles: &roles,
                unit: Some(unit),
                scopes: &[],
                ttl: 3600,
            };
            mint(&config(&self.url), &new, SystemClock.now()).unwrap()
        };
        self.known.entry(format!("{role} {unit}")).or_insert_with(made).clone()
    }
}

async fn confirmed_is_kept(engine: Engine) {
    let database = Database::seeded(engine).await;
    let url = database.url.clone();
    let env = [("DATABASE_URL", url.as_str())];
    let mut tokens = Tokens {
        url: url.clone(),
        known: BTreeMap::new(),
    };
    let http = Client::builder().no_proxy().build().unwrap();
    let running = Process::start(&env);
    let auditor = Caller {
        http: &http,
        base: &running.base,
        token: Some(tokens.of("auditor", "zwfwb")),
    };
    let owed = auditor
        .walk("/api/v1/obligations?as_of=2017-06-30&state=open&period=2017Q1&limit=200")
        .await;
    assert!(owed.len() >= REPORTS, "{}", owed.len());

    let drafts: Vec<(String, String)> = owed
        .iter()
        .take(REPORTS)
        .map(|row| {
            (
                row["id"].as_str().unwrap().to_owned(),
                tokens.of("unit_reporter", row["unit"]["code"].as_str().unwrap()),
            )
        })
        .collect();
    let made: Vec<(String, String)> = stream::iter(drafts)
        .map(async |(obligation, token)| {
            let body = json!({"obligation_id": obligation, "summary": "已完成"});
            let request = http
                .post(format!("{}/api/v1/progress-reports", running.base))
                .bearer_auth(&token)
                .json(&body);
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), 201);
            let made: Value = reply.json().await.unwrap();
            (made["id"].as_str().unwrap().to_owned(), token)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;

    let replies = AtomicUsize::new(0);
    let confirmed: BTreeSet<String> = stream::iter(made)
        .map(async |(id, token)| {
            let request = http.request(
                Method::POST,
                format!("{}/api/v1/progress-reports/{id}/submit", running.base),
            );
            let reply = request.bearer_auth(&token).header("If-Match", "*").send().await.ok()?;
            assert_eq!(reply.status(), 200);
            if replies.fetch_add(1, Ordering::SeqCst) + 1 == CONFIRMED {
                running.kill();
            }
            Some(id)
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(async |id| id)
        .collect()
        .await;
    assert!((CONFIRMED..REPORTS).contains(&confirmed.len()), "{}", confirmed.len());
    running.end();

    // Somebody starts it again, and everything that was confirmed is there, in the log too; nothing else is.
    let again = Process::start(&env);
    let auditor = Caller {
        http: &http,
        base: &again.base,
        token: Some(tokens.of("auditor", "zwfwb")),
    };
    let stored = crate::support::texts(
        &auditor
            .walk("/api/v1/progress-reports?status=submitted&limit=200")
            .await,
        "id",
    );
    let stored: BTreeSet<String> = stored.into_iter().collect();
    assert!(confirmed.is_subset(&stored), "a confirmed submit is lost");
    assert!(
        stored.len() < confirmed.len() + AT_ONCE,
        "more was stored than was asked"
    );
    let logged = select(
        &config(&url),
        "select subject from log_entry where event = 'progress_report.submitted'",
    )
    .await;
    assert_eq!(logged.iter().cloned().collect::<BTreeSet<_>>(), stored);
    assert_eq!(logged.len(), stored.len(), "logged twice");
    let rows = select(
        &config(&url),
        "select id from obligation where report_phase = 'submitted' and reported_on is not null",
    )
    .await;
    assert_eq!(rows.len(), stored.len(), "the ledger disagrees with the reports");
    again.stop().well();

    let verified = run(&["verify"], &env);
    assert!(
        verified.status.success(),
        "{}: {}",
        verified.status,
        text(&verified.stderr)
    );
    database.drop().await;
}

#[actix_web::test]
async fn sqlite() {
    confirmed_is_kept(Engine::Sqlite).await;
}

#[actix_web::test]
async fn postgres() {
    confirmed_is_kept(Engine::Postgres).await;
}
