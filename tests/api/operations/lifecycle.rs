//! A process from its start to its end, and the next one on the same database.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use reqwest::Client;
use serde_json::json;

use super::row_counts;
use crate::support::{
    Caller, Engine, Reply,
    database::{Database, config},
    issuer::SECRET,
    process::{Process, run, text},
    soon,
};

pub(super) fn client() -> Client {
    Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
}

/// A development token as an operator mints it.
fn minted(args: &[&str]) -> String {
    let output = run(&[&["token"], args].concat(), &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

/// What a reader holds of the plan and the units.
async fn etags(caller: &Caller<'_>) -> Vec<String> {
    let mut etags = Vec::new();
    // No page has a link to the next, which would name the port.
    for path in [
        "plans/dg-2017?embed=requirements",
        "requirements?limit=200",
        "deadlines?limit=200",
        "units?limit=200&embed=members",
    ] {
        etags.push(caller.etag(&format!("/api/v1/{path}")).await);
    }
    etags
}

/// What was committed is there after a restart, and the seed does not come twice.
async fn survives_a_restart(engine: Engine) {
    let database = Database::empty(engine).await;
    let url = database.url.clone();
    let env = [("DATABASE_URL", url.as_str())];
    let http = client();
    let token = minted(&["--role", "coordinator", "--unit", "zwfwb"]);

    let first = Process::start(&env);
    let caller = Caller {
        http: &http,
        base: &first.base,
        token: Some(token.clone()),
    };
    caller
        .patch("/api/v1/units/czj", "*", &json!({"note": "重启前"}))
        .await
        .ok();
    caller
        .delete("/api/v1/deadlines/dg-2017.1.1.d1?reason=%E6%9B%B4%E6%AD%A3", "*")
        .await
        .expect(204);
    let (seen, counted) = (etags(&caller).await, row_counts(&config(&url)).await);
    assert!(
        counted.contains(&"requirement 127".into()) && counted.contains(&"deadline 141".into()),
        "{counted:?}"
    );
    first.stop().well();

    let second = Process::start(&env);
    let caller = Caller {
        http: &http,
        base: &second.base,
        token: Some(token),
    };
    assert_eq!(etags(&caller).await, seen);
    assert_eq!(row_counts(&config(&url)).await, counted);
    assert_eq!(caller.get("/api/v1/units/czj").await.ok().json()["note"], "重启前");
    second.stop().well();
    database.drop().await;
}

#[actix_web::test]
async fn sqlite_survives_a_restart() {
    survives_a_restart(Engine::Sqlite).await;
}

#[actix_web::test]
async fn postgres_survives_a_restart() {
    survives_a_restart(Engine::Postgres).await;
}

on_both! {
    /// A replica that starts beside another finds the seed loaded, and leaves it alone.
    async fn another_replica_changes_nothing(app: &TestApp) {
        let (seen, counted) = (etags(&app.anonymous()).await, row_counts(&app.config).await);
        let other = app.replica().await;
        assert_eq!(etags(&other.anonymous()).await, seen);
        assert_eq!(row_counts(&app.config).await, counted);
        other.stop().await;
        app.anonymous().get("/readyz").await.ok();
    }
}

#[actix_web::test]
async fn what_has_begun_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start(&[("DATABASE_URL", &url)]);
    let token = minted(&["--role", "coordinator"]);
    let body = json!({"id": "dg-2018", "title": "停止前", "year": 2018}).to_string();
    let (head, tail) = body.split_at(10);
    let mut stream = TcpStream::connect(process.base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let request = format!(
        "POST /api/v1/plans HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n", "the request is being read");
    stream.write_all(head.as_bytes()).unwrap();
    process.terminate();
    let http = client();
    let health = format!("{}/healthz", process.base);
    soon(async || http.get(&health).send().await.is_err()).await;
    stream.write_all(tail.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let ended = process.end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    assert!(ended.log.contains("stopped"), "{}", ended.log);
}

/// Proxies look every few seconds: until they have, requests are answered.
#[actix_web::test]
async fn it_says_that_it_will_stop_before_it_does() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start(&[("DATABASE_URL", &url), ("DUBAN_DRAIN_SECONDS", "3600")]);
    let http = client();
    let caller = Caller {
        http: &http,
        base: &process.base,
        token: None,
    };
    let ready = caller.get("/readyz").await.ok();
    assert!(!ready.headers.contains_key("connection"));
    process.terminate();
    soon(async || caller.get("/readyz").await.status != 200).await;
    let reply = caller.get("/readyz").await;
    let problem = reply.problem(503, "unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("停止"), "{problem}");
    // Answered, and told to find another.
    for path in ["/healthz", "/api/v1/plans", "/api/v1/requirements", "/docs/"] {
        assert_eq!(caller.get(path).await.ok().header("connection"), "close", "{path}");
    }
    assert_eq!(caller.get("/nosuch").await.header("connection"), "close");
    // Whoever cannot wait says so again.
    let ended = process.stop();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    assert!(ended.took < Duration::from_secs(30), "{:?}", ended.took);
}

/// However soon it comes after it said that it listens: it halts right behind that, as others may run first on a busy
/// machine.
#[actix_web::test]
async fn no_signal_comes_too_early() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start_unread(&[("DATABASE_URL", &url), ("DUBAN_SEED", "false")]);
    let ended = process.stop();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    assert!(ended.printed.contains("Swagger UI"), "it prints after that it listens");
    assert!(ended.log.contains("stopped"), "{}", ended.log);
}

#[actix_web::test]
async fn a_signal_ends_it_soon() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start(&[("DATABASE_URL", &url), ("DUBAN_SEED", "false")]);
    let addr = process.base.strip_prefix("http://").unwrap().to_owned();
    let env = [("DUBAN_ADDR", addr.as_str())];
    assert!(run(&["healthcheck"], &env).status.success());
    // Idle connections, such as a proxy keeps, do not hold it up.
    let keeping = Client::builder().no_proxy().build().unwrap();
    let caller = Caller {
        http: &keeping,
        base: &process.base,
        token: None,
    };
    caller.get("/api/v1/plans").await.ok();
    let ended = process.stop();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    assert!(ended.took < Duration::from_secs(15), "{:?}", ended.took);
    assert!(!run(&["healthcheck"], &env).status.success());
}

/// The plan of 2017 is not there, so neither is the unit that its coordinator is of.
#[actix_web::test]
async fn without_the_seed_a_newcomer_gets_a_token_of_no_unit() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start(&[("DATABASE_URL", &url), ("DUBAN_SEED", "false")]);
    let (http, base) = (client(), process.base.clone());
    let printed = process.stop().printed;
    let token = printed.split("TOKEN=").nth(1).unwrap().trim();
    assert!(printed.contains(&format!("{base}/api/v1/plans\n")), "{printed}");
    let process = Process::start(&[("DATABASE_URL", &url), ("DUBAN_SEED", "false")]);
    let caller = Caller {
        http: &http,
        base: &process.base,
        token: Some(token.to_owned()),
    };
    let me = caller.get("/api/v1/me").await.ok().json();
    assert_eq!(
        (&me["roles"][0]["role"], &me["not_understood"]),
        (&json!("coordinator"), &json!([]))
    );
}

/// Whoever reads what it prints could not sign one otherwise.
#[actix_web::test]
async fn no_token_is_printed_that_a_secret_of_ones_own_has_signed() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start(&[
        ("DATABASE_URL", &url),
        ("DUBAN_SEED", "false"),
        ("DUBAN_JWT_ISSUER", "x"),
        ("DUBAN_JWT_SECRET", SECRET),
    ]);
    let printed = process.stop().printed;
    assert!(
        printed.contains("duban token") && !printed.contains("TOKEN="),
        "{printed}"
    );
}

/// Not at any level: the log is read by more people than the data.
#[actix_web::test]
async fn the_log_holds_no_token_and_no_content() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let process = Process::start(&[("DATABASE_URL", &url), ("DUBAN_LOG", "trace")]);
    let http = client();
    let token = minted(&["--role", "coordinator", "--subject", "subject-marker"]);
    let caller = Caller {
        http: &http,
        base: &process.base,
        token: Some(token.clone()),
    };
    let plan = json!({"id": "dg-2018", "title": "body-marker", "year": 2018});
    caller.post("/api/v1/plans", &plan).await.expect(201);
    caller.post("/api/v1/plans", &plan).await.problem(409, "already_exists");
    caller
        .post("/api/v1/plans", &json!({"title": {"broken-marker": 1}}))
        .await
        .problem(422, "invalid");
    caller.find("/api/v1/requirements", &[("q", "query-marker")]).await.ok();
    let bad = Caller {
        token: Some(format!("{token}bad-marker")),
        ..caller.clone()
    };
    bad.get("/api/v1/plans").await.problem(401, "invalid_token");
    let request = caller
        .request(reqwest::Method::GET, "/api/v1/plans")
        .header("X-Request-Id", "request-0001");
    Reply::to(request.header("Cookie", "cookie-marker")).await.ok();
    let ended = process.stop();
    let entries: Vec<serde_json::Value> = ended
        .log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    let found = entries
        .iter()
        .find(|entry| entry["request.id"] == "request-0001")
        .unwrap();
    assert_eq!(
        (&found["http.path"], &found["http.status"]),
        (&json!("/api/v1/plans"), &json!(200))
    );
    let signature = token.rsplit('.').next().unwrap();
    for private in [
        &token,
        signature,
        "body-marker",
        "broken-marker",
        "query-marker",
        "bad-marker",
        "cookie-marker",
    ] {
        if let Some(line) = ended.log.lines().find(|line| line.contains(private)) {
            panic!("{private}: {line}");
        }
    }
    // The newcomer's token goes to the terminal, not into the log.
    let shown = ended
        .printed
        .split("TOKEN=")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    assert!(shown.len() > 100 && !ended.log.contains(shown));
}
