//! `duban import` and `duban calendar import`

use std::{fs, path::Path, process::Output};

use actix_web::web;
use serde_json::{Value, json};

use crate::{
    imports::import,
    support::{
        TestApp,
        process::{run, text},
        sample::IMPORTED,
    },
};

/// Runs it beside the service, which goes on meanwhile.
async fn duban(app: &TestApp, args: &[&str]) -> Output {
    let url = app.config.database_url.expose().to_owned();
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let ran = web::block(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        run(&args, &[("DATABASE_URL", &url)])
    });
    ran.await.unwrap()
}

/// A file in `dir` and its path.
fn file(dir: &Path, name: &str, contents: &[u8]) -> String {
    let path = dir.join(name);
    fs::write(&path, contents).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A notice for 2027 as calendars pass it on.
const EVENTS: &str = "BEGIN:VCALENDAR\r\n\
    BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\nSUMMARY:元旦（休）\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270501\r\nSUMMARY:劳动节 假期 第1天/共1天\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270926\r\nSUMMARY:国\r\n 庆节（班）\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20271001\r\nDTEND;VALUE=DATE:20271008\r\nSUMMARY:国庆节（休）\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

on_both! {
    async fn a_file_is_shown_and_made_as_over_http(app: &TestApp) {
        let zhao = app.coordinator();
        let dir = tempfile::tempdir().unwrap();
        let tasks = file(dir.path(), "任务.csv", IMPORTED);
        let shown = dir.path().join("preview.json");
        let first = duban(app, &["import", &tasks, "--json", shown.to_str().unwrap()]).await;
        assert!(!first.status.success(), "it has no id yet");
        let table = text(&first.stdout);
        assert!(table.contains("还没有方案编号") && table.contains("表1 第4行 第4列"), "{table}");
        let preview: Value = serde_json::from_slice(&fs::read(&shown).unwrap()).unwrap();
        assert_eq!(preview, import(&zhao, "任务.csv", IMPORTED).await.expect(201).json()["preview"]);
        // What is known better, from the command line and from a file.
        let better = file(dir.path(), "better.json", r#"{"rules": {"适时": {"kind": "year_round"}}}"#.as_bytes());
        let with = ["import", &tasks, "--plan", "rw-2018", "--corrections", &better, "--lang", "en"];
        let dry = duban(app, &with).await;
        assert!(dry.status.success(), "{}", text(&dry.stderr));
        assert!(text(&dry.stdout).contains("tasks 2, requirements 2; errors 0, warnings 0"), "{}", text(&dry.stdout));
        zhao.get("/api/v1/plans/rw-2018").await.problem(404, "not_found");
        let commit = [&with[..], &["--commit"]].concat();
        let made = duban(app, &commit).await;
        assert!(made.status.success(), "{}", text(&made.stderr));
        app.app.refresh_catalog().await.unwrap();
        assert_eq!(zhao.get("/api/v1/tasks?plan=rw-2018").await.ok().json()["total"], 2);
        let kept = zhao.get("/api/v1/imports?status=committed").await.ok().json();
        assert_eq!(kept["items"][0]["plan_id"], "rw-2018");
        let again = duban(app, &commit).await;
        assert!(!again.status.success() && text(&again.stderr).contains("rw-2018"), "{}", text(&again.stderr));
        let strange = file(dir.path(), "b.csv", "2018年任务\n工作任务,责任单位\n公开校历,市教委\n".as_bytes());
        assert!(!duban(app, &["import", &strange, "--plan", "rw2-2018"]).await.status.success(), "nobody knows 市教委");
        let created = duban(app, &["import", &strange, "--plan", "rw2-2018", "--new-units", "--commit"]).await;
        assert!(created.status.success(), "{}", text(&created.stderr));
        for (args, why) in [
            (&["import", "nowhere.docx"][..], "nowhere.docx"),
            (&["import", &better], "只读 .docx"),
            (&["import", &tasks, "--corrections", &tasks], "任务.csv"),
            (&["import", &tasks, "--commit", "--dry-run"], "--dry-run"),
            (&["import", &tasks, "--onto", "dg-2017", "--commit"], "dg-2017"),
        ] {
            let refused = duban(app, args).await;
            assert!(!refused.status.success() && text(&refused.stderr).contains(why), "{args:?}: {}", text(&refused.stderr));
        }
    }

    async fn the_years_of_a_notice_are_put(app: &TestApp) {
        let dir = tempfile::tempdir().unwrap();
        let events = file(dir.path(), "2027.ics", EVENTS.as_bytes());
        let put = duban(app, &["calendar", "import", &events]).await;
        assert!(put.status.success() && text(&put.stdout).starts_with("2027: 放假 11 天"), "{}", text(&put.stderr));
        app.app.refresh_catalog().await.unwrap();
        let year = app.anonymous().get("/api/v1/calendar/2027").await.ok().json();
        assert_eq!(year["make_up_workdays"], json!([{"date": "2027-09-26", "name": "国庆节"}]));
        assert_eq!(year["days_off"].as_array().unwrap().len(), 11);
        let again = file(dir.path(), "2027.json", year.to_string().as_bytes());
        let known = duban(app, &["calendar", "import", &again]).await;
        assert!(text(&known.stdout).starts_with("2027: 与已有日历一致"), "{}", text(&known.stderr));
        let other = file(dir.path(), "other.csv", "2027-01-01,元旦,休\n2027-05-01,劳动节,休\n2027-10-01,国庆节,休\n".as_bytes());
        let refused = duban(app, &["calendar", "import", &other]).await;
        assert!(!refused.status.success() && text(&refused.stderr).contains("2027-09-26"), "{}", text(&refused.stderr));
        assert!(duban(app, &["calendar", "import", &other, "--replace"]).await.status.success());
        let part = file(dir.path(), "part.csv", "2028-01-01,元旦,休\n".as_bytes());
        let refused = duban(app, &["calendar", "import", &part]).await;
        assert!(!refused.status.success() && text(&refused.stderr).contains("2028"), "{}", text(&refused.stderr));
    }
}
