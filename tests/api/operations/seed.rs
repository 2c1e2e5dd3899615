//! Where the plan of 2017 goes, and where it does not.

use std::fs;

use super::{lifecycle::client, row_counts};
use crate::support::{
    Caller, Engine,
    database::{Database, config, execute},
    process::{Process, run, text},
};

const PLAN: &str = "2026年政务公开任务\n工作任务,责任单位,完成时限\n公开预算,市财政局,6月底\n";
const CALENDAR: &str = "2027-01-01,元旦,休\n2027-05-01,劳动节,休\n2027-10-01,国庆节,休\n";

/// What the database holds of plans and units.
async fn held(url: &str) -> Vec<String> {
    let mut counted = row_counts(&config(url)).await;
    counted.retain(|count| count.starts_with("plan ") || count.starts_with("unit "));
    counted.sort();
    counted
}

/// A city's commands, each with the settings as they come: what is in its database afterwards it has put there itself.
async fn comes_with_no_command(engine: Engine) {
    let (database, other) = (Database::empty(engine).await, Database::empty(engine).await);
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (calendar, plan) = (file("2027.csv", CALENDAR), file("plan.csv", PLAN));
    let env = [("DATABASE_URL", database.url.as_str())];
    for args in [
        &["migrate"][..],
        &["calendar", "import", &calendar],
        &["import", &plan, "--plan", "x-2026", "--new-units"],
        &["verify"],
    ] {
        let done = run(args, &env);
        assert!(done.status.success(), "{args:?}: {}", text(&done.stderr));
        assert_eq!(held(env[0].1).await, ["plan 0", "unit 0"], "{args:?}");
    }
    let made = run(&["import", &plan, "--plan", "x-2026", "--new-units", "--commit"], &env);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let own = ["plan 1", "unit 1"];
    assert_eq!(held(env[0].1).await, own);

    // What is there is a city's own: the service adds nothing to it, and a newcomer is shown what there is.
    let served = Process::start(&env);
    let (http, base) = (client(), served.base.clone());
    let caller = Caller {
        http: &http,
        base: &base,
        token: None,
    };
    caller.get("/api/v1/plans/dg-2017").await.problem(404, "not_found");
    let printed = served.stop().printed;
    assert!(printed.contains(&format!("{base}/api/v1/plans\n")), "{printed}");
    assert_eq!(held(env[0].1).await, own);

    // Nor are examples beside a plan of 2017, unless they are of it.
    let env = [("DATABASE_URL", other.url.as_str())];
    let none = run(&["generate", "--plan", "x-2026"], &env);
    assert!(!none.status.success());
    assert_eq!(held(env[0].1).await, ["plan 0", "unit 0"]);
    let life = run(&["generate", "--plan", "dg-2017", "--until", "2017-01-05"], &env);
    assert!(life.status.success(), "{}", text(&life.stderr));
    assert_eq!(held(env[0].1).await[0], "plan 1");
    for database in [database, other] {
        database.drop().await;
    }
}

#[actix_web::test]
async fn sqlite_comes_with_no_command() {
    comes_with_no_command(Engine::Sqlite).await;
}

#[actix_web::test]
async fn postgres_comes_with_no_command() {
    comes_with_no_command(Engine::Postgres).await;
}

/// A database that does not take it.
async fn what_hinders_it_is_named(engine: Engine) {
    let database = Database::empty(engine).await;
    let env = [("DATABASE_URL", database.url.as_str()), ("DUBAN_ADDR", "127.0.0.1:0")];
    assert!(run(&["migrate"], &env).status.success());
    let not_ready = match engine {
        Engine::Sqlite => {
            "create trigger of_their_own before insert on unit begin select raise(abort, 'of_their_own'); end"
        }
        Engine::Postgres => "alter table unit add constraint of_their_own check (code = '')",
    };
    execute(&config(env[0].1), not_ready).await;
    let refused = run(&[], &env);
    let said = text(&refused.stderr);
    assert!(!refused.status.success(), "{said}");
    for needed in ["plan of 2017", "--seed false", "of_their_own"] {
        assert!(said.contains(needed), "{said}");
    }
    database.drop().await;
}

#[actix_web::test]
async fn sqlite_what_hinders_it_is_named() {
    what_hinders_it_is_named(Engine::Sqlite).await;
}

#[actix_web::test]
async fn postgres_what_hinders_it_is_named() {
    what_hinders_it_is_named(Engine::Postgres).await;
}
