//! `GET /calendar/working-days`

on_both! {
    async fn counts_as_the_state_council_says(app: &TestApp) {
        // Start days are not counted; the third of them crosses 国庆 with its make-up Saturday.
        let vectors = [
            ("2017-01-20", 3, "2017-01-24"), ("2017-01-26", 3, "2017-02-06"), ("2017-03-30", 3, "2017-04-05"),
            ("2017-04-27", 3, "2017-05-03"), ("2017-05-26", 3, "2017-06-01"), ("2017-09-28", 3, "2017-10-09"),
            ("2017-09-29", 20, "2017-11-02"), ("2017-12-29", 3, "2018-01-04"), ("2020-01-22", 3, "2020-02-04"),
            ("2024-02-08", 3, "2024-02-19"), ("2025-09-26", 20, "2025-10-30"), ("2026-02-13", 3, "2026-02-25"),
        ];
        let anybody = app.anonymous();
        for (from, add, expected) in vectors {
            let reply = anybody.get(&format!("/api/v1/calendar/working-days?from={from}&add={add}")).await.ok().json();
            assert_eq!(reply["date"], expected, "{from} + {add}");
            let back = anybody.get(&format!("/api/v1/calendar/working-days?from={from}&to={expected}")).await.ok().json();
            assert_eq!(back["working_days"], add);
        }
        let missing = anybody.get("/api/v1/calendar/working-days?from=2026-12-25&add=20").await.problem(422, "no_calendar");
        assert!(missing["detail"].as_str().unwrap().contains("2027"));
    }

    async fn asks_for_one_way_to_count(app: &TestApp) {
        let anybody = app.anonymous();
        for query in ["from=2017-01-01", "from=2017-01-01&add=1&to=2017-02-01", "add=3", "from=2017-01-01&add=5001", "from=2017-13-01&add=1"] {
            anybody.get(&format!("/api/v1/calendar/working-days?{query}")).await.problem(400, "invalid_parameter");
        }
    }
}
