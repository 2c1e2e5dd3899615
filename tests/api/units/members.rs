//! `PUT` and `DELETE /units/{id}/members/{member}`, and who follows the list of members

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{
    Caller, TestApp,
    fixtures::{assert_faults, create, everything},
};

const MEMBER: &str = "/api/v1/units/ygdw/members/shijie";

/// Whether 石碣镇 belongs to 市各有关单位 on `day`.
async fn belongs(app: &TestApp, day: &str) -> bool {
    let page = app
        .anonymous()
        .get(&format!("/api/v1/units/ygdw/members?on={day}&limit=200"))
        .await
        .ok()
        .json();
    let members = page["items"].as_array().unwrap();
    let here = members.iter().any(|member| member["code"] == "shijie");
    // The other way to ask says the same.
    let units = app
        .anonymous()
        .get(&format!("/api/v1/units?member_of=ygdw&on={day}&q=shijie"))
        .await
        .ok()
        .json();
    assert_eq!(here, units["total"] == 1);
    here
}

/// Requirements of the plan that concern 石碣镇 by 市各有关单位 alone.
async fn concerned(caller: &Caller<'_>) -> u64 {
    let query = [
        ("unit", "shijie"),
        ("requirement", "dg-2017.3.1"),
        ("requirement", "dg-2017.3.4"),
    ];
    caller.find("/api/v1/requirements", &query).await.ok().json()["total"]
        .as_u64()
        .unwrap()
}

fn periods(periods: &[(Option<&str>, Option<&str>)]) -> Value {
    let period = |(from, to): &(Option<&str>, Option<&str>)| json!({"valid_from": from, "valid_to": to});
    json!({"periods": periods.iter().map(period).collect::<Vec<_>>()})
}

on_both! {
    async fn joins(app: &TestApp) {
        let caller = app.coordinator();
        assert!(!belongs(app, "2017-07-01").await);
        assert_eq!(concerned(&app.anonymous()).await, 0);
        let etag = caller.etag("/api/v1/units/ygdw").await;
        let reply = caller.put(MEMBER, &etag, &periods(&[(Some("2017-07-01"), None)])).await.ok();
        let unit = caller.get("/api/v1/units/ygdw?embed=members").await.ok();
        assert_eq!((unit.json(), unit.etag()), (reply.json(), reply.etag()));
        assert_eq!(unit.json()["version"], 2);
        assert_eq!(unit.json()["members"].as_array().unwrap().last().unwrap(), &json!({
            "id": "ygdw.shijie.2017-07-01", "code": "shijie", "name": "石碣镇", "kind": "town", "valid_from": "2017-07-01"
        }));
        assert!(!belongs(app, "2017-06-30").await);
        assert!(belongs(app, "2017-07-01").await && belongs(app, "2099-12-31").await);
        assert_eq!(concerned(&app.anonymous()).await, 2);
    }

    async fn leaves_and_joins_again(app: &TestApp) {
        let caller = app.coordinator();
        let all = caller.get("/api/v1/units/ygdw/members").await.ok().json()["total"].as_u64().unwrap();
        caller.put(MEMBER, "*", &periods(&[(None, Some("2017-03-31"))])).await.ok();
        assert!(belongs(app, "2017-03-31").await && !belongs(app, "2017-04-01").await);
        let twice = periods(&[(None, Some("2017-03-31")), (Some("2017-10-01"), Some("2017-10-01"))]);
        caller.put(MEMBER, "*", &twice).await.ok();
        for (day, expected) in [
            ("2000-01-01", true), ("2017-03-31", true), ("2017-04-01", false), ("2017-09-30", false),
            ("2017-10-01", true), ("2017-10-02", false),
        ] {
            assert_eq!(belongs(app, day).await, expected, "{day}");
        }
        let page = caller.get("/api/v1/units/ygdw/members?limit=200").await.ok().json();
        let rows: Vec<&Value> = page["items"].as_array().unwrap().iter().filter(|row| row["code"] == "shijie").collect();
        assert_eq!(rows, [
            &json!({"id": "ygdw.shijie", "code": "shijie", "name": "石碣镇", "kind": "town", "valid_to": "2017-03-31"}),
            &json!({"id": "ygdw.shijie.2017-10-01", "code": "shijie", "name": "石碣镇", "kind": "town", "valid_from": "2017-10-01", "valid_to": "2017-10-01"}),
        ]);
        assert_eq!(page["total"], all + 2);
        assert_eq!(concerned(&app.anonymous()).await, 2);
        // Outside the plan's year it owes nothing.
        caller.put(MEMBER, "*", &periods(&[(Some("2018-01-01"), None)])).await.ok();
        assert_eq!(concerned(&app.anonymous()).await, 0);
        caller.put(MEMBER, "*", &periods(&[(None, Some("2016-12-31"))])).await.ok();
        assert_eq!(concerned(&app.anonymous()).await, 0);
    }

    /// Each of a unit's periods is a row of its own: a copy that is kept by the ids of the rows is what a full pull gives.
    async fn are_followed_with_all_their_periods(app: &TestApp) {
        let (boss, public) = (app.coordinator(), app.anonymous());
        let (mut copy, mut mark) = (BTreeMap::new(), "start".to_owned());
        let twice = json!([{"valid_to": "2017-03-31"}, {"valid_from": "2017-07-01"}]);
        for periods in [json!([{"valid_from": "2017-01-01"}]), twice.clone(), json!([{"valid_from": "2018-01-01"}]), twice] {
            boss.put(MEMBER, "*", &json!({"periods": periods})).await.ok();
            let page = public.get(&format!("/api/v1/units/ygdw/members?limit=200&changed_since={mark}")).await.ok().json();
            let changes = &page["changes"];
            changes["mark"].as_str().unwrap().clone_into(&mut mark);
            if changes["complete"] == true {
                copy.clear();
            }
            copy.retain(|id: &String, _| !changes["gone"].as_array().unwrap().contains(&json!(id)));
            copy.extend(page["items"].as_array().unwrap().iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row.clone())));
            let whole = public.get("/api/v1/units/ygdw/members?limit=200").await.ok().json();
            let rows: Vec<&Value> = copy.values().collect();
            assert_eq!(json!(rows), whole["items"], "{periods}");
        }
    }

    async fn keeps_its_place_and_the_others(app: &TestApp) {
        let caller = app.coordinator();
        let unit = "/api/v1/units/ygdw?embed=members";
        let mut expected = caller.get(unit).await.ok().json();
        caller.put("/api/v1/units/ygdw/members/lyj", "*", &periods(&[(None, Some("2018-12-31"))])).await.ok();
        let members = expected["members"].as_array_mut().unwrap();
        members.iter_mut().find(|member| member["code"] == "lyj").unwrap()["valid_to"] = json!("2018-12-31");
        expected["version"] = json!(2);
        assert_eq!(caller.get(unit).await.ok().json(), expected);
    }

    async fn nothing_new(app: &TestApp) {
        let caller = app.coordinator();
        let change = periods(&[(Some("2017-07-01"), None)]);
        let first = caller.put(MEMBER, "*", &change).await.ok();
        let second = caller.put(MEMBER, &first.etag(), &change).await.ok();
        assert_eq!((second.json(), second.etag()), (first.json(), first.etag()));
    }

    async fn invalid(app: &TestApp) {
        let before = everything(app).await;
        let overlap = [(None, Some("2017-03-31")), (Some("2017-06-01"), None), (Some("2017-03-31"), Some("2017-04-30"))];
        let inside = [(Some("2017-06-01"), None), (Some("2017-07-01"), Some("2017-07-31"))];
        let cases: [(Value, &[(&str, &str)]); 8] = [
            (periods(&overlap), &[("/periods/2", "duplicate")]),
            (periods(&inside), &[("/periods/1", "duplicate")]),
            (periods(&[(None, None), (None, None)]), &[("/periods/1", "duplicate")]),
            (periods(&[(Some("2017-07-01"), Some("2017-06-30"))]), &[("/periods/0/valid_to", "out_of_range")]),
            (periods(&[(Some("+12017-07-01"), None)]), &[("/periods/0/valid_from", "invalid")]),
            (json!({"periods": []}), &[("/periods", "required")]),
            (json!({}), &[("/periods", "required")]),
            (json!({"periods": [{"valid_until": "2017-07-01"}]}), &[("/periods/0/valid_until", "unknown")]),
        ];
        for (change, faults) in cases {
            let problem = app.coordinator().put(MEMBER, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, faults);
            // The same where the member is listed already, in the middle of others.
            let listed = "/api/v1/units/ygdw/members/lyj";
            let problem = app.coordinator().put(listed, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn who_cannot_be_one(app: &TestApp) {
        let before = everything(app).await;
        let ever = periods(&[(None, None)]);
        for member in ["nosuch", "SHIJIE"] {
            let path = format!("/api/v1/units/ygdw/members/{member}");
            app.coordinator().put(&path, "*", &ever).await.problem(404, "not_found");
        }
        for member in ["zhenjie", "ygdw"] {
            let path = format!("/api/v1/units/ygdw/members/{member}");
            app.coordinator().put(&path, "*", &ever).await.problem(409, "wrong_state");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn of_what_has_no_list(app: &TestApp) {
        let before = everything(app).await;
        let ever = periods(&[(None, None)]);
        // By rule, and not a collective at all.
        for path in ["zhenjie/members/humen", "hbj/members/humen"] {
            let path = format!("/api/v1/units/{path}");
            app.coordinator().put(&path, "*", &ever).await.problem(409, "wrong_state");
            app.coordinator().delete(&path, "*").await.problem(409, "wrong_state");
        }
        app.coordinator().put("/api/v1/units/nosuch/members/humen", "*", &ever).await.problem(404, "not_found");
        app.coordinator().delete("/api/v1/units/nosuch/members/humen", "*").await.problem(404, "not_found");
        assert_eq!(everything(app).await, before);
    }

    async fn removed(app: &TestApp) {
        let caller = app.coordinator();
        let before = caller.get("/api/v1/units/ygdw/members?limit=200").await.ok().json();
        let twice = periods(&[(None, Some("2017-03-31")), (Some("2017-10-01"), None)]);
        caller.put(MEMBER, "*", &twice).await.ok();
        let reply = caller.delete(MEMBER, &caller.etag("/api/v1/units/ygdw").await).await.expect(204);
        assert_eq!(reply.text(), "");
        // As if it had never belonged.
        assert_eq!(caller.get("/api/v1/units/ygdw/members?limit=200").await.ok().json(), before);
        assert_eq!(concerned(&app.anonymous()).await, 0);
        assert_eq!(caller.get("/api/v1/units/ygdw").await.ok().json()["version"], 3);
        caller.delete(MEMBER, "*").await.problem(404, "not_found");
    }

    async fn of_no_effect_before_it_exists(app: &TestApp) {
        let new = json!({"code": "xinju", "name": "新局", "kind": "department", "valid_from": "2018-06-01"});
        create(&app.coordinator(), "/api/v1/units", &new).await;
        app.coordinator().put("/api/v1/units/ygdw/members/xinju", "*", &periods(&[(None, None)])).await.ok();
        let on = async |day: &str| {
            let path = format!("/api/v1/units?member_of=ygdw&on={day}&q=xinju");
            app.anonymous().get(&path).await.ok().json()["total"].as_u64().unwrap()
        };
        assert_eq!((on("2018-05-31").await, on("2018-06-01").await), (0, 1));
        assert_eq!(app.anonymous().get("/api/v1/requirements?unit=xinju").await.ok().json()["total"], 0);
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let ever = periods(&[(None, None)]);
        let listed = "/api/v1/units/ygdw/members/lyj";
        app.anonymous().put(MEMBER, "*", &ever).await.problem(401, "unauthenticated");
        app.anonymous().delete(listed, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).put(MEMBER, "*", &ever).await.problem(403, "forbidden");
            app.role(role).delete(listed, "*").await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}
