//! `/calendar`, and `/deadlines/parse`, which needs no calendar but no token either

mod missing;

mod working_days {

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
}

mod days {
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
}

mod years {
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
}

mod parse {
    use serde_json::json;

    on_both! {
        async fn explains_a_phrase_to_anybody(app: &TestApp) {
            let read = async |phrase: &str| app.anonymous().post("/api/v1/deadlines/parse", &json!({"phrase": phrase, "year": 2017})).await;
            let end = read("十二月底").await.ok().json();
            assert_eq!(end["rules"], json!([{"kind": "date", "due_on": "2017-12-31"}]));
            let exams = read("中考3月\n\n高考11月").await.ok().json();
            assert_eq!(exams["readings"][1]["rule"], json!({"kind": "date", "due_on": "2017-11-30", "label": "高考"}));
            assert_eq!(exams["readings"][1]["from"], "高考11月");
            let quarter = read("每季度第一个月10日前").await.ok().json();
            assert_eq!(quarter["readings"][0]["dates"], json!(["2017-01-10", "2017-04-10", "2017-07-10", "2017-10-10"]));
            assert_eq!(read("收到省级政策文件后及时转发").await.ok().json()["rules"][0]["kind"], "on_event");
            for unreadable in ["适时", "2月30日", "待定", "6月底前完成初稿"] {
                let problem = read(unreadable).await.problem(422, "deadline_unreadable");
                assert_eq!(problem["errors"][0]["pointer"], "/phrase", "{unreadable}");
            }
            // Whoever has no year means this one: the clock shows 2017.
            let now = app.anonymous().post("/api/v1/deadlines/parse", &json!({"phrase": "年底前"})).await.ok().json();
            assert_eq!(now["rules"][0]["due_on"], "2017-12-31");
        }

        async fn reads_every_phrase_of_the_plan_as_the_plan_has_it(app: &TestApp) {
            for deadline in app.anonymous().walk("/api/v1/deadlines?source=column&limit=200").await {
                let body = json!({"phrase": deadline["phrase"], "year": 2017});
                let reading = app.anonymous().post("/api/v1/deadlines/parse", &body).await.ok().json();
                assert_eq!(reading["rules"][0]["kind"], deadline["rule"]["kind"], "{}", deadline["phrase"]);
                assert_eq!(reading["rules"][0].get("due_on"), deadline["rule"].get("due_on"), "{}", deadline["phrase"]);
            }
        }
    }
}
