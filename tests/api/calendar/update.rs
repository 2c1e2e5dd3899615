//! `PUT /calendar/{year}`

use serde_json::json;

on_both! {
    async fn an_admin_adds_the_next_one(app: &TestApp) {
        let path = "/api/v1/calendar/2027";
        let year = json!({"year": 2027, "days_off": [{"date": "2027-01-01", "name": "元旦"}], "make_up_workdays": []});
        app.anonymous().get(path).await.problem(404, "not_found");
        let put = |caller: crate::support::Caller<'_>| caller.request(reqwest::Method::PUT, path).json(&year);
        crate::support::Reply::to(put(app.coordinator())).await.problem(403, "forbidden");
        crate::support::Reply::to(put(app.role("admin"))).await.expect(200);
        let sum = app.anonymous().get("/api/v1/calendar/working-days?from=2026-12-31&add=1").await.ok().json();
        assert_eq!(sum["date"], "2027-01-04", "01-01 is off, then a weekend");
        // To replace it, one must know what is replaced.
        crate::support::Reply::to(put(app.role("admin"))).await.problem(428, "precondition_required");
        let etag = app.anonymous().etag(path).await;
        app.role("admin").put(path, &etag, &year).await.expect(200);
        app.role("admin").put(path, &etag, &year).await.problem(412, "stale");
        let wrong = json!({"year": 2028, "days_off": [{"date": "2027-01-01", "name": "元旦"}], "make_up_workdays": [{"date": "2028-01-03", "name": "元旦"}]});
        let request = app.role("admin").request(reqwest::Method::PUT, "/api/v1/calendar/2028").json(&wrong);
        let problem = crate::support::Reply::to(request).await.problem(422, "invalid");
        let pointers = crate::support::texts(problem["errors"].as_array().unwrap(), "pointer");
        assert_eq!(pointers, ["/days_off/0/date", "/make_up_workdays/0/date"], "another year, and a Monday");
    }
}
