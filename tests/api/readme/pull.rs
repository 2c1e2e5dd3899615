//! The nightly pull of docs/guide/pulling-data.md has what a full pull has, whenever it was stopped before.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use actix_web::web;
use serde_json::{Value, json};

use super::{blocks::blocks, has_python, read};
use crate::support::fixtures::create;

/// Runs the program in the directory, and kills it where it asks once too often.
const STOPPED: &str = "
import os, runpy, urllib.request
ask, left = urllib.request.urlopen, int(os.environ['REQUESTS'])
def asked(*given, **named):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    return ask(*given, **named)
urllib.request.urlopen = asked
runpy.run_path('pull.py')
";

/// Prints what is in the copy.
const COPIED: &str = "
import json, sqlite3
copy = sqlite3.connect('copy.sqlite3')
print(json.dumps([copy.execute('select * from list order by name').fetchall(),
                  [[one, json.loads(row)] for one, row in copy.execute('select list, row from item order by list, id')]]))
";

async fn python(dir: &Path, program: &'static str, variables: Vec<(&'static str, String)>) -> (Option<i32>, String) {
    let dir: PathBuf = dir.to_owned();
    let ran = web::block(move || {
        Command::new("python3")
            .args(["-c", program])
            .current_dir(dir)
            .envs(variables)
            .env("no_proxy", "127.0.0.1")
            .output()
            .unwrap()
    });
    let ran = ran.await.unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code(), String::from_utf8(said).unwrap())
}

async fn copied(dir: &Path) -> Value {
    serde_json::from_str(&python(dir, COPIED, Vec::new()).await.1).unwrap()
}

on_both! {
    async fn a_pull_that_was_stopped_goes_on_from_the_night_before(app: &TestApp) {
        if !has_python() {
            eprintln!("skipped, there is no Python");
            return;
        }
        let token = app.token("wang", &["unit_reporter"], Some("hbj"), &[]);
        let caller = app.bearing(Some(token.clone()));
        let dir = tempfile::tempdir().unwrap();
        let page = read("docs/guide/pulling-data.md");
        let program = blocks(&page).into_iter().find(|block| block.info == "python pull.py").unwrap();
        // Small pages, so that there are several of them.
        let program = program.text.replace("\"limit\": 200", "\"limit\": 40");
        fs::write(dir.path().join("pull.py"), program).unwrap();
        let run = async |requests: usize| {
            let variables = vec![
                ("BASE", app.base.clone()),
                ("TOKEN", token.clone()),
                ("REQUESTS", requests.to_string()),
            ];
            python(dir.path(), STOPPED, variables).await
        };
        let full = async || {
            let mut rows = Vec::new();
            for list in ["obligations", "progress-reports"] {
                let mut items = caller.walk(&format!("/api/v1/{list}?limit=200")).await;
                items.sort_by_key(|item| item["id"].as_str().unwrap().to_owned());
                rows.extend(items.into_iter().map(|item| json!([list, item])));
            }
            rows
        };

        let due = caller.walk("/api/v1/obligations?limit=200&overdue=true").await;
        assert!(due.len() > 5);
        let mut before = json!([[], []]);
        let mut requests = 0;
        loop {
            let (status, said) = run(requests).await;
            if status == Some(0) {
                break;
            }
            assert_eq!(status, Some(9), "{said}");
            let now = copied(dir.path()).await;
            // All of a list, or nothing of it.
            for list in ["obligations", "progress-reports"] {
                let of = |copy: &Value, at: usize| {
                    let all = copy[at].as_array().unwrap().iter();
                    all.filter(|one| one[0] == list).cloned().collect::<Vec<_>>()
                };
                assert_eq!(of(&now, 0) == of(&before, 0), of(&now, 1) == of(&before, 1), "{list}");
            }
            before = now;
            let body = json!({"obligation_id": due[requests]["id"], "summary": "已公开"});
            create(&caller, "/api/v1/progress-reports", &body).await;
            requests += 1;
        }
        assert!(requests > 3, "{requests}");
        assert_eq!(*copied(dir.path()).await[1].as_array().unwrap(), full().await);
    }
}
