//! What is an object is given by names, never by position, in the bodies of all operations.

use serde_json::{Value, json};

use crate::support::{
    Reply,
    document::{Document, visit},
    fixtures::assert_faults,
    sample::sample,
};

/// The body with the object at `pointer` as an array of its members.
fn positional(body: &Value, pointer: &str) -> Value {
    let mut body = body.clone();
    let place = body.pointer_mut(pointer).unwrap();
    *place = place.as_object().unwrap().values().cloned().collect();
    body
}

on_both! {
    async fn are_refused_wherever_an_object_is(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let (mut bodies, mut nested) = (0, 0);
        for (n, operation) in document.operations().into_iter().enumerate() {
            let made = sample(app, operation, 7000 + n).await;
            let Some(body) = made.body.filter(Value::is_object) else { continue };
            let mut places = Vec::new();
            visit(&body, "", &mut |_, at| places.push(at.to_owned()));
            bodies += 1;
            nested += places.len() - 1;
            for place in places {
                let request = caller.request(operation.method(), &made.path).header("If-Match", "*").json(&positional(&body, &place));
                let problem = Reply::to(request).await.problem(422, "invalid");
                assert_faults(&problem, &[(&place, "invalid")]);
            }
        }
        assert!(bodies > 20 && nested > 2, "{bodies} bodies, {nested} objects in them");
    }

    /// Also inside what is read twice: a rule or a membership, whose kind says what it has.
    async fn are_refused_at_any_depth(app: &TestApp) {
        let caller = app.coordinator();
        let requirement = |extra: Value| {
            let mut requirement = json!({"task_id": "dg-2017.1", "text": "要求。", "reason": "增补"});
            requirement.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            requirement
        };
        let listed = |members: Value| json!({"code": "zu", "name": "组", "kind": "collective", "membership": {"kind": "list", "members": members}});
        let rule = |rule: Value| requirement(json!({"deadlines": [{"phrase": "时限", "rule": rule}]}));
        for (path, body, place) in [
            ("requirements", requirement(json!({"units": [["czj", "lead"]]})), "/units/0"),
            ("requirements", requirement(json!({"units": [{"code": "czj"}, ["hbj"]]})), "/units/1"),
            ("requirements", requirement(json!({"deadlines": [["全年", "text", {"kind": "year_round"}]]})), "/deadlines/0"),
            ("requirements", rule(json!({"kind": "on_event", "event": "收到文件", "within": [20, "day"]})), "/deadlines/0/rule/within"),
            ("requirements", rule(json!({"kind": "recurring", "every": "month", "due": ["period_end"]})), "/deadlines/0/rule/due"),
            ("units", listed(json!([["zwfwb"]])), "/membership/members/0"),
            ("units", listed(json!([{"code": "zwfwb"}, ["hbj", null, null]])), "/membership/members/1"),
        ] {
            let problem = caller.post(&format!("/api/v1/{path}"), &body).await.problem(422, "invalid");
            assert_faults(&problem, &[(place, "invalid")]);
        }
        // What is a list stays one.
        let good = requirement(json!({"units": [{"code": "czj"}], "deadlines": [{"phrase": "收到后", "rule": {"kind": "on_event", "event": "收到文件", "within": {"count": 20, "unit": "day"}}}]}));
        caller.post("/api/v1/requirements", &good).await.expect(201);
        caller.post("/api/v1/units", &listed(json!([{"unit": "zwfwb"}]))).await.expect(201);
    }
}
