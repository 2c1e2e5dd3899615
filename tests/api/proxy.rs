//! Behind a proxy: where links lead.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Caller, Engine, Reply, TestApp, nginx::Nginx};

async fn forwarded(caller: &Caller<'_>, method: Method, path: &str, body: Option<serde_json::Value>) -> Reply {
    let request = caller
        .request(method, path)
        .header("X-Forwarded-Proto", "HTTPS")
        .header("X-Forwarded-Host", "gov.example")
        .header("X-Forwarded-Port", "8443")
        .header("X-Forwarded-Prefix", "/duban/");
    Reply::to(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

/// All kinds of links begin with `root`, an address, and `prefix`, the path in it.
async fn links_begin_with(app: &TestApp, root: &str, prefix: &str) {
    let caller = app.coordinator();
    let get = async |path: &str| forwarded(&caller, Method::GET, path, None).await;
    for path in ["/api/v1/requirements?limit=1", "/api/v1/obligations?limit=1"] {
        let page = get(path).await.ok();
        let next = page.json()["next"].as_str().unwrap().to_owned();
        assert!(next.starts_with(&format!("{root}{prefix}/api/v1/")), "{next}");
        assert!(page.header("link").starts_with(&format!("<{root}{prefix}/api/v1/")));
    }
    let plan = json!({"id": "dg-2018", "title": "方案", "year": 2018});
    let made = forwarded(&caller, Method::POST, "/api/v1/plans", Some(plan))
        .await
        .expect(201);
    assert_eq!(made.header("location"), format!("{prefix}/api/v1/plans/dg-2018"));
    let feed = forwarded(&caller, Method::POST, "/api/v1/units/hbj/calendar-feed", None)
        .await
        .expect(201);
    let url = feed.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{root}{prefix}/api/v1/units/hbj/")), "{url}");
    let problem = get("/api/v1/plans/nosuch").await.problem(404, "not_found");
    assert_eq!(problem["type"], format!("{prefix}/errors#not_found"));
    assert_eq!(problem["instance"], format!("{prefix}/api/v1/plans/nosuch"));
    let document = get("/openapi.json").await.ok().json();
    assert_eq!(document["servers"][0]["url"], format!("{root}{prefix}"));
    // These are relative: they hold below any path.
    for path in ["/", "/docs"] {
        assert_eq!(get(path).await.expect(307).header("location"), "docs/");
    }
}

#[actix_web::test]
async fn a_proxy_that_is_named_is_believed() {
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
    })
    .await;
    app.during(async |app| links_begin_with(app, "https://gov.example:8443", "/duban").await)
        .await;
}

#[actix_web::test]
async fn nobody_else_is() {
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    let root = app.base.clone();
    app.during(async |app| links_begin_with(app, &root, "").await).await;
}

#[actix_web::test]
async fn the_public_url_is_used_whatever_headers_say() {
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.public_url = Some("https://open.example/gov/duban/".parse().unwrap());
    })
    .await;
    app.during(async |app| links_begin_with(app, "https://open.example", "/gov/duban").await)
        .await;
}

#[test]
fn what_is_no_public_url_is_refused() {
    use duban::config::{Network, PublicUrl};
    for text in [
        "gov.example",
        "ftp://gov.example",
        "https://",
        "https://a@gov.example",
        "https://gov.example/?x=1",
        "/duban",
    ] {
        assert!(text.parse::<PublicUrl>().is_err(), "{text}");
    }
    for text in ["10.0.0.0/33", "proxy", ""] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
}

/// Through nginx with the sample of the guide: the address of the first link, whatever its sender claims.
async fn next_through(proxy: &Nginx, app: &TestApp, path: &str) -> String {
    let anonymous = app.anonymous();
    let caller = Caller {
        base: &proxy.base,
        ..anonymous
    };
    let request = caller
        .request(Method::GET, path)
        .header("Host", "duban.example.gov.cn")
        .header("X-Forwarded-Host", "evil.example")
        .header("Forwarded", "host=evil.example");
    Reply::to(request).await.ok().json()["next"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[actix_web::test]
async fn the_sample_for_nginx_works() {
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    app.during(async |app| {
        let upstream = app.base.strip_prefix("http://").unwrap();
        let Some(proxy) = Nginx::before(upstream, |sample| sample) else {
            eprintln!("nginx is not installed: not tried");
            return;
        };
        let next = next_through(&proxy, app, "/api/v1/requirements?limit=1").await;
        assert!(
            next.starts_with("http://duban.example.gov.cn/api/v1/requirements?"),
            "{next}"
        );
        let anonymous = app.anonymous();
        let caller = Caller {
            base: &proxy.base,
            ..anonymous
        };
        // What is asked for in bytes is answered in bytes, errors too.
        caller.get("/api/v1/plans/nosuch").await.problem(404, "not_found");
        caller.get("/api/v1/requirements?format=csv").await.ok();
        for path in ["/metrics", "/readyz"] {
            assert!(
                caller
                    .get(path)
                    .await
                    .expect(404)
                    .header("content-type")
                    .starts_with("text/html")
            );
        }
        let many = join_all((0..150).map(|_| caller.get("/healthz"))).await;
        assert!(many.iter().any(|reply| reply.status == 429), "nobody is slowed down");
        drop(proxy);

        let below = |sample: String| {
            sample.replace("location / {", "location /duban/ {").replace(
                "proxy_pass http://duban;",
                "proxy_pass http://duban/; proxy_set_header X-Forwarded-Prefix /duban;",
            )
        };
        let proxy = Nginx::before(upstream, below).unwrap();
        let next = next_through(&proxy, app, "/duban/api/v1/requirements?limit=1").await;
        assert!(
            next.starts_with("http://duban.example.gov.cn/duban/api/v1/requirements?"),
            "{next}"
        );
    })
    .await;
}
