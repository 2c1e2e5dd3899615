//! Requests about the ledger: on the real plan, on obligations that were made for them.

use duban::ids::secret;
use serde_json::{Value, json};

use super::Sample;
use crate::support::TestApp;

/// 39.1 waits for a document from the city, and 市政务服务办 is among who acts on it.
const WAITING: &str = "/api/v1/deadlines/dg-2017.39.1.d1/occurrences";

/// The request of the operation `id`, if it is one of the ledger's.
pub async fn sample(app: &TestApp, id: &str) -> Option<Sample> {
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
        "freeze_assessment" => {
            let obligation = obligation(app, false).await;
            let id = obligation.rsplit('/').next().unwrap();
            let path = format!("/api/v1/plans/{}/assessment/freeze", id.split('.').next().unwrap());
            Sample::with(path, json!({"as_of": "2017-06-30"}))
        }
        "get_statistics" => Sample::at("/api/v1/plans/dg-2017/statistics"),
        "get_statistics_series" => Sample::at("/api/v1/plans/dg-2017/statistics/series"),
        "get_trend" => Sample::at("/api/v1/plans/dg-2017/trend.svg"),
        "get_board" => Sample::at("/api/v1/plans/dg-2017/board.svg"),
        "list_occurrences" => Sample::at(WAITING),
        "register_occurrence" => Sample::with(WAITING, happened(app).await),
        "update_occurrence" => Sample::with(event(app).await.0, json!({"note": "备注"})),
        "withdraw_occurrence" => Sample::with(format!("{}/withdraw", event(app).await.0), reason),
        "list_obligations" => Sample::at("/api/v1/obligations"),
        "get_obligation" => Sample::at(obligation(app, false).await),
        "exempt_obligation" => Sample::with(format!("{}/exempt", obligation(app, false).await), reason),
        "exempt_obligations" => {
            let obligation = obligation(app, false).await;
            let id = obligation.rsplit('/').next().unwrap();
            let body = json!({"reason": "理由", "obligations": [{"id": id, "version": 1}]});
            Sample::with("/api/v1/obligations/exemptions", body)
        }
        "restore_obligation" => {
            let obligation = obligation(app, false).await;
            let request = app
                .coordinator()
                .request(reqwest::Method::POST, &format!("{obligation}/exempt"));
            crate::support::Reply::to(request.header("If-Match", "*").json(&reason))
                .await
                .ok();
            Sample::at(format!("{obligation}/restore"))
        }
        "get_obligation_history" => Sample::at(format!("{}/history", obligation(app, false).await)),
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
        "request_extension" => Sample::with("/api/v1/extensions", request(&obligation(app, false).await)),
        "get_extension" => Sample::at(extension(app, false).await),
        "get_extension_history" => Sample::at(format!("{}/history", extension(app, false).await)),
        "sign_extension" => Sample::at(format!("{}/sign", extension(app, true).await)),
        "withdraw_extension" => Sample::at(format!("{}/withdraw", extension(app, false).await)),
        "grant_extension" => Sample::with(format!("{}/grant", extension(app, false).await), json!({})),
        "refuse_extension" => Sample::with(format!("{}/refuse", extension(app, false).await), reason),
        _ => return None,
    })
}

/// What 市政务服务办 owes in a plan of its own: cheaper than anything in the real one, whose ledger is large.
pub async fn obligation(app: &TestApp, signoff: bool) -> String {
    let id = format!("p{}", &secret()[20..]);
    let due = json!({"phrase": "12月底", "rule": {"kind": "date", "due_on": "2017-12-31"}});
    let plan = json!({
        "id": id, "title": "方案", "year": 2017, "settings": {"unit_signoff": signoff},
        "tasks": [{"title": "任务", "requirements": [{"text": "正文", "units": [{"code": "zwfwb"}], "deadlines": [due]}]}]
    });
    app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
    app.coordinator()
        .transition(&format!("/api/v1/plans/{id}/publish"), "*")
        .await
        .ok();
    format!("/api/v1/obligations/{id}.1.1.d1.zwfwb.2017")
}

/// An event that is not registered yet.
async fn happened(app: &TestApp) -> Value {
    let known = app.anonymous().get(WAITING).await.ok().json()["total"].clone();
    json!({"happened_on": "2017-06-20", "due_on": "2017-07-10", "document": format!("东府办〔2017〕{known}号")})
}

/// A new event, and what 市政务服务办 owes for it.
async fn event(app: &TestApp) -> (String, String) {
    let happened = happened(app).await;
    let event = app.coordinator().post(WAITING, &happened).await.expect(201).json();
    let (id, period) = (event["id"].as_str().unwrap(), event["period"].as_str().unwrap());
    (
        format!("{WAITING}/{id}"),
        format!("/api/v1/obligations/dg-2017.39.1.d1.zwfwb.{period}"),
    )
}

fn request(obligation: &str) -> Value {
    let id = obligation.rsplit('/').next().unwrap();
    json!({"obligation_id": id, "requested_due_on": "2018-01-31", "reason": "理由", "progress": "进展"})
}

/// A request of somebody of 市政务服务办, whom no caller of the walk is.
async fn extension(app: &TestApp, signoff: bool) -> String {
    let asker = app.bearing(Some(app.token("asker", &["unit_reporter"], Some("zwfwb"), &[])));
    let made = asker
        .post("/api/v1/extensions", &request(&obligation(app, signoff).await))
        .await
        .expect(201)
        .json();
    format!("/api/v1/extensions/{}", made["id"].as_str().unwrap())
}
