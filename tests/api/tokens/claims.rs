//! What a token must say, and when it says it.

use super::*;
use crate::support::issuer::{Key, SECRET};

fn missing(claim: &str) -> String {
    format!("the required claim {claim} is missing or of the wrong type")
}
const EXPIRED: &str = "the token has expired";
const TOO_EARLY: &str = "the token is not valid yet";
const WRONG_AUDIENCE: &str = "the audience is wrong";

async fn start() -> TestApp {
    trusting(|issuer| issuer.secret = Some(SECRET.into())).await
}

fn signed(app: &TestApp, changes: &Value) -> String {
    Key::Secret.sign(&claims_with(app, changes))
}

#[actix_web::test]
async fn each_required_claim_is_required() {
    let app = start().await;
    for name in ["iss", "aud", "sub", "exp", "nbf"] {
        refused(&app, &signed(&app, &json!({name: null})), &missing(name)).await;
    }
    accepted(&app, &signed(&app, &json!({"iat": null})), "iat may be missing").await;
    for (name, value) in [
        ("iss", json!(["https://sso.test"])),
        ("exp", json!("1498784700")),
        ("nbf", json!("1498784400")),
        ("sub", json!(7)),
        ("sub", json!("")),
        ("sub", json!("长".repeat(201))),
        // It ends up in the log, where PostgreSQL cannot store NUL.
        ("sub", json!("zhang\u{0}san")),
        ("sub", json!("zhang\nsan")),
    ] {
        refused(&app, &signed(&app, &json!({name: value})), &missing(name)).await;
    }
    accepted(&app, &signed(&app, &json!({"sub": "长".repeat(200)})), "sub").await;
    app.stop().await;
}

#[actix_web::test]
async fn nbf_may_be_missing_where_the_issuer_never_sends_it() {
    let app = trusting(|issuer| {
        issuer.secret = Some(SECRET.into());
        issuer.require_nbf = false;
    })
    .await;
    let now = app.clock.now().timestamp();
    accepted(&app, &signed(&app, &json!({"nbf": null})), "no nbf").await;
    refused(&app, &signed(&app, &json!({"nbf": now + 60})), TOO_EARLY).await;
    refused(&app, &signed(&app, &json!({"nbf": "soon"})), &missing("nbf")).await;
    refused(&app, &signed(&app, &json!({"exp": null})), &missing("exp")).await;
    app.stop().await;
}

#[actix_web::test]
async fn the_audience_is_this_service() {
    let app = start().await;
    accepted(
        &app,
        &signed(&app, &json!({"aud": ["account", "duban"]})),
        "one of several",
    )
    .await;
    for aud in [json!("other"), json!(["other"]), json!(["duban2", "DUBAN"]), json!([])] {
        refused(&app, &signed(&app, &json!({"aud": aud})), WRONG_AUDIENCE).await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_issuer_is_compared_to_the_letter() {
    let app = start().await;
    for iss in ["https://sso.test/", "https://SSO.test", "http://sso.test", ""] {
        let token = signed(&app, &json!({"iss": iss}));
        refused(&app, &token, "the issuer is not accepted").await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn times_are_kept_with_ten_seconds_of_leeway() {
    let app = start().await;
    let now = app.clock.now().timestamp();
    let expiring = |exp: Value| signed(&app, &json!({"exp": exp, "nbf": now - 60}));
    accepted(&app, &expiring(json!(now - 5)), "within the leeway").await;
    accepted(&app, &expiring(json!(now - 9)), "its last second").await;
    refused(&app, &expiring(json!(now - 10)), EXPIRED).await;
    refused(&app, &expiring(json!(now - 30)), EXPIRED).await;
    refused(&app, &expiring(json!(0)), EXPIRED).await;
    refused(&app, &expiring(json!(-1)), &missing("exp")).await;
    // NumericDate may have a fraction (RFC 7519, section 2).
    let fraction: Value = serde_json::from_str(&format!("{}.5", now - 5)).unwrap();
    accepted(&app, &expiring(fraction), "a fraction").await;
    accepted(&app, &expiring(json!(u64::MAX)), "far away").await;

    let starting = |nbf: i64| signed(&app, &json!({"nbf": nbf}));
    accepted(&app, &starting(now + 10), "within the leeway").await;
    refused(&app, &starting(now + 11), TOO_EARLY).await;
    refused(&app, &starting(i64::MAX), TOO_EARLY).await;
    app.stop().await;
}

#[actix_web::test]
async fn the_leeway_is_a_setting() {
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        let mut trusted = issuer(ISSUER);
        trusted.secret = Some(SECRET.into());
        config.issuers = vec![trusted];
        config.jwt_leeway_seconds = 0;
    })
    .await;
    let now = app.clock.now().timestamp();
    refused(&app, &signed(&app, &json!({"exp": now})), EXPIRED).await;
    refused(&app, &signed(&app, &json!({"nbf": now + 1})), TOO_EARLY).await;
    accepted(&app, &signed(&app, &json!({"exp": now + 1})), "one second left").await;
    app.stop().await;
}

/// A token that was verified once is remembered, and its times are looked at each time.
#[actix_web::test]
async fn a_remembered_token_expires_too() {
    let app = start().await;
    let now = app.clock.now().timestamp();
    let token = signed(&app, &json!({"exp": now + 60}));
    accepted(&app, &token, "first").await;
    advance(&app, 69);
    accepted(&app, &token, "in the leeway").await;
    advance(&app, 1);
    refused(&app, &token, EXPIRED).await;
    // Nor is it remembered as bad: only the clock decides.
    advance(&app, -2);
    accepted(&app, &token, "the clock went back").await;
    advance(&app, -3600);
    refused(&app, &token, TOO_EARLY).await;
    app.stop().await;
}

#[actix_web::test]
async fn the_unit_must_be_a_code() {
    let app = start().await;
    for (unit, written) in [
        (json!("市财政局"), "市财政局"),
        (json!("ZWFWB"), "ZWFWB"),
        (json!(""), ""),
        (json!(7), "7"),
        (json!(["a b"]), "a b"),
        (json!([["zwfwb"]]), "[\"zwfwb\"]"),
    ] {
        let token = signed(&app, &json!({"unit": unit}));
        let why = format!("the claim unit must be the code of a unit, and is {written}");
        refused(&app, &token, &why).await;
    }
    let several = signed(&app, &json!({"unit": ["zwfwb", "czj"]}));
    let why = "the claim unit names several units (zwfwb, czj); a token speaks for one";
    refused(&app, &several, why).await;
    accepted(&app, &signed(&app, &json!({"unit": ["zwfwb"]})), "an array of one").await;
    accepted(&app, &signed(&app, &json!({"unit": []})), "an array of none").await;
    accepted(&app, &signed(&app, &json!({"unit": null})), "no unit").await;
    let mut null = claims(&app);
    null["unit"] = Value::Null;
    accepted(&app, &Key::Secret.sign(&null), "a unit of null").await;
    app.stop().await;
}
