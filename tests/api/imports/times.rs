//! Times of the text, phrases of several times, days outside the plan: shown in the preview, and settled there.

use serde_json::{Value, json};

use super::{called, import};
use crate::support::{Caller, texts};

const FILE: &str = "2018年任务表\n序号,工作任务,责任单位,完成时限\n\
    1,\"每季度末公布水质，每月5日前公布空气质量。\",市财政局,全年\n\
    2,收到诉求后2个工作日内响应。,市教育局,长期坚持\n\
    3,\"6月底前完成一期，12月底前全部完成。\",市教育局,12月底\n\
    4,公开预算。,市财政局,学期前、寒假前\n";

/// Of these codes, what was said and what it would mean.
fn found<'p>(import: &'p Value, code: &str) -> Vec<(&'p str, &'p Value)> {
    let findings = import["preview"]["findings"].as_array().unwrap().iter();
    let of = findings.filter(|finding| finding["code"] == code);
    of.map(|finding| (finding["original"].as_str().unwrap(), &finding["rules"]))
        .collect()
}

async fn sent(caller: &Caller<'_>, file: &str) -> (String, Value) {
    let made = import(caller, "a.csv", file.as_bytes()).await.expect(201);
    (made.header("location").to_owned(), made.json())
}

/// The deadlines of a requirement that was made.
async fn deadlines(caller: &Caller<'_>, requirement: &str) -> Vec<Value> {
    let made = caller
        .get(&format!("/api/v1/requirements/{requirement}"))
        .await
        .ok()
        .json();
    let of = |deadline: &Value| json!([deadline["phrase"], deadline["source"], deadline["rule"]]);
    made["deadlines"].as_array().unwrap().iter().map(of).collect()
}

on_both! {
    async fn of_the_text_are_shown_and_accepted(app: &TestApp) {
        let zhao = app.coordinator();
        let (path, made) = sent(&zhao, FILE).await;
        let quarterly = json!({"kind": "recurring", "every": "quarter", "due": {"kind": "period_end"}});
        let within = json!({"kind": "on_event", "event": "收到诉求", "within": {"count": 2, "unit": "working_day"}});
        let shown = found(&made, "time_in_text");
        let said: Vec<&str> = shown.iter().map(|(said, _)| *said).collect();
        assert_eq!(said, ["每季度末公布水质", "每月5日前公布空气质量", "收到诉求后2个工作日内响应", "6月底前完成一期"]);
        assert_eq!((shown[0].1, shown[2].1), (&json!([quarterly]), &json!([within])));
        // Findings are sent back as they are, or with a rule of one's own.
        let findings = made["preview"]["findings"].as_array().unwrap().iter();
        let accepted = findings.filter(|finding| finding["code"] == "time_in_text");
        let mut accepted: Vec<Value> = accepted
            .map(|finding| json!({"place": finding["place"], "original": finding["original"], "rules": finding["rules"]}))
            .collect();
        accepted[0]["rules"] = json!([{"kind": "recurring", "every": "quarter", "due": {"kind": "after", "count": 5, "unit": "day"}}]);
        accepted[1] = json!({"original": "每月5日前公布空气质量"});
        let two = json!([{"kind": "date", "due_on": "2018-02-28"}, {"kind": "date", "due_on": "2018-07-10"}]);
        let better = json!({"plan": {"id": "rw-2018"}, "text_deadlines": accepted, "rules": {"学期前、寒假前": two}});
        let ready = zhao.patch(&path, "*", &better).await.ok().json();
        assert_eq!(ready["preview"]["findings"], json!([]));
        zhao.transition(&format!("{path}/commit"), "*").await.ok();
        let monthly = json!({"kind": "recurring", "every": "month", "due": {"kind": "day", "day": 5}});
        assert_eq!(deadlines(&zhao, "rw-2018.1.1").await, [
            json!(["全年", "column", {"kind": "year_round"}]),
            json!(["每季度末公布水质", "text", accepted[0]["rules"][0]]),
            json!(["每月5日前公布空气质量", "text", monthly]),
        ]);
        assert_eq!(deadlines(&zhao, "rw-2018.2.1").await[1], json!(["收到诉求后2个工作日内响应", "text", within]));
        assert_eq!(deadlines(&zhao, "rw-2018.3.1").await[1],
            json!(["6月底前完成一期", "text", {"kind": "date", "due_on": "2018-06-30", "label": "完成一期"}]));
        // One phrase, two days.
        assert_eq!(deadlines(&zhao, "rw-2018.4.1").await, [
            json!(["学期前、寒假前", "column", two[0]]), json!(["学期前、寒假前", "column", two[1]]),
        ]);
    }

    async fn are_corrected_where_they_stand_or_not_at_all(app: &TestApp) {
        let zhao = app.coordinator();
        let (path, _) = sent(&zhao, FILE).await;
        let refused = async |patch: Value, pointer: &str| {
            let problem = zhao.patch(&path, "*", &patch).await.problem(422, "invalid");
            assert_eq!(texts(problem["errors"].as_array().unwrap(), "pointer"), [pointer], "{problem}");
        };
        let rule = json!({"kind": "year_round"});
        refused(json!({"rules": {"寒假": rule}}), "/rules/寒假").await;
        refused(json!({"rules": {"全年": []}}), "/rules/全年").await;
        refused(json!({"units": {"市教委": ["jyj"]}}), "/units/市教委").await;
        refused(json!({"columns": {"1.9": "extra"}}), "/columns/1.9").await;
        refused(json!({"column_names": {"2.1": "总投资"}}), "/column_names/2.1").await;
        refused(json!({"text_deadlines": [{"original": "每季度"}]}), "/text_deadlines/0").await;
        let elsewhere = json!({"original": "每季度末公布水质", "place": {"table": 1, "row": 9}});
        refused(json!({"text_deadlines": [elsewhere]}), "/text_deadlines/0").await;
        assert_eq!(zhao.get(&path).await.ok().json()["version"], 1);
        // Parts of a phrase may be told one by one.
        let parts = json!({"学期前": {"kind": "date", "due_on": "2018-02-28"}, "寒假前": {"kind": "date", "due_on": "2018-07-10"}});
        let ready = zhao.patch(&path, "*", &json!({"plan": {"id": "rw-2018"}, "rules": parts})).await.ok().json();
        assert_eq!(texts(ready["preview"]["tasks"][3]["requirements"][0]["deadlines"].as_array().unwrap(), "phrase"), ["学期前", "寒假前"]);
        // What fits no more says so.
        let later = zhao.patch(&path, "*", &json!({"columns": {"1.4": "skip"}})).await.ok().json();
        assert_eq!(found(&later, "unused_correction").len(), 2, "{later}");
    }

    async fn outside_the_plan_are_warned_of_and_asked_about(app: &TestApp) {
        let zhao = app.coordinator();
        let file = "2018年任务表\n序号,工作任务,责任单位,完成时限\n1,公开预算。,市财政局,2016年6月30日前\n\
            2,报送年报。,市财政局,2019年1月31日前\n3,公开校历。,市教育局,6月底\n";
        let (path, made) = sent(&zhao, file).await;
        let said: Vec<&str> = found(&made, "outside_period").into_iter().map(|(said, _)| said).collect();
        assert_eq!(said, ["2016年6月30日前", "2019年1月31日前"]);
        zhao.patch(&path, "*", &called("rw-2018")).await.ok();
        zhao.transition(&format!("{path}/commit"), "*").await.ok();
        // A year's report is of the next January; one of years ago is nobody's.
        let publish = "/api/v1/plans/rw-2018/publish";
        let problem = zhao.transition(publish, "*").await.problem(409, "open_questions");
        assert_eq!(problem["open_questions"], json!([{"kind": "outside_period", "count": 1, "requirements": ["rw-2018.1.1"]}]));
        zhao.transition(&format!("{publish}?accept_open=true"), "*").await.ok();
        // Who published it knows: it waits for nobody.
        assert_eq!(zhao.get("/api/v1/me/todo?plan=rw-2018&kind=deadline_to_set").await.ok().json()["total"], 0);
        let longer = json!({"plan": {"period_from": "2016-01-01", "period_to": "2019-12-31"}});
        let (path, _) = sent(&zhao, file).await;
        assert!(found(&zhao.patch(&path, "*", &longer).await.ok().json(), "outside_period").is_empty());
    }
}
