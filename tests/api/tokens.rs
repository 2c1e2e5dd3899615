//! Who is calling: tokens that are accepted, and why others are not.
//!
//! No token is looked up in a database, so these run on the embedded one.

mod algorithms;
mod claims;
mod jwks;
mod people;
mod rights;
mod shape;
mod shown;

use chrono::Duration;
use duban::{clock::Clock as _, config::Issuer};
use serde_json::{Value, json};

use crate::support::{
    Engine, Reply, TestApp,
    issuer::{ISSUER, issuer},
};

/// Answers 200 to coordinators only, among those who appear here.
const GUARDED: &str = "/api/v1/plans/dg-2017/amendments";

/// A service that trusts one issuer, with the keys that `configure` gives it.
async fn trusting(configure: impl FnOnce(&mut Issuer)) -> TestApp {
    let mut trusted = issuer(ISSUER);
    configure(&mut trusted);
    TestApp::start_with(Engine::Sqlite, |config| config.issuers = vec![trusted]).await
}

/// What a coordinator's token says, five minutes before it expires.
fn claims(app: &TestApp) -> Value {
    let now = app.clock.now().timestamp();
    json!({
        "iss": ISSUER, "aud": "duban", "sub": "zhang.san", "iat": now, "nbf": now, "exp": now + 300,
        "roles": ["coordinator"], "unit": "zwfwb"
    })
}

/// Those claims with some of them different; `null` leaves one out.
pub fn claims_with(app: &TestApp, changes: &Value) -> Value {
    let mut claims = claims(app);
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name).unwrap();
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn advance(app: &TestApp, seconds: i64) {
    app.clock.set(app.clock.now() + Duration::seconds(seconds));
}

async fn ask(app: &TestApp, token: &str) -> Reply {
    app.bearing(Some(token.to_owned())).get(GUARDED).await
}

async fn accepted(app: &TestApp, token: &str, what: &str) {
    let reply = ask(app, token).await;
    assert_eq!(reply.status, 200, "{what}: {}", reply.text());
}

/// 401 for exactly this reason, with the challenge of RFC 6750 and without the token.
async fn refused(app: &TestApp, token: &str, why: &str) {
    let caller = app.bearing(Some(token.to_owned()));
    let request = caller.request(reqwest::Method::GET, GUARDED);
    let reply = Reply::to(request.header("Accept-Language", "en")).await;
    assert_eq!(reply.status, 401, "not refused, though {why}: {}", reply.text());
    let challenge = reply.header("www-authenticate").to_owned();
    assert!(
        challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""),
        "{challenge}"
    );
    let text = reply.text();
    for part in token.split('.').filter(|part| part.len() > 8) {
        assert!(!text.contains(part) && !challenge.contains(part), "{text} {challenge}");
    }
    assert_eq!(reply.problem(401, "invalid_token")["detail"], why);
    // A bad token is refused also where none is needed: its bearer believes to be somebody.
    caller.get("/api/v1/plans").await.problem(401, "invalid_token");
}
