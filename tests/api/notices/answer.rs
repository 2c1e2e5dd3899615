//! `POST /notices/{id}/acknowledge` and `POST /notices/{id}/answer`

use serde_json::json;

use super::{Reply, act, circular, coordinator, drafted, ids, issued, of_unit, reminder, say, with};

on_both! {
    async fn each_unit_acknowledges_and_answers_for_itself(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let both = json!({"units": ["humen", "changan"]});
        let path = issued(&wang, &with(reminder(), &both)).await;
        let (humen, changan, houjie) = (of_unit(app, "humen"), of_unit(app, "changan"), of_unit(app, "houjie"));
        act(&houjie, &path, "acknowledge").await.problem(404, "not_found");
        act(&wang, &path, "acknowledge").await.problem(403, "forbidden");
        let (of_humen, of_changan) = (humen.etag(&path).await, changan.etag(&path).await);
        humen.transition(&format!("{path}/acknowledge"), "\"77\"").await.problem(412, "stale");
        let received = humen.transition(&format!("{path}/acknowledge"), &of_humen).await.ok();
        assert_eq!(received.json()["units"][0]["acknowledged_by"], "of-humen");
        assert_eq!(humen.etag(&path).await, received.etag());
        // What one unit does stands in nobody's way.
        changan.transition(&format!("{path}/acknowledge"), &of_changan).await.ok();
        act(&humen, &path, "acknowledge").await.problem(409, "wrong_state");
        say(&humen, &path, "answer", &json!({"text": " "})).await.problem(422, "invalid");
        say(&humen, &path, "answer", &json!({"text": "已报", "unit": "changan"})).await.problem(422, "invalid");
        let answered = say(&humen, &path, "answer", &json!({"text": "已报"})).await.ok().json();
        assert_eq!(answered["units"][0]["answer"]["text"], "已报");
        let again = say(&humen, &path, "answer", &json!({"text": "已补报"})).await.ok().json();
        assert_eq!(again["units"][0]["answer"]["text"], "已补报", "in time, it may be replaced");
        let whole = wang.get(&path).await.ok().json();
        let parts: Vec<bool> = whole["units"].as_array().unwrap().iter().map(|one| one.get("answer").is_some()).collect();
        assert_eq!(parts, [false, true], "长安镇 has not answered");
    }

    async fn a_late_answer_is_late_and_stands(app: &TestApp) {
        let path = issued(&coordinator(app, "wang"), &with(reminder(), &json!({"units": ["humen", "changan"]}))).await;
        say(&of_unit(app, "changan"), &path, "answer", &json!({"text": "已报"})).await.ok();
        for (now, overdue) in [("2017-07-07T15:59:59Z", false), ("2017-07-07T16:00:00Z", true)] {
            app.clock.set(now.parse().unwrap());
            let (wang, humen, changan) = (coordinator(app, "wang"), of_unit(app, "humen"), of_unit(app, "changan"));
            assert_eq!(humen.get(&path).await.ok().json()["overdue"], overdue, "{now}");
            assert_eq!(changan.get(&path).await.ok().json()["overdue"], false, "{now}");
            let found = |caller, query: &'static str| async move { !ids(caller, query).await.is_empty() };
            assert_eq!(found(&wang, "overdue=true").await, overdue);
            assert_eq!(found(&wang, "overdue=false").await, !overdue);
            assert!(!found(&wang, "overdue=true&unit=changan").await);
            assert_eq!(found(&humen, "overdue=true").await, overdue);
            assert!(!found(&changan, "overdue=true").await);
        }
        let (humen, changan) = (of_unit(app, "humen"), of_unit(app, "changan"));
        say(&changan, &path, "answer", &json!({"text": "换一个说法"})).await.problem(409, "wrong_state");
        let late = say(&humen, &path, "answer", &json!({"text": "迟报了"})).await.ok().json();
        assert_eq!(late["overdue"], false);
        assert!(late["units"][0].get("acknowledged_at").is_some(), "whoever answers has received it");
        say(&humen, &path, "answer", &json!({"text": "再改"})).await.problem(409, "wrong_state");
    }

    /// Others of its units do not stand in its way, and what it reads is what it answers to.
    async fn a_unit_answers_to_the_version_that_it_read(app: &TestApp) {
        let (wang, humen, changan) = (coordinator(app, "wang"), of_unit(app, "humen"), of_unit(app, "changan"));
        let path = issued(&wang, &with(reminder(), &json!({"units": ["humen", "changan"]}))).await;
        let read = humen.get(&path).await.ok();
        let (version, etag) = (read.json()["version"].as_i64().unwrap(), read.etag());
        act(&changan, &path, "acknowledge").await.ok();
        assert_eq!(humen.etag(&path).await, etag);
        let request = |etag: &str| {
            let request = humen.request(reqwest::Method::POST, &format!("{path}/answer"));
            Reply::to(request.header("If-Match", etag).json(&json!({"text": "已报"})))
        };
        let answered = request(&etag).await.ok();
        let now = humen.get(&path).await.ok();
        assert_eq!((answered.etag(), answered.json()), (now.etag(), now.json()));
        assert_eq!(now.json()["version"], version + 1);
        let stale = request(&etag).await.expect(412);
        assert_eq!(stale.etag(), format!("\"{}\"", version + 1));
        request(&stale.etag()).await.ok();
    }

    async fn praise_is_acknowledged_and_not_answered(app: &TestApp) {
        let (wang, li) = (coordinator(app, "wang"), coordinator(app, "li"));
        let path = drafted(&wang, &circular("commendation")).await;
        act(&wang, &path, "submit").await.ok();
        act(&li, &path, "approve").await.ok();
        act(&wang, &path, "issue").await.ok();
        let humen = of_unit(app, "humen");
        assert_eq!(humen.get(&path).await.ok().json()["allowed_actions"], json!(["acknowledge"]));
        say(&humen, &path, "answer", &json!({"text": "谢谢"})).await.problem(409, "wrong_state");
        act(&humen, &path, "acknowledge").await.ok();
    }
}
