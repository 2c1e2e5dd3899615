//! `PUT /calendar/{year}`

use serde_json::json;

use crate::support::fixtures::assert_faults;

on_both! {
    async fn an_admin_adds_the_next_one(app: &TestApp) {
        let path = "/api/v1/calendar/2027";
        let off = |days: &[&str]| days.iter().map(|day| json!({"date": day, "name": "放假"})).collect::<Vec<_>>();
        let whole = ["2027-01-01", "2027-05-01", "2027-10-01"];
        let year = json!({"year": 2027, "days_off": off(&whole), "make_up_workdays": []});
        app.anonymous().get(path).await.problem(404, "not_found");
        let put = |caller: crate::support::Caller<'_>| caller.request(reqwest::Method::PUT, path).json(&year);
        crate::support::Reply::to(put(app.coordinator())).await.problem(403, "forbidden");
        crate::support::Reply::to(put(app.role("admin"))).await.expect(200);
        let sum = app.anonymous().get("/api/v1/calendar/working-days?from=2026-12-31&add=1").await.ok().json();
        assert_eq!(sum["date"], "2027-01-04", "01-01 is off, then a weekend");
        // To replace it, one must know what is replaced.
        crate::support::Reply::to(put(app.role("admin"))).await.problem(428, "precondition_required");
        let etag = app.anonymous().etag(path).await;
        let admin = app.role("admin");
        assert!(etag.starts_with(admin.put(path, &etag, &year).await.expect(200).etag().split_once('-').unwrap().0), "as it is");
        let mut renamed = year.clone();
        renamed["days_off"][0]["name"] = json!("元旦");
        admin.put(path, &etag, &renamed).await.expect(200);
        admin.put(path, &etag, &year).await.problem(412, "stale");
        // All of a year, or nothing of it: the days that are not named would be worked.
        for days in [&[][..], &whole[1..], &["2027-02-05", "2027-02-06", "2027-02-07"]] {
            let part = json!({"year": 2027, "days_off": off(days), "make_up_workdays": []});
            let problem = app.role("admin").put(path, "*", &part).await.problem(422, "invalid");
            assert_faults(&problem, &[("/days_off", "required")]);
        }
        assert_eq!(app.anonymous().get(path).await.ok().json()["days_off"].as_array().unwrap().len(), 3);
        let wrong = json!({"year": 2028, "days_off": [{"date": "2027-01-01", "name": "元旦"}], "make_up_workdays": [{"date": "2028-01-03", "name": "元旦"}]});
        let request = app.role("admin").request(reqwest::Method::PUT, "/api/v1/calendar/2028").json(&wrong);
        let problem = crate::support::Reply::to(request).await.problem(422, "invalid");
        let pointers = crate::support::texts(problem["errors"].as_array().unwrap(), "pointer");
        assert_eq!(pointers, ["/days_off/0/date", "/make_up_workdays/0/date"], "another year, and a Monday");
    }

    async fn a_year_is_spelt_one_way(app: &TestApp) {
        app.anonymous().get("/api/v1/calendar/2017").await.ok();
        for spelling in ["02017", "+2017", "%2B2017", "-2017", "17", "2017.0", "２０１７"] {
            let problem = app.anonymous().get(&format!("/api/v1/calendar/{spelling}")).await.problem(404, "not_found");
            assert!(problem["detail"].as_str().unwrap().contains("2017"), "{problem}");
        }
    }
}
