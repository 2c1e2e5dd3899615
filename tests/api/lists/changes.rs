//! `changed_since=`: what changed, what is gone, and nothing of what one does not see.

use serde_json::{Value, json};

use crate::{
    reports::{REPORTS, report_on},
    support::{Caller, TestApp, texts},
};

const OBLIGATION: &str = "dg-2017.17.3.d2.hbj.2017Q2";

/// What changed in the list since the mark, the ids that are gone, and the next mark.
async fn pull(caller: &Caller<'_>, path: &str, mark: &str) -> (Vec<String>, Value, String) {
    let page = caller.get(&format!("{path}?changed_since={mark}")).await.ok().json();
    let changes = &page["changes"];
    assert_eq!(changes["complete"], mark == "start", "{page}");
    let next = changes["mark"].as_str().unwrap().to_owned();
    (
        texts(page["items"].as_array().unwrap(), "id"),
        changes["gone"].clone(),
        next,
    )
}

on_both! {
    async fn the_public_hears_of_what_is_public(app: &TestApp) {
        let (public, wang) = (app.anonymous(), app.somebody("wang", "unit_reporter", Some("hbj")));
        let (boss, sun) = (app.somebody("boss", "coordinator", None), app.somebody("sun", "secrecy_reviewer", None));
        let (items, _, mut mark) = pull(&public, REPORTS, "start").await;
        assert!(items.is_empty());
        let path = wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201).header("location").to_owned();
        let id = path.rsplit('/').next().unwrap();
        let nothing = (Vec::<String>::new(), json!([]));
        for (caller, step, told) in [
            (&wang, "submit", nothing.clone()),
            (&boss, "accept", nothing.clone()),
            (&sun, "clear", (vec![id.to_owned()], json!([]))),
            (&wang, "revise", (Vec::new(), json!([id]))),
        ] {
            caller.step(&format!("{path}/{step}"), &json!({})).await.ok();
            let (items, gone, next) = pull(&public, REPORTS, &mark).await;
            assert_eq!((items, gone), told, "{step}");
            mark = next;
        }
        // What was told before its entry had a number may be told again; nothing else is.
        wang.step(&format!("{path}/submit"), &json!({})).await.ok();
        let (items, gone, _) = pull(&public, REPORTS, &mark).await;
        assert!(items.is_empty() && (gone == json!([]) || gone == json!([id])), "{gone}");
        // Between two marks that only differ in what happened unseen, there is nothing to tell them apart by.
        let (_, _, again) = pull(&public, REPORTS, &mark).await;
        assert_eq!(again.len(), mark.len());
        assert_ne!(again, mark);
    }

    async fn an_office_hears_of_the_rows_that_changed_only(app: &TestApp) {
        let (boss, wang) = (app.somebody("boss", "coordinator", None), app.somebody("wang", "unit_reporter", Some("hbj")));
        let ledger = "/api/v1/obligations";
        let (_, _, mark) = pull(&boss, ledger, "start").await;
        let path = wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201).header("location").to_owned();
        let (items, gone, mark) = pull(&boss, ledger, &mark).await;
        assert_eq!((items, gone), (Vec::new(), json!([])), "a draft is its unit's own");
        wang.step(&format!("{path}/submit"), &json!({})).await.ok();
        let (items, _, mark) = pull(&boss, ledger, &mark).await;
        assert_eq!(items, [OBLIGATION]);
        // What has left the filter is gone.
        let open = format!("{ledger}?state=submitted&changed_since=start");
        let held = boss.get(&open).await.ok().json();
        assert_eq!(held["total"], 1);
        wang.step(&format!("{path}/withdraw"), &json!({})).await.ok();
        let since = held["changes"]["mark"].as_str().unwrap();
        let left = boss.get(&format!("{ledger}?state=submitted&changed_since={since}")).await.ok().json();
        assert_eq!((&left["items"], &left["changes"]["gone"]), (&json!([]), &json!([OBLIGATION])));
        // A mark is of one list with its filters, and of one person: whoever else shows it is told all there is.
        let other = boss.get(&format!("/api/v1/extensions?changed_since={mark}")).await;
        assert_eq!(other.problem(400, "invalid_parameter")["errors"][0]["parameter"], "changed_since");
        let of_wang = wang.get(&format!("{ledger}?changed_since={mark}")).await.ok().json();
        assert_eq!(of_wang["changes"]["complete"], true);
        boss.get(&format!("{ledger}?changed_since=2017-06-30T00:00:00Z")).await.ok();
        let as_table = format!("{mark}&format=csv");
        for refused in [as_table, format!("{mark}&as_of=2017-06-30"), format!("{mark}&group_by=unit"), format!("A{mark}"), "yesterday".to_owned()] {
            boss.get(&format!("{ledger}?changed_since={refused}")).await.problem(400, "invalid_parameter");
        }
    }

    async fn a_day_that_passes_changes_what_came_near_or_was_let_pass(app: &TestApp) {
        let path = "/api/v1/obligations?requirement=dg-2017.17.3";
        let auditor = |app: &TestApp| app.token("shen", &["auditor"], None, &[]);
        let caller = app.bearing(Some(auditor(app)));
        let begun = caller.get(&format!("{path}&changed_since=start")).await.ok().json();
        let mark = begun["changes"]["mark"].as_str().unwrap();
        app.clock.set("2017-07-01T01:00:00Z".parse().unwrap());
        let caller = app.bearing(Some(auditor(app)));
        let page = caller.get(&format!("{path}&changed_since={mark}&limit=200")).await.ok().json();
        let rows = page["items"].as_array().unwrap();
        assert!(!rows.is_empty() && page["changes"]["complete"] == false, "{page}");
        assert!(rows.iter().any(|row| row["id"] == OBLIGATION && row["light"] == "red"), "{page}");
        let all = caller.get(path).await.ok().json();
        assert!(page["total"].as_i64() < all["total"].as_i64());
    }
}
