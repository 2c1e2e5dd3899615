//! Texts and dates that a database would choke on: one of the two, mostly.

use serde_json::{Value, json};

use super::{faults, plan, with};
use crate::support::{Caller, TestApp, document::Document, sample::sample};

/// `bad` is refused wherever a text is written, as a `fault`.
async fn refused_everywhere(app: &TestApp, bad: &str, fault: &str) {
    let bad = json!(bad);
    let caller = app.coordinator();
    let refuse = async |path: &str, body: Value, pointer: &str| {
        let problem = caller.post(path, &body).await.problem(422, "invalid");
        // Of what is no text at all, nothing more is said than that it is none.
        let is_id = ["/id", "/issuer", "/region_code"].contains(&pointer) || pointer.ends_with("/code");
        // A unit may be called by any name: of a blank one there is none.
        let is_named = pointer == "/issuer" || pointer.ends_with("/units/0/code");
        let fault = match fault {
            "required" if is_named => "not_found",
            _ if is_id => "invalid",
            fault => fault,
        };
        assert!(faults(&problem).contains(&(pointer, fault)), "{body}: {problem}");
    };
    let first = "/tasks/0/requirements/0";
    for pointer in [
        "/title",
        "/tasks/0/title",
        "/tasks/0/requirements/0/text",
        "/tasks/0/requirements/0/units_phrase",
        "/tasks/0/requirements/0/deadlines/0/phrase",
        "/tasks/0/requirements/0/deadlines/0/rule/label",
        "/tasks/0/requirements/0/indicators/0/name",
        "/tasks/0/requirements/0/indicators/0/unit",
        "/tasks/0/requirements/0/indicators/0/phrase",
        // Not texts, but strings all the same.
        "/id",
        "/issuer",
        "/tasks/0/requirements/0/units/0/code",
    ] {
        refuse("/api/v1/plans", with(plan(), pointer, bad.clone()), pointer).await;
    }
    let rule = format!("{first}/deadlines/0/rule");
    let event = json!({"kind": "on_event", "event": "批准", "basis": "第十四条"});
    for name in ["event", "basis"] {
        let with_event = with(plan(), &rule, with(event.clone(), &format!("/{name}"), bad.clone()));
        refuse("/api/v1/plans", with_event, &format!("{rule}/{name}")).await;
    }
    let unit = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department"});
    for (pointer, value) in [
        ("/name", bad.clone()),
        ("/official_name", bad.clone()),
        ("/note", bad.clone()),
        ("/region_code", bad.clone()),
        ("/aliases/0", json!([bad])),
    ] {
        let name = pointer.trim_end_matches("/0");
        refuse("/api/v1/units", with(unit.clone(), name, value), pointer).await;
    }
    let code = if fault == "required" {
        "reason_required"
    } else {
        "invalid"
    };
    let body = json!({"title": "另一标题", "reason": bad});
    let problem = caller
        .patch("/api/v1/tasks/dg-2017.1", "*", &body)
        .await
        .problem(422, code);
    assert_eq!(faults(&problem), [("/reason", fault)]);
    let query = serde_html_form::to_string([("reason", bad.as_str().unwrap())]).unwrap();
    let path = format!("/api/v1/requirements/dg-2017.1.1?{query}");
    let reply = caller.delete(&path, "*").await;
    // Ends of lines can be read, and are refused as part of a reason all the same.
    let is_read = bad
        .as_str()
        .unwrap()
        .chars()
        .all(|c| !c.is_control() || "\r\n\t".contains(c));
    if fault == "required" || is_read {
        reply.problem(422, code);
    } else {
        assert_eq!(
            reply.problem(400, "invalid_parameter")["errors"][0]["parameter"],
            "reason"
        );
    }
}

/// A request of `caller` that carries `day`, and where.
async fn send_day(caller: &Caller<'_>, place: &str, day: &str) -> u16 {
    let reply = match place {
        "plan" => {
            caller
                .post("/api/v1/plans", &with(plan(), "/period_to", json!(day)))
                .await
        }
        "plan patch" => {
            caller
                .patch(
                    "/api/v1/plans/dg-2017",
                    "*",
                    &json!({"period_from": day, "reason": "试"}),
                )
                .await
        }
        "deadline" => {
            let rule = json!({"kind": "date", "due_on": day});
            let body = json!({"requirement_id": "dg-2017.1.1", "phrase": "某日", "rule": rule, "reason": "试"});
            caller.post("/api/v1/deadlines", &body).await
        }
        "unit" => {
            let body = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department", "valid_from": day});
            caller.post("/api/v1/units", &body).await
        }
        "unit patch" => caller.patch("/api/v1/units/czj", "*", &json!({"valid_to": day})).await,
        "collective" => {
            let members = json!([{"unit": "czj", "valid_from": day}]);
            let membership = json!({"kind": "list", "members": members});
            let body = json!({"code": "jh", "name": "集合", "kind": "collective", "membership": membership});
            caller.post("/api/v1/units", &body).await
        }
        "member" => {
            let body = json!({"periods": [{"valid_from": day}]});
            caller.put("/api/v1/units/ygdw/members/humen", "*", &body).await
        }
        place => panic!("{place}"),
    };
    if reply.status >= 400 {
        let status = reply.status;
        assert_eq!(status, 422, "{place} {day}: {}", reply.text());
        reply.problem(422, "invalid");
        return status;
    }
    reply.status
}

on_both! {
    async fn nul_is_refused_everywhere(app: &TestApp) {
        refused_everywhere(app, "a\0b", "invalid").await;
    }

    async fn control_characters_are_refused_everywhere(app: &TestApp) {
        for character in ['\u{1b}', '\u{8}', '\u{9f}'] {
            refused_everywhere(app, &format!("a{character}b"), "invalid").await;
        }
    }

    /// Windows ends lines with CR LF, and what is pasted from Word has U+000B for a line break.
    async fn lines_end_alike_wherever_they_come_from(app: &TestApp) {
        let text = "第一行\r\n第二行\u{b}第三行\r第四行\u{c}第五行\u{85}第六行\n第七行";
        let body = with(plan(), "/tasks/0/requirements/0/text", json!(text));
        app.coordinator().post("/api/v1/plans", &body).await.expect(201);
        let reply = app.coordinator().get("/api/v1/requirements/dg-2018.1.1").await.ok();
        assert_eq!(reply.json()["text"], "第一行\n第二行\n第三行\n第四行\n第五行\n第六行\n第七行");
    }

    async fn what_nobody_sees_is_no_text(app: &TestApp) {
        for blank in ["\u{200b}", " \u{feff}\u{2060}\t", "\u{3164}\u{2800}"] {
            refused_everywhere(app, blank, "required").await;
        }
    }

    /// Wherever a query is read: of each operation, each parameter that the document names.
    async fn queries_are_text_too(app: &TestApp) {
        let document = Document::of(app).await;
        let admin = app.all_roles(&[]);
        let mut asked = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            let parameters = operation.value["parameters"].as_array().into_iter().flatten();
            let names: Vec<&str> = parameters.filter(|parameter| parameter["in"] == "query").map(|parameter| parameter["name"].as_str().unwrap()).collect();
            if names.is_empty() {
                continue;
            }
            let mut sample = sample(app, operation, n).await;
            let path = sample.path.split('?').next().unwrap().to_owned();
            for name in names {
                // NUL, a control character, 公开 in GBK, half a character.
                for (value, word) in [("a%00b", "控制字符"), ("%1B", "控制字符"), ("%B9%AB%BF%AA", "UTF-8"), ("%E5%85", "UTF-8")] {
                    sample.path = format!("{path}?{name}={value}");
                    let problem = sample.send(&admin, operation).await.problem(400, "invalid_parameter");
                    assert_eq!(problem["errors"][0]["parameter"], name, "{}", sample.path);
                    assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
                    asked += 1;
                }
            }
        }
        assert!(asked > 400, "{asked}");
    }

    /// However a name is written, it is the same name: where it is looked up, and where it must be one's own.
    async fn names_that_look_the_same_are_one(app: &TestApp) {
        let caller = app.coordinator();
        let same = ["市财政局", "市\u{200b}财政局", "\u{feff}市财政局", "市财\u{ad}政局\u{200d}", "czj\u{200b}"];
        let plain = caller.find("/api/v1/requirements", &[("unit", "czj")]).await.ok().json()["total"].clone();
        for name in same {
            let found = caller.find("/api/v1/requirements", &[("unit", name)]).await.ok().json();
            assert_eq!(found["total"], plain, "{name:?}");
            let found = caller.find("/api/v1/units", &[("q", name)]).await.ok().json();
            assert_eq!(found["items"][0]["code"], "czj", "{name:?}");
        }
        for name in &same[..4] {
            let unit = json!({"code": "wglj", "name": name, "kind": "department"});
            let problem = caller.post("/api/v1/units", &unit).await.problem(422, "invalid");
            assert_eq!(faults(&problem), [("/name", "duplicate")], "{name:?}");
        }
    }

    /// What is unusual in a text is kept to the letter, and found again.
    async fn every_other_character_is_kept(app: &TestApp) {
        let text = "“引号”‘’\"'`\\ % _ ; -- /* */ <b>&amp;</b> ${x} {{y}} 𠮷野家 👨‍👩‍👧 e\u{301} \u{202e}reversed\n第二行\t制表";
        let body = with(plan(), "/tasks/0/requirements/0/text", json!(text));
        app.coordinator().post("/api/v1/plans", &body).await.expect(201);
        let reply = app.coordinator().get("/api/v1/requirements/dg-2018.1.1").await.ok();
        assert_eq!(reply.json()["text"], text);
        for word in ["𠮷野家", "👨‍👩‍👧", "\\ % _ ;", "${x}"] {
            let found = app.coordinator().find("/api/v1/requirements", &[("q", word), ("plan", "dg-2018")]).await;
            assert_eq!(found.ok().json()["total"], 1, "{word}");
        }
    }

    /// The calendar of the libraries is longer than the one of the databases.
    async fn days_far_away_are_refused(app: &TestApp) {
        let caller = app.coordinator();
        for place in ["plan", "plan patch", "deadline", "unit", "unit patch", "collective", "member"] {
            for day in ["+10000-01-01", "+262142-12-31", "-0001-01-01", "-262143-01-01", "0000-01-01", "0999-12-31"] {
                assert_eq!(send_day(&caller, place, day).await, 422, "{place} {day}");
            }
        }
        // Asking for such a day is a question, and has an answer.
        for day in ["0001-01-01", "9999-12-31"] {
            let page = app.anonymous().find("/api/v1/units", &[("on", day)]).await.ok().json();
            assert!(page["total"].is_number());
            app.anonymous().find("/api/v1/requirements", &[("due_from", day), ("due_to", day)]).await.ok();
        }
    }

    /// A day has a year of four digits and looks one way: `17-06-30` is a slip, and no day of the year 17.
    async fn days_are_written_one_way(app: &TestApp) {
        let caller = app.coordinator();
        for day in ["17-06-30", "017-06-30", "02017-06-30", "+2017-06-30", "2017-6-30", "2017-06-3", " 2017-06-30", "2017/06/30", "20170630", "2017-06-30T00:00:00Z", "+10000-01-01"] {
            for place in ["plan", "plan patch", "deadline", "unit", "unit patch", "collective", "member"] {
                assert_eq!(send_day(&caller, place, day).await, 422, "{place} {day}");
            }
            for (path, name) in [
                ("units", "on"), ("requirements", "due_from"), ("obligations", "as_of"), ("obligations", "due_to"),
                ("plans/dg-2017/statistics", "as_of"), ("progress-reports", "as_of"), ("calendar/working-days", "from"),
            ] {
                let problem = caller.find(&format!("/api/v1/{path}"), &[(name, day)]).await.problem(400, "invalid_parameter");
                assert_eq!(problem["errors"][0]["parameter"], name);
                assert!(problem["detail"].as_str().unwrap().contains("2017-12-31"), "{problem}");
            }
        }
        for instant in ["2017-6-30", "17-06-30", "17-06-30T09:00:00Z", "2017-06-30T09:00:00", "+2017-06-30T09:00:00Z"] {
            let problem = caller.find("/api/v1/progress-reports", &[("submitted_since", instant)]).await.problem(400, "invalid_parameter");
            assert!(problem["detail"].as_str().unwrap().contains("2017-06-30T09:00:00Z"), "{problem}");
        }
        for instant in ["2017-06-30", "2017-06-30T09:00:00Z", "2017-06-30T17:00:00.25+08:00"] {
            caller.find("/api/v1/progress-reports", &[("submitted_since", instant)]).await.ok();
        }
    }
}
