//! The store of attachments is away or full: what needs it says so, and nothing else notices.

use reqwest::Client;
use serde_json::json;

use super::{drafted, out_of_reach, with_store_at};
use crate::support::{
    Engine, TestApp,
    database::{Database, config},
    process::Process,
    sample::{
        feedback::{PDF, attach, attached, writer},
        reports::report,
    },
};

const UNIT: &str = "/api/v1/units/czj";

/// Who has nothing to do with files.
async fn the_rest(app: &TestApp) {
    app.coordinator().patch(UNIT, "*", &json!({"note": "照常"})).await.ok();
    app.anonymous().ready().await;
}

/// A share that is not mounted any more: it is not written to where it was.
#[actix_web::test]
async fn a_directory_that_is_away_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let (directory, away) = (parent.path().join("files"), parent.path().join("away"));
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.attachments = format!("file://{}", directory.display());
    })
    .await;
    app.during(async |app| {
        let (path, file) = attached(app, "draft").await;
        let writer = writer(app);
        // Gone, and then a file where it was.
        for something in [false, true] {
            std::fs::rename(&directory, &away).unwrap();
            if something {
                std::fs::write(&directory, "").unwrap();
            }
            out_of_reach(attach(&writer, &path, "b.pdf", PDF).await);
            out_of_reach(writer.get(&file).await);
            the_rest(app).await;
            if something {
                std::fs::remove_file(&directory).unwrap();
            }
            assert!(!directory.exists());
            std::fs::rename(&away, &directory).unwrap();
            writer.get(&file).await.ok();
        }
        attach(&writer, &path, "b.pdf", PDF).await.expect(201);
    })
    .await;
}

/// The database is elsewhere and has room.
#[cfg(target_os = "linux")]
#[actix_web::test]
async fn a_full_directory_refuses_files_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let place = format!("file://{}", directory.path().display());
    let app = TestApp::start_with(Engine::Postgres, |config| config.attachments = place.clone()).await;
    let path = report(&app, "draft").await;
    let process = Process::start_confined(&[
        ("DATABASE_URL", app.config.database_url.expose()),
        ("DUBAN_ATTACHMENTS", &place),
    ]);
    let http = Client::builder().no_proxy().build().unwrap();
    let caller = process.caller(&http, &app.config, &["unit_reporter", "coordinator"]);
    app.during(async |_| {
        let added = attach(&caller, &path, "a.pdf", PDF).await.expect(201);
        process.let_files_grow_to("0");
        let reply = attach(&caller, &path, "b.pdf", PDF).await;
        assert_eq!(reply.header("retry-after"), "30");
        reply.problem(507, "insufficient_storage");
        caller.get(added.header("location")).await.ok();
        caller.patch(UNIT, "*", &json!({"note": "照常"})).await.ok();
        caller.ready().await;
        process.let_files_grow_to("unlimited");
        attach(&caller, &path, "b.pdf", PDF).await.expect(201);
    })
    .await;
    process.stop().well();
}

/// Who can write to the store replaces nothing unseen, and reads nothing of the host.
#[cfg(unix)]
#[actix_web::test]
async fn a_file_is_given_out_as_it_came_in_or_not_at_all() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("files");
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.attachments = format!("file://{}", directory.display());
    })
    .await;
    app.during(async |app| {
        let large = [PDF, &vec![b'\n'; 3 << 20]].concat();
        let path = report(app, "draft").await;
        let writer = writer(app);
        for (name, bytes) in [("a.pdf", PDF), ("b.pdf", &large)] {
            let file = attach(&writer, &path, name, bytes)
                .await
                .expect(201)
                .header("location")
                .to_owned();
            let mut objects = std::fs::read_dir(&directory)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let object = objects.find(|path| std::fs::read(path).unwrap() == bytes).unwrap();
            assert_eq!(writer.get(&file).await.ok().body, bytes);
            let other = [&bytes[..bytes.len() - 1], b"X"].concat();
            for (altered, is_whole) in [
                (&other[..], true),
                (&bytes[..bytes.len() - 1], false),
                (&[bytes, b"X"].concat()[..], false),
            ] {
                std::fs::write(&object, altered).unwrap();
                if is_whole && bytes.len() > 1 << 20 {
                    // It had begun: it does not come to its end.
                    let begun = writer.request(reqwest::Method::GET, &file).send().await.unwrap();
                    assert!(begun.bytes().await.is_err());
                } else {
                    writer.get(&file).await.problem(500, "file_altered");
                }
            }
            // Not even to the same bytes.
            let elsewhere = parent.path().join("elsewhere");
            std::fs::write(&elsewhere, bytes).unwrap();
            std::fs::remove_file(&object).unwrap();
            std::os::unix::fs::symlink(&elsewhere, &object).unwrap();
            writer.get(&file).await.problem(500, "file_altered");
            std::fs::remove_file(&object).unwrap();
            let gone = writer.get(&file).await;
            assert_eq!(gone.header("retry-after"), "60");
            gone.problem(503, "file_missing");
            the_rest(app).await;
            std::fs::write(&object, bytes).unwrap();
            assert_eq!(writer.get(&file).await.ok().body, bytes);
        }
    })
    .await;
}

/// Under the usual mask of new files.
#[cfg(unix)]
#[actix_web::test]
async fn files_are_for_nobody_else_on_the_host() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let within = |name: &str| parent.path().join(name);
    let database = format!("sqlite://{}", within("duban.sqlite3").display());
    let process = Process::start(&[
        ("DATABASE_URL", &database),
        ("DUBAN_ATTACHMENTS", &format!("file://{}", within("files").display())),
    ]);
    let http = Client::builder().no_proxy().build().unwrap();
    let reporter = process.caller(&http, &config(&database), &["unit_reporter"]);
    let path = drafted(&reporter).await;
    attach(&reporter, &path, "a.pdf", PDF).await.expect(201);
    let mut seen = Vec::new();
    for directory in [parent.path().to_owned(), within("files")] {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", entry.path());
            seen.push(entry.file_name().into_string().unwrap());
        }
    }
    assert!(
        seen.iter().any(|name| name == "duban.sqlite3-wal") && seen.len() >= 4,
        "{seen:?}"
    );
    process.stop().well();
}

/// Nobody listens there.
#[actix_web::test]
async fn a_store_that_is_away_is_given_up_soon() {
    let database = Database::seeded(Engine::Sqlite).await;
    let process = with_store_at("http://127.0.0.1:1", &database, &[]);
    let http = Client::builder().no_proxy().build().unwrap();
    let config = config(&database.url);
    let as_role = |role: &str| process.caller(&http, &config, &[role]);
    let reporter = as_role("unit_reporter");
    let path = drafted(&reporter).await;
    let begun = std::time::Instant::now();
    out_of_reach(attach(&reporter, &path, "a.pdf", PDF).await);
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
    as_role("coordinator")
        .patch(UNIT, "*", &json!({"note": "照常"}))
        .await
        .ok();
    reporter.ready().await;
    process.stop().well();
    database.drop().await;
}
