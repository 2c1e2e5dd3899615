//! `PATCH /imports/{id}` and `POST /imports/{id}/commit` by several at the same time, on whatever version there is

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{called, import};
use crate::support::sample::IMPORTED;

on_both! {
    async fn loses_no_correction_that_was_confirmed(app: &TestApp) {
        let zhao = app.coordinator();
        let offices: Vec<String> = "甲乙丙丁戊己庚辛".chars().map(|name| format!("{name}类局")).collect();
        let file = format!("2018年任务\n工作任务,责任单位\n公开预算,{}\n", offices.join("、"));
        let path = import(&zhao, "任务.csv", file.as_bytes()).await.expect(201).header("location").to_owned();
        let patches: Vec<Value> = offices.iter().map(|name| json!({"units": {name: []}})).collect();
        let mut confirmed = 0;
        for reply in join_all(patches.iter().map(|patch| zhao.patch(&path, "*", patch))).await {
            match reply.status {
                200 => confirmed += 1,
                _ => drop(reply.problem(412, "stale")),
            }
        }
        let kept = zhao.get(&path).await.ok().json();
        assert!(confirmed > 0);
        assert_eq!(kept["corrections"]["units"].as_object().map(serde_json::Map::len), Some(confirmed), "{kept}");
    }

    async fn makes_the_plan_that_the_corrections_say(app: &TestApp) {
        let zhao = app.coordinator();
        let mut paths = Vec::new();
        for n in 0..6 {
            let path = import(&zhao, "任务.csv", IMPORTED).await.expect(201).header("location").to_owned();
            zhao.patch(&path, "*", &called(&format!("rw-{n}"))).await.ok();
            paths.push(path);
        }
        let other = json!({"plan": {"title": "另一标题"}});
        let both = paths.iter().map(async |path| {
            let commit = format!("{path}/commit");
            let patch = zhao.patch(path, "*", &other);
            let (committed, patched) = futures_util::join!(zhao.transition(&commit, "*"), patch);
            if committed.status != 200 {
                committed.problem(412, "stale");
                zhao.transition(&commit, "*").await.ok();
            }
            if patched.status == 409 {
                patched.problem(409, "wrong_state");
            }
        });
        join_all(both).await;
        for (n, path) in paths.iter().enumerate() {
            let import = zhao.get(path).await.ok().json();
            let corrected = &import["corrections"]["plan"]["title"];
            let made = &zhao.get(&format!("/api/v1/plans/rw-{n}")).await.ok().json()["title"];
            assert_eq!(*made == "另一标题", *corrected == "另一标题", "{made} {corrected}");
        }
    }
}
