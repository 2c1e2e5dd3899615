//! `GET /me`: what the token says, what that lets one do, and what in it says nothing to us.

use duban::domain::policy::{Action, Reach, Role, reach};
use serde_json::{Value, json};

use crate::{
    support::{
        TestApp,
        issuer::{ISSUER, Key, SECRET, issuer},
        texts,
    },
    tokens::claims_with,
};

const ME: &str = "/api/v1/me";

/// A service whose roles come from where Keycloak has them.
async fn of_keycloak(app: &TestApp) -> TestApp {
    let mut trusted = issuer(ISSUER);
    trusted.secret = Some(SECRET.into());
    trusted.roles_claim = "realm_access.roles".into();
    trusted.unit_claim = "department".into();
    let mut config = app.config.clone();
    config.issuers = vec![trusted];
    app.replica_with(config).await
}

/// What it says of somebody with these claims.
async fn said(app: &TestApp, changes: &Value) -> Value {
    let token = Key::Secret.sign(&claims_with(app, changes));
    app.bearing(Some(token)).get(ME).await.ok().json()
}

fn doubts(me: &Value) -> Vec<(&str, &str, Option<&str>)> {
    let doubts = me["not_understood"].as_array().unwrap().iter();
    let told = doubts.map(|doubt| {
        let detail = doubt["detail"].as_str().unwrap();
        assert!(detail.contains('（') && detail.ends_with('）'), "{detail}");
        let claim = doubt["claim"].as_str().unwrap();
        (doubt["kind"].as_str().unwrap(), claim, doubt["value"].as_str())
    });
    told.collect()
}

on_both! {
    async fn says_what_the_token_says(app: &TestApp) {
        let me = app.role("unit_reporter").get(ME).await.ok().json();
        assert_eq!(me["authenticated"], true);
        assert_eq!(me["person"]["subject"], "a-unit_reporter");
        assert_eq!(me["unit"]["code"], "zwfwb");
        assert_eq!(me["expires_at"], "2017-06-30T02:00:00Z");
        assert_eq!((&me["not_understood"], me.get("scopes")), (&json!([]), None));
        for role in Role::ALL.iter().filter(|role| **role != Role::Anonymous) {
            let me = app.role(role.as_str()).get(ME).await.ok().json();
            assert_eq!(me["roles"][0]["role"], role.as_str());
            let lets = |action: &&Action| reach(*role, **action) != Reach::Never;
            let expected: Vec<&str> = Action::ALL.iter().filter(lets).map(|action| action.as_str()).collect();
            assert_eq!(texts(me["roles"][0]["lets"].as_array().unwrap(), "permission"), expected);
            assert_eq!(texts(me["may"].as_array().unwrap(), "permission"), expected);
        }
    }

    async fn says_what_a_narrowed_token_may(app: &TestApp) {
        let caller = app.bearing(Some(app.token("a", &["unit_reporter"], Some("humen"), &["read"])));
        let me = caller.get(ME).await.ok().json();
        assert_eq!(me["scopes"][0]["scope"], "read");
        let may = texts(me["may"].as_array().unwrap(), "permission");
        assert!(may.contains(&"read_ledger".to_owned()) && !may.contains(&"write_reports".to_owned()), "{may:?}");
        let lets = texts(me["roles"][0]["lets"].as_array().unwrap(), "permission");
        assert!(lets.contains(&"write_reports".to_owned()));
    }

    async fn says_who_the_public_is(app: &TestApp) {
        let reply = app.anonymous().get(ME).await.ok();
        let tag = reply.etag();
        let me = reply.json();
        let may = json!([{"permission": "read_published", "title": "查阅已公开的内容 (read what is public)", "reach": "all"}]);
        assert_eq!(me, json!({"authenticated": false, "roles": [], "may": may, "not_understood": []}));
        let again = app.anonymous().request(reqwest::Method::GET, ME).header("If-None-Match", tag);
        assert_eq!(crate::support::Reply::to(again).await.status, 304);
        app.anonymous().get("/api/v1/me?x=1").await.problem(400, "unknown_parameter");
    }

    async fn says_what_it_did_not_understand(app: &TestApp) {
        app.coordinator().patch("/api/v1/units/dalang", "*", &json!({"valid_to": "2017-06-29", "successors": ["humen"]})).await.ok();
        of_keycloak(app).await.during(async |app| {
            let roles = json!({"roles": ["unit_aprover", "unit_reporter", "offline_access"]});
            let slips = json!({"roles": null, "unit": null, "realm_access": roles, "department": "hunen", "scope": "openid raed"});
            let me = said(app, &slips).await;
            let expected = [
                ("unknown_role", "realm_access.roles", Some("unit_aprover")),
                ("unknown_role", "realm_access.roles", Some("offline_access")),
                ("unknown_scope", "scope", Some("raed")),
                ("unknown_unit", "department", Some("hunen")),
            ];
            assert_eq!(doubts(&me), expected);
            let detail = me["not_understood"][0]["detail"].as_str().unwrap();
            assert!(detail.contains("unit_approver"), "{detail}");
            assert_eq!(me["claims"]["roles"], "realm_access.roles");
            // Of a unit that is not there nothing is one's own.
            assert_eq!(texts(me["may"].as_array().unwrap(), "permission"), ["read_published"]);

            let me = said(app, &json!({"roles": ["coordinator"], "unit": null})).await;
            assert_eq!(doubts(&me), [("no_roles", "realm_access.roles", None)]);

            let reporter = json!({"roles": ["unit_reporter"]});
            for (department, kind) in [(None, "no_unit"), (Some("zhenjie"), "collective_unit"), (Some("dalang"), "ended_unit")] {
                let mut changes = json!({"roles": null, "unit": null, "realm_access": reporter});
                if let Some(department) = department {
                    changes["department"] = department.into();
                }
                let me = said(app, &changes).await;
                assert_eq!(doubts(&me), [(kind, "department", department)]);
            }
        }).await;
    }

    async fn says_which_claims_have_a_form_that_it_does_not_understand(app: &TestApp) {
        of_keycloak(app).await.during(async |app| {
            let others = [json!({"a": 1}), json!(5), json!(true), json!({})];
            let listed = others.iter().map(|other| (json!([other]), other));
            for (said_there, told) in others.iter().map(|other| (other.clone(), other)).chain(listed) {
                let told = told.to_string();
                let told = Some(told.as_str());
                let coordinator = json!({"roles": ["coordinator"]});
                let me = said(app, &json!({"realm_access": coordinator, "scope": said_there})).await;
                assert_eq!(doubts(&me), [("claim_form", "scope", told)]);
                assert_eq!(me["scopes"], json!([]));
                assert_eq!(texts(me["may"].as_array().unwrap(), "permission"), ["read_published"]);

                let me = said(app, &json!({"realm_access": {"roles": said_there}})).await;
                assert_eq!(doubts(&me), [("claim_form", "realm_access.roles", told)]);
                assert_eq!(me["roles"], json!([]));
                assert_eq!(texts(me["may"].as_array().unwrap(), "permission"), ["read_published"]);

                let me = said(app, &json!({"realm_access": coordinator, "name": said_there})).await;
                let written = said_there.to_string();
                assert_eq!(doubts(&me), [("claim_form", "name", Some(written.as_str()))]);

                // A unit of another form is no token at all.
                let token = Key::Secret.sign(&claims_with(app, &json!({"department": said_there})));
                app.bearing(Some(token)).get(ME).await.problem(401, "invalid_token");
            }
            // `null` is as good as nothing.
            let roles = json!({"roles": ["coordinator"]});
            let mut claims = claims_with(app, &json!({"realm_access": roles}));
            for name in ["scope", "department", "name"] {
                claims[name] = Value::Null;
            }
            let me: Value = app.bearing(Some(Key::Secret.sign(&claims))).get(ME).await.ok().json();
            assert_eq!((doubts(&me), me.get("scopes")), (Vec::new(), None));
            claims["realm_access"]["roles"] = Value::Null;
            let me = app.bearing(Some(Key::Secret.sign(&claims))).get(ME).await.ok().json();
            assert_eq!(doubts(&me), [("no_roles", "realm_access.roles", None)]);
        }).await;
    }
}
