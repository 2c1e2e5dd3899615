//! `POST /obligations/{id}/exempt` and `POST /obligations/{id}/restore`, and `POST /obligations/exemptions`: many at once

use serde_json::{Value, json};

on_both! {
    async fn an_exemption_has_a_reason_and_an_end(app: &TestApp) {
        let path = "/api/v1/obligations/dg-2017.1.1.d1.humen.2017Q2";
        let coordinator = app.coordinator();
        let exempt = async |caller: crate::support::Caller<'_>, etag: &str, body: &Value| {
            let request = caller.request(reqwest::Method::POST, &format!("{path}/exempt")).header("If-Match", etag).json(body);
            crate::support::Reply::to(request).await
        };
        let etag = coordinator.etag(path).await;
        exempt(coordinator.clone(), &etag, &json!({})).await.problem(422, "invalid");
        exempt(app.role("inspector"), &etag, &json!({"reason": "x"})).await.problem(403, "forbidden");
        let row = exempt(coordinator.clone(), &etag, &json!({"reason": "职责已划转"})).await.ok().json();
        assert_eq!((row["state"].as_str(), row["light"].as_str(), row["allowed_actions"][0].as_str()), (Some("exempted"), Some("none"), Some("restore")));
        exempt(coordinator.clone(), &etag, &json!({"reason": "再一次"})).await.problem(412, "stale");
        exempt(coordinator.clone(), "*", &json!({"reason": "再一次"})).await.problem(409, "wrong_state");
        let statistics = coordinator.get("/api/v1/plans/dg-2017/statistics").await.ok().json();
        assert_eq!(statistics["total"]["exempted"], 1);
        // An amendment does not undo it.
        let task = "/api/v1/tasks/dg-2017.1";
        let new = json!({"task_id": "dg-2017.1", "text": "新增要求", "units": [{"code": "humen"}], "deadlines": [], "reason": "增补"});
        coordinator.post("/api/v1/requirements", &new).await.expect(201);
        assert_eq!(coordinator.get(path).await.ok().json()["state"], "exempted", "{task}");
        let row = coordinator.transition(&format!("{path}/restore"), "*").await.ok().json();
        assert_eq!((row["state"].as_str(), row["light"].as_str()), (Some("open"), Some("yellow")));
    }

    /// With one reason; each has its own result, or none is exempted.
    async fn many_at_once(app: &TestApp) {
        let (boss, path) = (app.coordinator(), "/api/v1/obligations/exemptions");
        let id = |unit: &str| format!("dg-2017.1.1.d1.{unit}.2017Q2");
        let item = |unit: &str, version: i64| json!({"id": id(unit), "version": version});
        let exempted = async || boss.get("/api/v1/obligations?state=exempted&limit=1").await.ok().json()["total"].clone();
        let listed = |items: &[Value]| json!({"reason": "职责已划转", "obligations": items});
        for role in ["inspector", "auditor", "admin"] {
            app.role(role).post(path, &listed(&[item("humen", 1)])).await.problem(403, "forbidden");
        }
        let town = app.bearing(Some(app.token("li", &["unit_reporter"], Some("humen"), &[])));
        town.post(path, &listed(&[item("humen", 1)])).await.problem(403, "forbidden");
        // All or none.
        let mut some = listed(&[item("humen", 1), item("changan", 2), item("nosuch", 1)]);
        some["atomic"] = true.into();
        let refused = boss.post(path, &some).await.problem(422, "invalid");
        let faults: Vec<(&str, &str)> = refused["errors"].as_array().unwrap().iter().map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect();
        assert_eq!((faults, exempted().await), (vec![("/obligations/1", "conflict"), ("/obligations/2", "not_found")], json!(0)));
        some["atomic"] = false.into();
        let told = boss.post(path, &some).await.ok().json();
        let results: Vec<(&str, u64, Option<&str>)> = told["items"].as_array().unwrap().iter()
            .map(|item| (item["id"].as_str().unwrap(), item["status"].as_u64().unwrap(), item["code"].as_str())).collect();
        let wanted = [(id("humen"), 200, None), (id("changan"), 412, Some("stale")), (id("nosuch"), 404, Some("not_found"))];
        assert!(results.into_iter().eq(wanted.iter().map(|(id, status, code)| (id.as_str(), *status, *code))), "{told}");
        assert_eq!((&told["done"], &told["failed"], exempted().await), (&json!(1), &json!(2), json!(1)));
        let row = boss.get(&format!("/api/v1/obligations/{}", id("humen"))).await.ok().json();
        assert_eq!((&row["exemption"]["reason"], &row["version"]), (&json!("职责已划转"), &told["items"][0]["version"]));
        let again = boss.post(path, &listed(&[item("humen", 2), item("changan", 1)])).await.ok().json();
        assert_eq!((&again["items"][0]["code"], &again["items"][1]["status"], exempted().await), (&json!("wrong_state"), &json!(200), json!(2)));
        // What cannot be read changes nothing.
        for (body, pointer) in [
            (listed(&[]), "/obligations"),
            (listed(&[item("dalang", 1), item("dalang", 1)]), "/obligations/1/id"),
            (json!({"reason": " ", "obligations": [item("dalang", 1)]}), "/reason"),
            (json!({"obligations": [item("dalang", 1)]}), "/reason"),
            (listed(&[json!({"id": "dalang", "version": 1})]), "/obligations/0/id"),
        ] {
            assert_eq!(boss.post(path, &body).await.problem(422, "invalid")["errors"][0]["pointer"], pointer, "{body}");
        }
        assert_eq!(exempted().await, 2);
    }
}
