//! What a token's roles, unit and scope come to.

use reqwest::Method;

use super::*;
use crate::support::issuer::{Key, SECRET};

async fn start() -> TestApp {
    trusting(|issuer| issuer.secret = Some(SECRET.into())).await
}

/// Whether the bearer may read amendments (coordinators and who reads everything), and whether it
/// may change a plan.
async fn rights(app: &TestApp, token: &str) -> (bool, bool) {
    let caller = app.bearing(Some(token.to_owned()));
    // Anybody with a good token reads what is public.
    caller.get("/api/v1/plans/dg-2017").await.ok();
    let reads = match ask(app, token).await.status {
        200 => true,
        403 => false,
        status => panic!("{status}"),
    };
    let reply = caller
        .patch("/api/v1/plans/dg-2017", "\"0\"", &json!({"reason": "试"}))
        .await;
    let writes = match reply.status {
        412 => true,
        403 => false,
        status => panic!("{status}: {}", reply.text()),
    };
    let actions = caller.get("/api/v1/plans/dg-2017").await.json()["allowed_actions"].clone();
    assert_eq!(actions != json!([]), writes, "allowed_actions: {actions}");
    (reads, writes)
}

#[actix_web::test]
async fn roles_are_words_or_a_list() {
    let app = start().await;
    for (roles, expected) in [
        (json!(["coordinator"]), (true, true)),
        (json!("coordinator"), (true, true)),
        (json!("unit_reporter auditor"), (true, false)),
        (json!(["unit_reporter", "coordinator"]), (true, true)),
        (json!(["inspector"]), (true, false)),
        (json!(["admin"]), (true, false)),
        (json!(["unit_reporter"]), (false, false)),
        (json!([]), (false, false)),
        (json!(["offline_access", "no_such_role", 7, null]), (false, false)),
        (json!(["Coordinator", "COORDINATOR", "coordinator "]), (false, false)),
        (json!(["anonymous", "system"]), (false, false)),
        (json!({"coordinator": true}), (false, false)),
        (json!([{"name": "coordinator"}]), (false, false)),
        (json!([["coordinator"]]), (false, false)),
        (json!(7), (false, false)),
        (Value::Null, (false, false)),
    ] {
        let token = Key::Secret.sign(&claims_with(&app, &json!({"roles": roles})));
        assert_eq!(rights(&app, &token).await, expected, "{roles}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn claims_are_found_by_their_paths() {
    let app = trusting(|issuer| {
        issuer.secret = Some(SECRET.into());
        issuer.roles_claim = "realm_access.roles".into();
        issuer.unit_claim = "org.unit.code".into();
        issuer.scope_claim = "https://sso.test/scope".into();
    })
    .await;
    let elsewhere = |more: Value| {
        let mut claims = claims_with(&app, &json!({"roles": null, "unit": null}));
        claims
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Key::Secret.sign(&claims)
    };
    let coordinator = json!({"realm_access": {"roles": ["offline_access", "coordinator"]}});
    assert_eq!(rights(&app, &elsewhere(coordinator)).await, (true, true));
    // Not where this issuer puts them: nobody's.
    let at_the_top = elsewhere(json!({"roles": ["coordinator"], "unit": "不是代码"}));
    assert_eq!(rights(&app, &at_the_top).await, (false, false));
    let dotted = elsewhere(json!({"realm_access.roles": ["coordinator"], "realm_access": {"roles": []}}));
    assert_eq!(rights(&app, &dotted).await, (true, true), "a name with dots in it");
    let unit = elsewhere(json!({"org": {"unit": {"code": "不是代码"}}}));
    let why = "the claim org.unit.code must be the code of a unit, and is 不是代码";
    refused(&app, &unit, why).await;
    let narrowed = json!({"realm_access": {"roles": ["coordinator"]}, "https://sso.test/scope": "read"});
    assert_eq!(rights(&app, &elsewhere(narrowed)).await, (true, false));
    app.stop().await;
}

#[actix_web::test]
async fn scope_narrows_and_never_widens() {
    let app = start().await;
    for (role, scope, expected) in [
        ("coordinator", json!("openid profile email"), (true, true)),
        ("coordinator", json!(""), (true, true)),
        ("coordinator", json!("read"), (true, false)),
        ("coordinator", json!("openid read"), (true, false)),
        ("coordinator", json!(["read", "plans:write"]), (true, true)),
        ("coordinator", json!("plans:write"), (false, true)),
        ("coordinator", json!("reports:write"), (false, false)),
        // A scope of some other service: it was narrowed to what is not here.
        ("coordinator", json!("payments:read"), (false, false)),
        ("unit_reporter", json!("read plans:write"), (false, false)),
        // None at all, and no scope named.
        ("coordinator", Value::Null, (true, true)),
        ("coordinator", json!([]), (true, true)),
        // In a form in which nobody can tell to what it was narrowed.
        ("coordinator", json!({}), (false, false)),
        ("coordinator", json!({"read": true}), (false, false)),
        ("coordinator", json!(5), (false, false)),
        ("coordinator", json!(true), (false, false)),
        ("coordinator", json!(false), (false, false)),
        ("coordinator", json!([{"a": 1}]), (false, false)),
        ("coordinator", json!([["read"]]), (false, false)),
        ("coordinator", json!([null]), (false, false)),
        ("coordinator", json!(["openid", 5]), (false, false)),
        ("coordinator", json!(["read", 5]), (true, false)),
    ] {
        let mut claims = claims_with(&app, &json!({"roles": [role]}));
        claims["scope"] = scope.clone();
        let token = Key::Secret.sign(&claims);
        assert_eq!(rights(&app, &token).await, expected, "{role} {scope}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_403_says_which_scope_is_missing_and_nothing_of_the_token() {
    let app = start().await;
    for (changes, method, path, scope) in [
        (json!({"scope": "read"}), Method::POST, "/api/v1/plans", "plans:write"),
        (
            json!({"roles": ["admin"]}),
            Method::POST,
            "/api/v1/units",
            "plans:write",
        ),
        (json!({"roles": []}), Method::GET, GUARDED, "read"),
    ] {
        let token = Key::Secret.sign(&claims_with(&app, &changes));
        let caller = app.bearing(Some(token.clone()));
        let reply = Reply::to(caller.request(method, path)).await;
        let challenge = reply.header("www-authenticate");
        let expected = format!("Bearer realm=\"duban\", error=\"insufficient_scope\", scope=\"{scope}\"");
        assert_eq!(challenge, expected);
        assert!(!reply.text().contains(&token));
        reply.problem(403, "forbidden");
    }
    app.stop().await;
}

#[actix_web::test]
async fn without_anonymous_reading_everybody_shows_a_token() {
    let app = TestApp::start_with(Engine::Sqlite, |config| config.anonymous_read = false).await;
    for path in [
        "plans",
        "plans/dg-2017",
        "requirements?format=csv",
        "units/zwfwb",
        "plans/nosuch",
    ] {
        let reply = app.anonymous().get(&format!("/api/v1/{path}")).await;
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"duban\"", "{path}");
        reply.problem(401, "unauthenticated");
    }
    let nobody = app.token("nobody", &[], None, &[]);
    for token in [
        nobody,
        app.token("x", &["unit_reporter"], Some("fgj"), &["events:read"]),
    ] {
        let page = app.bearing(Some(token)).get("/api/v1/requirements").await.ok().json();
        assert_eq!(page["total"], 127);
    }
    // Probes and the documentation stay open.
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/"] {
        app.anonymous().get(path).await.ok();
    }
    app.stop().await;
}
