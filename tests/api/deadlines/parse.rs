//! `POST /deadlines/parse`, which needs no token

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
        let drafts = read("6月底前完成初稿，9月底前完成终稿").await.ok().json();
        assert_eq!(drafts["rules"][1], json!({"kind": "date", "due_on": "2017-09-30", "label": "完成终稿"}));
        let later = read("每季度结束后10日内").await.ok().json();
        assert_eq!(later["rules"][0]["due"], json!({"kind": "after", "count": 10, "unit": "day"}));
        assert_eq!(later["readings"][0]["dates"], json!(["2017-04-10", "2017-07-10", "2017-10-10", "2018-01-10"]));
        let shown = async |phrase: &str, year: i32| {
            let body = json!({"phrase": phrase, "year": year});
            app.anonymous().post("/api/v1/deadlines/parse", &body).await.ok().json()["readings"][0].clone()
        };
        let worked = shown("每季度结束后5个工作日内", 2025).await;
        assert_eq!(worked["dates"], json!(["2025-04-08", "2025-07-07", "2025-10-14", "2026-01-08"]));
        assert_eq!(worked.get("calendar"), None);
        // The last of 2026 is due in a year of which nobody knows yet which days are worked.
        let last = shown("每月结束后3个工作日内", 2026).await;
        assert_eq!((last["dates"].as_array().unwrap().len(), &last["calendar"]), (11, &json!("missing:2027")));
        let none = shown("每月结束后3个工作日内", 2030).await;
        assert_eq!((&none["dates"], &none["calendar"]), (&json!([]), &json!("missing:2030")));
        assert_eq!(shown("每季度结束后10日内", 2030).await.get("calendar"), None);
        for unreadable in ["适时", "2月30日", "待定", "三月内"] {
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
