//! `GET /calendar/days`

use serde_json::json;

on_both! {
    async fn lists_each_day_with_its_festival(app: &TestApp) {
        let anybody = app.anonymous();
        let days = anybody.get("/api/v1/calendar/days?from=2017-09-30&to=2017-10-09").await.ok().json();
        assert_eq!((days["total"].as_u64(), days["working_days"].as_u64()), (Some(10), Some(2)));
        assert_eq!(days["items"][0], json!({"date": "2017-09-30", "working_day": true, "name": "国庆节"}));
        let workdays = |year: i32| format!("/api/v1/calendar/days?from={year}-01-01&to={year}-12-31");
        for (year, expected) in (2017..=2026).zip([249, 250, 250, 249, 250, 249, 249, 251, 248, 248]) {
            assert_eq!(anybody.get(&workdays(year)).await.ok().json()["working_days"], expected, "{year}");
        }
        anybody.get("/api/v1/calendar/days?from=2010-01-01&to=2016-01-01").await.problem(400, "invalid_parameter");
    }
}
