//! Pages of other origins, where the configuration lets them in.

use reqwest::Method;

use super::{get, members, send};
use crate::support::{Engine, Reply, TestApp};

const PORTAL: &str = "https://portal.dg.gov.cn";
const OTHER: &str = "https://elsewhere.example";

/// Runs `case` where pages of `origins` may call.
async fn open_to(engine: Engine, origins: &[&str], case: impl AsyncFnOnce(&TestApp)) {
    let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    let app = TestApp::start_with(engine, |config| config.cors_origins = origins).await;
    app.during(case).await;
}

/// What a browser asks before it sends a request that is not simple.
async fn preflight(app: &TestApp, path: &str, origin: &str, method: &str, headers: &str) -> Reply {
    let asked = [
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", headers),
    ];
    send(&app.anonymous(), Method::OPTIONS, path, &asked).await
}

fn about_origins(reply: &Reply) -> Vec<&str> {
    let names = reply.headers.keys().map(reqwest::header::HeaderName::as_str);
    names.filter(|name| name.starts_with("access-control-")).collect()
}

async fn the_portal_may_call(app: &TestApp) {
    for (path, method, headers) in [
        ("/api/v1/plans", "POST", "authorization,content-type,idempotency-key"),
        (
            "/api/v1/requirements/dg-2017.17.3",
            "PATCH",
            "authorization, content-type, if-match",
        ),
        ("/api/v1/units/ygdw/members/lyj", "PUT", "authorization,if-match"),
        ("/api/v1/plans/dg-2017", "DELETE", "if-match"),
        ("/api/v1/requirements", "GET", "if-none-match"),
    ] {
        let reply = preflight(app, path, PORTAL, method, headers).await.expect(200);
        assert_eq!(reply.header("access-control-allow-origin"), PORTAL);
        let methods = members(&reply.headers, "access-control-allow-methods");
        assert!(methods.contains(&method.to_ascii_lowercase()), "{methods:?}");
        let allowed = members(&reply.headers, "access-control-allow-headers");
        for header in headers.split(',') {
            assert!(allowed.contains(&header.trim().to_owned()), "{allowed:?}");
        }
        assert!(reply.header("access-control-max-age").parse::<u32>().unwrap() > 0);
        assert!(members(&reply.headers, "vary").contains(&"origin".to_owned()));
    }

    // Errors too, or a page could not read why.
    for (path, status) in [
        ("/api/v1/requirements?limit=3", 200),
        ("/api/v1/tasks/dg-2017.99", 404),
        ("/nosuch", 404),
    ] {
        let reply = get(&app.anonymous(), path, &[("Origin", PORTAL)]).await.expect(status);
        assert_eq!(reply.header("access-control-allow-origin"), PORTAL, "{path}");
        assert!(
            reply.headers.get("access-control-allow-credentials").is_none(),
            "tokens, no cookies"
        );
        let exposed = members(&reply.headers, "access-control-expose-headers");
        for name in [
            "etag",
            "link",
            "location",
            "x-request-id",
            "content-disposition",
            "www-authenticate",
            "retry-after",
        ] {
            assert!(exposed.contains(&name.to_owned()), "{path} {exposed:?}");
        }
        assert!(members(&reply.headers, "vary").contains(&"origin".to_owned()), "{path}");
    }
    let etag = app.anonymous().etag("/api/v1/tasks").await;
    let reply = get(
        &app.anonymous(),
        "/api/v1/tasks",
        &[("Origin", PORTAL), ("If-None-Match", &etag)],
    )
    .await
    .expect(304);
    assert_eq!(reply.header("access-control-allow-origin"), PORTAL);
    let vary = members(&reply.headers, "vary");
    for header in ["accept", "accept-encoding", "authorization", "origin"] {
        assert!(vary.contains(&header.to_owned()), "{vary:?}");
    }
}

async fn nobody_else_may(app: &TestApp) {
    for origin in [
        OTHER,
        "http://portal.dg.gov.cn",
        "https://portal.dg.gov.cn.elsewhere.example",
        "null",
    ] {
        let reply = preflight(app, "/api/v1/plans", origin, "POST", "authorization").await;
        assert_eq!(about_origins(&reply), [""; 0], "{origin}");
        reply.problem(400, "bad_request");
        // The request itself is answered; it is the browser that keeps it from the page.
        let reply = get(&app.anonymous(), "/api/v1/tasks", &[("Origin", origin)]).await.ok();
        assert!(
            !about_origins(&reply).contains(&"access-control-allow-origin"),
            "{origin}"
        );
        assert!(
            members(&reply.headers, "vary").contains(&"origin".to_owned()),
            "{origin}"
        );
    }
    // Who says nothing of an origin is no browser's page.
    app.anonymous().get("/api/v1/tasks").await.ok();
    let options = send(&app.anonymous(), Method::OPTIONS, "/api/v1/tasks", &[])
        .await
        .expect(204);
    assert_eq!(members(&options.headers, "allow"), ["get", "head", "options", "post"]);
}

async fn a_star_lets_everybody_in(app: &TestApp) {
    let reply = preflight(app, "/api/v1/plans", OTHER, "POST", "authorization")
        .await
        .expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let reply = get(&app.anonymous(), "/api/v1/tasks", &[("Origin", OTHER)]).await.ok();
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.headers.get("access-control-allow-credentials").is_none());
}

/// Like `on_both!`, with origins that are let in.
macro_rules! with_origins {
    ($($case:ident: $origins:expr,)+) => { $(mod $case {
        use super::*;

        #[actix_web::test]
        async fn sqlite() {
            open_to(Engine::Sqlite, $origins, super::$case).await;
        }

        #[actix_web::test]
        async fn postgres() {
            open_to(Engine::Postgres, $origins, super::$case).await;
        }
    })+ };
}

with_origins! {
    the_portal_may_call: &["https://first.example", PORTAL],
    nobody_else_may: &[PORTAL],
    a_star_lets_everybody_in: &["*"],
}

on_both! {
    async fn without_origins_nothing_is_said_of_them(app: &TestApp) {
        let reply = preflight(app, "/api/v1/plans", PORTAL, "POST", "authorization")
            .await
            .expect(204);
        assert_eq!(about_origins(&reply), [""; 0]);
        for path in ["/api/v1/tasks", "/api/v1/tasks/dg-2017.99"] {
            let reply = get(&app.anonymous(), path, &[("Origin", PORTAL)]).await;
            assert_eq!(about_origins(&reply), [""; 0]);
            assert!(
                !members(&reply.headers, "vary").contains(&"origin".to_owned()),
                "{path}"
            );
        }
    }
}
