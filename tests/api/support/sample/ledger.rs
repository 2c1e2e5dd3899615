//! Requests about the ledger: on the real plan, on obligations that were made for them.

use serde_json::{Value, json};

use super::Sample;
use crate::support::TestApp;

/// 39.1 waits for a document from the city, and 市政务服务办 is among who acts on it.
const WAITING: &str = "/api/v1/deadlines/dg-2017.39.1.d1/occurrences";

/// The request of the operation `id`, if it is one of the ledger's.
pub async fn sample(app: &TestApp, id: &str) -> Option<Sample> {
    let happened = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"});
    let reason = json!({"reason": "理由"});
    Some(match id {
        "parse_deadline" => Sample::with("/api/v1/deadlines/parse", json!({"phrase": "12月底", "year": 2017})),
        "list_days" => Sample::at("/api/v1/calendar/days?from=2017-10-01&to=2017-10-08"),
        "count_working_days" => Sample::at("/api/v1/calendar/working-days?from=2017-09-28&add=3"),
        "get_calendar_year" => Sample::at("/api/v1/calendar/2017"),
        "put_calendar_year" => {
            let year = app.anonymous().get("/api/v1/calendar/2026").await.ok().json();
            Sample::with("/api/v1/calendar/2026", year)
        }
        "get_statistics" => Sample::at("/api/v1/plans/dg-2017/statistics"),
        "get_board" => Sample::at("/api/v1/plans/dg-2017/board.svg"),
        "list_occurrences" => Sample::at(WAITING),
        "register_occurrence" => Sample::with(WAITING, happened),
        "update_occurrence" => Sample::with(event(app).await.0, json!({"note": "备注"})),
        "withdraw_occurrence" => Sample::with(format!("{}/withdraw", event(app).await.0), reason),
        "list_obligations" => Sample::at("/api/v1/obligations"),
        "get_obligation" => Sample::at(event(app).await.1),
        "exempt_obligation" => Sample::with(format!("{}/exempt", event(app).await.1), reason),
        "restore_obligation" => {
            let obligation = event(app).await.1;
            let request = app
                .coordinator()
                .request(reqwest::Method::POST, &format!("{obligation}/exempt"));
            crate::support::Reply::to(request.header("If-Match", "*").json(&reason))
                .await
                .ok();
            Sample::at(format!("{obligation}/restore"))
        }
        "open_calendar_feed" => Sample::at("/api/v1/units/zwfwb/calendar-feed"),
        "get_calendar_feed" => {
            let opened = app
                .coordinator()
                .transition("/api/v1/units/zwfwb/calendar-feed", "*")
                .await;
            let url = opened.expect(201).json()["url"].as_str().unwrap().to_owned();
            Sample::at(url.strip_prefix(&app.base).unwrap().to_owned())
        }
        "list_extensions" => Sample::at("/api/v1/extensions"),
        "request_extension" => Sample::with("/api/v1/extensions", request(&event(app).await.1)),
        "get_extension" => Sample::at(extension(app).await),
        "sign_extension" => {
            let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行签发"});
            app.coordinator()
                .patch("/api/v1/plans/dg-2017", "*", &settings)
                .await
                .ok();
            Sample::at(format!("{}/sign", extension(app).await))
        }
        "withdraw_extension" => Sample::at(format!("{}/withdraw", extension(app).await)),
        "grant_extension" | "refuse_extension" => {
            let settings = json!({"settings": {"unit_signoff": false}, "reason": "不再签发"});
            app.coordinator()
                .patch("/api/v1/plans/dg-2017", "*", &settings)
                .await
                .ok();
            let (action, body) = if id == "grant_extension" {
                ("grant", json!({}))
            } else {
                ("refuse", reason)
            };
            Sample::with(format!("{}/{action}", extension(app).await), body)
        }
        _ => return None,
    })
}

/// A new event, and what 市政务服务办 owes for it.
pub async fn event(app: &TestApp) -> (String, String) {
    let happened = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"});
    let event = app.coordinator().post(WAITING, &happened).await.expect(201).json();
    let (id, period) = (event["id"].as_str().unwrap(), event["period"].as_str().unwrap());
    (
        format!("{WAITING}/{id}"),
        format!("/api/v1/obligations/dg-2017.39.1.d1.zwfwb.{period}"),
    )
}

fn request(obligation: &str) -> Value {
    let id = obligation.rsplit('/').next().unwrap();
    json!({"obligation_id": id, "requested_due_on": "2017-08-31", "reason": "理由", "progress": "进展"})
}

/// A request of somebody of 市政务服务办, whom no caller of the walk is.
async fn extension(app: &TestApp) -> String {
    let asker = app.bearing(Some(app.token("asker", &["unit_reporter"], Some("zwfwb"), &[])));
    let made = asker
        .post("/api/v1/extensions", &request(&event(app).await.1))
        .await
        .expect(201)
        .json();
    format!("/api/v1/extensions/{}", made["id"].as_str().unwrap())
}
