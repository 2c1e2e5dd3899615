//! What somebody can learn who does not read the ledger: nothing of what goes on inside, by no filter, order, count,
//! figure, entity tag or header; and of each plan's figures what its `public_figures` says, a day later.

mod hidden;
mod questions;

use serde_json::{Value, json};

use self::{
    hidden::{Inside, PLANS},
    questions::questions,
};
use crate::support::{Caller, Reply, document::Document};

/// An answer to the last byte, but for what is of each request.
fn answer(reply: &Reply) -> String {
    let id = reply.header("x-request-id").to_owned();
    let headers = reply.headers.iter();
    let mut headers: Vec<String> = headers
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    format!("{} {headers:?} {}", reply.status, reply.text().replace(&id, ""))
}

async fn answers(caller: &Caller<'_>, questions: &[String]) -> Vec<String> {
    let mut answers = Vec::new();
    for question in questions {
        answers.push(answer(&caller.get(question).await));
    }
    answers
}

/// A plan's figures by unit, as somebody is told them.
async fn figures(caller: &Caller<'_>, plan: &str, query: &str) -> Value {
    let path = format!("/api/v1/plans/{plan}/statistics?group_by=unit{query}");
    caller.get(&path).await.ok().json()
}

/// The same without what only readers of the ledger are told.
fn told(figures: &Value) -> Value {
    let groups = figures["groups"].as_array().unwrap().iter();
    groups
        .map(|group| {
            let mut group = group.clone();
            let members = group.as_object_mut().unwrap();
            let count = |members: &serde_json::Map<String, Value>, name: &str| {
                members.get(name).and_then(Value::as_i64).unwrap_or_default()
            };
            let open = count(members, "open") + count(members, "submitted") + count(members, "returned");
            members.remove("submitted");
            members.remove("returned");
            members.insert("open".into(), json!(open));
            group
        })
        .collect()
}

fn unit<'v>(told: &'v Value, code: &str) -> &'v Value {
    told.as_array()
        .unwrap()
        .iter()
        .find(|group| group["key"] == code)
        .unwrap()
}

on_both! {
    async fn what_goes_on_inside_leaves_no_trace_outside(app: &TestApp) {
        app.clock.set("2017-06-29T01:00:00Z".parse().unwrap());
        let inside = Inside::new(app).await;
        app.clock.set("2017-06-30T01:00:00Z".parse().unwrap());
        let mut questions = questions(&Document::of(app).await, &inside);
        // A parameter of files alone, which no question has together with one.
        questions.extend(PLANS.iter().flat_map(|plan| ["docx", "xlsx"].map(|format| format!("/api/v1/plans/{plan}?format={format}&progress=true"))));
        assert!(questions.len() > 300, "{}", questions.len());
        let stranger = app.bearing(Some(app.token("stranger", &["unit_reporter"], Some("houjie"), &[])));
        let (anonymous, coordinator) = (app.anonymous(), app.coordinator());
        let before = answers(&anonymous, &questions).await;
        let refused: Vec<&String> = questions.iter().zip(&before).filter(|(_, answer)| !answer.starts_with("200 ")).map(|(question, _)| question).collect();
        assert!(refused.len() * 4 < questions.len(), "{} of {}: {refused:#?}", refused.len(), questions.len());
        let of_strangers: Vec<String> = PLANS.iter().flat_map(|plan| {
            ["assessment", "assessment?as_of=2017-06-30", "assessment?as_of=2018-01-01", "statistics?group_by=unit", "board.svg", "trend.svg"].map(|what| format!("/api/v1/plans/{plan}/{what}"))
        }).collect();
        let strangers_before = answers(&stranger, &of_strangers).await;
        let insiders_before = answers(&coordinator, &of_strangers).await;

        inside.goes_on().await;
        for moment in ["2017-06-30T01:00:00Z", "2017-06-30T15:59:59Z"] {
            app.clock.set(moment.parse().unwrap());
            for ((question, before), after) in questions.iter().zip(&before).zip(answers(&app.anonymous(), &questions).await) {
                assert_eq!(after, *before, "GET {question}");
            }
        }
        app.clock.set("2017-06-30T01:00:00Z".parse().unwrap());
        assert_eq!(answers(&stranger, &of_strangers).await, strangers_before);
        // They would have shown it.
        for (before, after) in insiders_before.iter().zip(answers(&coordinator, &of_strangers).await) {
            assert_ne!(after, *before);
        }
    }

    /// The next day, of a plan that tells its status: what readers of the ledger were told of the day before.
    async fn figures_of_status_are_a_day_old(app: &TestApp) {
        app.clock.set("2017-06-29T01:00:00Z".parse().unwrap());
        let inside = Inside::new(app).await;
        app.clock.set("2017-06-30T01:00:00Z".parse().unwrap());
        inside.goes_on().await;
        let (anonymous, coordinator) = (app.anonymous(), app.coordinator());
        let now = figures(&anonymous, "zt-2017", "").await;
        assert_eq!((&now["as_of"], &now["known_on"]), (&json!("2017-06-30"), &json!("2017-06-29")));
        assert_eq!(figures(&coordinator, "zt-2017", "").await.get("known_on"), None);
        app.clock.set("2017-07-01T01:00:00Z".parse().unwrap());
        let (anonymous, coordinator) = (app.anonymous(), app.coordinator());
        let next = figures(&anonymous, "zt-2017", "").await;
        assert_eq!(next["known_on"], "2017-06-30");
        assert_eq!(told(&next), told(&figures(&coordinator, "zt-2017", "").await));
        assert_ne!(told(&next), told(&figures(&anonymous, "zt-2017", "&as_of=2017-06-29").await));
        let humen = |figures: &Value| (unit(&told(figures), "humen")["reported"].clone(), unit(&told(figures), "humen")["fulfilled"].clone());
        assert_eq!(humen(&next), (json!(3), json!(3)));
        assert_eq!(humen(&now), (json!(1), json!(1)));
        let board = anonymous.get("/api/v1/plans/zt-2017/board.svg").await.ok().text();
        assert!(board.contains("截至 2017-07-01 (as of 2017-07-01)，按 2017-06-30 终了时所知"), "{board}");
        // Readers of the ledger, and nobody else, are told of this day.
        let late = inside.report("zt-2017", "houjie", 1, &["submit"]).await;
        assert_eq!(told(&figures(&anonymous, "zt-2017", "").await), told(&next));
        assert_ne!(told(&figures(&coordinator, "zt-2017", "").await), told(&next));
        inside.act(&late, "accept").await;
        inside.act(&late, "clear").await;
        assert_eq!(told(&figures(&anonymous, "zt-2017", "").await), told(&next));
    }

    /// Of a plan that tells of cleared reports only, a figure moves when one is cleared, and when one is taken back.
    async fn figures_of_cleared_reports_move_with_them(app: &TestApp) {
        app.clock.set("2017-06-29T01:00:00Z".parse().unwrap());
        let inside = Inside::new(app).await;
        app.clock.set("2017-06-30T01:00:00Z".parse().unwrap());
        inside.reports_go_on("hz-2017").await;
        let waiting = inside.report("hz-2017", "changan", 2, &["submit", "accept"]).await;
        app.clock.set("2017-07-01T01:00:00Z".parse().unwrap());
        let anonymous = app.anonymous();
        let of = async |what: &str| {
            let figures = told(&figures(&anonymous, "hz-2017", "").await);
            (unit(&figures, "humen")[what].as_i64().unwrap(), unit(&figures, "changan")[what].as_i64().unwrap())
        };
        assert_eq!((of("reported").await, of("fulfilled").await, of("on_time").await), ((1, 0), (1, 0), (1, 0)));
        assert_eq!(of("expected").await, (3, 3));
        assert_eq!(of("overdue").await, (2, 3));
        let board = anonymous.get("/api/v1/plans/hz-2017/board.svg?as_of=2017-07-01").await.ok().text();
        let before = figures(&anonymous, "hz-2017", "&as_of=2017-06-30").await;
        inside.act(&waiting, "clear").await;
        assert_eq!((of("reported").await, of("fulfilled").await, of("late").await), ((1, 1), (1, 1), (0, 1)));
        assert_eq!(of("overdue").await, (2, 2));
        let after = anonymous.get("/api/v1/plans/hz-2017/board.svg?as_of=2017-07-01").await.ok().text();
        let may = |light: &str| format!("<title>长安镇 2017-05 {light}：1</title>");
        assert!(board.contains(&may("红灯 red")) && after.contains(&may("已办结 done")));
        // On the day before it was not public.
        assert_eq!(figures(&anonymous, "hz-2017", "&as_of=2017-06-30").await, before);
        // As many as there are reports that anybody may read.
        let public = anonymous.get("/api/v1/progress-reports?plan=hz-2017").await.ok().json();
        assert_eq!(public["total"], 2);
        inside.act(&waiting, "withhold").await;
        assert_eq!((of("reported").await, of("late").await), ((1, 0), (0, 0)));
        let ledger = told(&figures(&app.coordinator(), "hz-2017", "").await);
        assert_eq!(unit(&ledger, "humen")["reported"], 3);
    }

    async fn what_figures_tell_is_a_setting_of_the_plan(app: &TestApp) {
        let coordinator = app.coordinator();
        let plan = coordinator.get("/api/v1/plans/dg-2017").await.ok();
        assert_eq!(plan.json()["settings"]["public_figures"], "status");
        let mut settings = plan.json()["settings"].clone();
        settings["public_figures"] = json!("nothing");
        let patch = json!({"settings": settings, "reason": "口径"});
        coordinator.patch("/api/v1/plans/dg-2017", &plan.etag(), &patch).await.problem(422, "invalid");
        settings["public_figures"] = json!("cleared");
        let patch = json!({"settings": settings, "reason": "口径"});
        let changed = coordinator.patch("/api/v1/plans/dg-2017", &plan.etag(), &patch).await.ok().json();
        assert_eq!(changed["settings"]["public_figures"], "cleared");
    }
}
