//! `GET /extensions/{id}`, also as of another day

use serde_json::json;

use super::act;

on_both! {
    /// The log knows what was, also when the thing has changed since.
    async fn tells_what_an_extension_was_on_a_day(app: &TestApp) {
        let request = json!({
            "obligation_id": "dg-2017.2.1.d1.zdb.2017", "requested_due_on": "2018-02-16", "reason": "征地未完成", "progress": "已公开三批"
        });
        let unit = || app.somebody("wang", "unit_reporter", Some("zdb"));
        let asked = unit().post("/api/v1/extensions", &request).await.expect(201).json();
        let path = format!("/api/v1/extensions/{}", asked["id"].as_str().unwrap());
        app.clock.set("2017-07-05T01:00:00Z".parse().unwrap());
        act(&app.coordinator(), &path, "grant", "*", &json!({})).await.ok();
        app.clock.set("2017-07-10T01:00:00Z".parse().unwrap());
        let on = async |day: &str| app.coordinator().get(&format!("{path}?as_of={day}")).await;
        on("2017-06-29").await.problem(404, "not_found");
        for (day, status, version) in [("2017-06-30", "requested", 1), ("2017-07-04", "requested", 1), ("2017-07-05", "granted", 2), ("2017-12-31", "granted", 2)] {
            let then = on(day).await.ok().json();
            assert_eq!((&then["status"], &then["version"]), (&json!(status), &json!(version)), "{day}");
            assert_eq!((&then["id"], &then["allowed_actions"]), (&asked["id"], &json!([])), "{day}");
        }
        let path = format!("{path}?as_of=2017-06-30");
        app.somebody("wang", "unit_reporter", Some("hbj")).get(&path).await.problem(404, "not_found");
        let mut then = unit().get(&path).await.ok().json();
        then["allowed_actions"] = asked["allowed_actions"].clone();
        then["links"] = asked["links"].clone();
        assert_eq!(then, asked);
    }
}
