//! A JWKS that is fetched from the issuer: when it is asked, and what it does when keys change.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::*;
use crate::support::{
    issuer::{JwksServer, Key},
    soon,
};

const NO_KEY: &str = "there is no key for this kid and algorithm";

async fn fetching(server: &JwksServer, floor: u32, max_age: u32) -> TestApp {
    let url = server.url.clone();
    TestApp::start_with(Engine::Sqlite, |config| {
        let mut trusted = issuer(ISSUER);
        trusted.jwks_url = Some(url);
        config.issuers = vec![trusted];
        config.jwks_floor_seconds = floor;
        config.jwks_max_age_seconds = max_age;
    })
    .await
}

/// A token whose `kid` nobody has published.
fn stranger(app: &TestApp) -> String {
    Key::Ed.sign_as(&json!({"alg": "EdDSA", "kid": "nobody"}), &claims(app))
}

/// One request that verifies its token once: [`GUARDED`] does so for each of its two gates.
async fn ask(app: &TestApp, token: &str) -> u16 {
    app.bearing(Some(token.to_owned())).get("/api/v1/plans").await.status
}

/// Asks until the answer has this status: what happens in the background has no other sign.
async fn eventually(app: &TestApp, token: &str, status: u16) {
    soon(async || ask(app, token).await == status).await;
}

#[actix_web::test]
async fn keys_come_and_go() {
    let server = JwksServer::of(&[Key::Ed]);
    let app = fetching(&server, 0, 600).await;
    let (old, new) = (Key::Ed.sign(&claims(&app)), Key::EdNext.sign(&claims(&app)));
    assert_eq!(server.fetches(), 1, "once at start");
    for _ in 0..3 {
        assert_eq!(ask(&app, &old).await, 200);
    }
    assert_eq!(server.fetches(), 1, "known keys are not asked for");

    assert_eq!(ask(&app, &new).await, 401);
    assert_eq!(server.fetches(), 2, "an unknown kid asks again, once");

    server.publish(&[Key::Ed, Key::EdNext]);
    assert_eq!(ask(&app, &new).await, 200, "rotated in");
    assert_eq!(ask(&app, &old).await, 200, "still published");
    assert_eq!(server.fetches(), 3);

    // The old key goes. Nobody knows until somebody asks.
    server.publish(&[Key::EdNext]);
    accepted(&app, &old, "the removal is not known yet").await;
    assert_eq!(ask(&app, &stranger(&app)).await, 401);
    refused(&app, &old, NO_KEY).await;
    let fresh = Key::Ed.sign(&claims_with(&app, &json!({"sub": "li.si"})));
    refused(&app, &fresh, NO_KEY).await;
    accepted(&app, &new, "not affected").await;
    app.stop().await;
    server.stop().await;
}

/// Whoever invents kids must not make this service hammer the issuer.
#[actix_web::test]
async fn unknown_kids_do_not_pass_on_to_the_issuer() {
    let server = JwksServer::of(&[Key::Ed]);
    let app = fetching(&server, 3600, 600).await;
    let token = stranger(&app);
    join_all((0..50).map(|_| ask(&app, &token))).await;
    assert_eq!(server.fetches(), 1, "the start's own is recent enough");
    app.stop().await;

    let app = fetching(&server, 1, 600).await;
    let (start, before) = (Instant::now(), server.fetches());
    let token = stranger(&app);
    while server.fetches() < before + 2 {
        join_all((0..20).map(|_| ask(&app, &token))).await;
        assert!(start.elapsed() < Duration::from_secs(20), "never asked again");
    }
    let allowed = usize::try_from(start.elapsed().as_secs()).unwrap() + 1;
    assert!(server.fetches() - before <= allowed, "more than one a second");
    app.stop().await;
    server.stop().await;
}

#[actix_web::test]
async fn an_issuer_that_is_down_at_start_is_asked_later() {
    let server = JwksServer::down();
    let app = fetching(&server, 0, 600).await;
    let token = Key::Ed.sign(&claims(&app));
    // The caller is not at fault, and may come again.
    let reply = app.bearing(Some(token.clone())).get(GUARDED).await;
    assert_eq!(reply.header("retry-after"), "5");
    let problem = reply.problem(503, "unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("密钥"), "{problem}");
    // The rest of the service does not wait for it.
    app.anonymous().get("/api/v1/plans").await.ok();
    server.publish(&[Key::Ed]);
    accepted(&app, &token, "it is up").await;
    app.stop().await;
    server.stop().await;
}

/// A set that cannot be read is no reason to lock everybody out.
#[actix_web::test]
async fn what_is_not_a_set_does_not_take_keys_away() {
    let server = JwksServer::of(&[Key::Ed]);
    let app = fetching(&server, 0, 600).await;
    let token = Key::Ed.sign(&claims(&app));
    accepted(&app, &token, "at first").await;
    let long = format!("{{\"keys\": [], \"pad\": \"{}\"}}", "x".repeat(300 * 1024));
    for (status, body) in [
        (500, "{}"),
        (404, r#"{"keys": []}"#),
        (200, "<html>"),
        (200, "{}"),
        (200, r#"{"keys": 7}"#),
        (200, r#"{"keys": []}"#),
        (200, r#"{"keys": [{"kty": "oct", "k": "AAAA", "kid": "ed"}]}"#),
        (200, &long),
    ] {
        server.say(status, body);
        let before = server.fetches();
        assert_eq!(
            ask(&app, &stranger(&app)).await,
            503,
            "whether there is such a key, nobody knows"
        );
        assert!(server.fetches() > before, "{body:.40} was not even asked for");
        accepted(&app, &token, body.get(..10).unwrap_or(body)).await;
        let fresh = Key::Ed.sign(&claims_with(&app, &json!({"sub": format!("after {body:.40}")})));
        accepted(&app, &fresh, "a key that is known").await;
    }
    server.publish(&[Key::Ed]);
    assert_eq!(ask(&app, &stranger(&app)).await, 401, "it was asked, and there is none");
    app.stop().await;
    server.stop().await;
}

/// Nobody needs to come with a new kid for a removed key to be forgotten.
#[actix_web::test]
async fn an_old_set_is_fetched_anew_in_the_background() {
    let server = JwksServer::of(&[Key::Ed]);
    let app = fetching(&server, 0, 1).await;
    let token = Key::Ed.sign(&claims(&app));
    accepted(&app, &token, "published").await;
    server.publish(&[Key::EdNext]);
    eventually(&app, &token, 401).await;
    server.publish(&[Key::Ed]);
    eventually(&app, &token, 200).await;
    app.stop().await;
    server.stop().await;
}

/// The first who comes after a quiet night, too. Here each moment is one.
#[actix_web::test]
async fn nobody_is_let_in_by_a_set_that_nobody_asked_for_in_a_long_time() {
    let server = JwksServer::of(&[Key::Ed]);
    let app = fetching(&server, 0, 0).await;
    let token = Key::Ed.sign(&claims(&app));
    accepted(&app, &token, "published").await;
    server.publish(&[Key::EdNext]);
    assert_eq!(ask(&app, &token).await, 401, "one that is remembered");
    server.publish(&[Key::Ed]);
    assert_eq!(ask(&app, &token).await, 200);
    server.publish(&[Key::EdNext]);
    let fresh = Key::Ed.sign(&claims_with(&app, &json!({"sub": "li.si"})));
    assert_eq!(ask(&app, &fresh).await, 401, "one that is new");
    // Where nothing can be learned, what is known holds.
    server.say(500, "{}");
    assert_eq!(ask(&app, &Key::EdNext.sign(&claims(&app))).await, 200);
    app.stop().await;
    server.stop().await;
}
