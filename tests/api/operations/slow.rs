//! Callers that are slow, and callers that speak an old HTTP, on a bare connection.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use actix_web::web::block;
use serde_json::Value;

use crate::support::{
    Engine, TestApp,
    sample::{feedback::writer, reports::report},
};

/// Sends `head` and then a byte again and again; the whole answer, and after what time.
fn drip(base: &str, head: &str) -> (String, Duration) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while begun.elapsed() < Duration::from_mins(1) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&buffer[..read]),
            // Nothing yet: the next byte.
            Err(_) if stream.write_all(b" ").is_err() => break,
            Err(_) => {}
        }
    }
    (String::from_utf8(answer).unwrap(), begun.elapsed())
}

/// Whatever takes a body.
#[actix_web::test]
async fn a_body_that_drips_in_is_given_up() {
    let app = TestApp::start_with(Engine::Sqlite, |config| config.body_seconds = 1).await;
    app.during(async |app| {
        let report = report(app, "draft").await;
        let token = writer(app).token.unwrap();
        let begun = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF";
        for (path, kind, begun) in [
            ("/api/v1/progress-reports".to_owned(), "application/json", "{"),
            (
                format!("{report}/attachments"),
                "multipart/form-data; boundary=b",
                begun,
            ),
            (format!("{report}/attachments"), "multipart/form-data; boundary=b", ""),
        ] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n\
                 Content-Length: 100000\r\n\r\n{begun}"
            );
            let base = app.base.clone();
            let (answer, took) = block(move || drip(&base, &head)).await.unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 408 "), "{answer}");
            assert!(head.contains("application/problem+json"), "{answer}");
            let problem: Value = serde_json::from_str(body).unwrap();
            assert_eq!(problem["code"], "request_timeout");
            assert!(took > Duration::from_secs(1), "{took:?}");
        }
    })
    .await;
}

/// It has no chunks: what has no length ends with the connection.
#[actix_web::test]
async fn http_1_0_gets_no_chunks() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(async |app| {
        for path in [
            "/api/v1/requirements?format=ndjson",
            "/api/v1/requirements?format=csv",
            "/api/v1/units",
            "/docs/",
            "/docs/swagger-ui-bundle.js",
            "/openapi.json",
            "/nosuch",
        ] {
            for kept in ["", "Connection: keep-alive\r\n"] {
                let base = app.base.clone();
                let head = format!("GET {path} HTTP/1.0\r\n{kept}Accept-Encoding: gzip\r\n\r\n");
                let answer = block(move || {
                    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
                    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                    stream.write_all(head.as_bytes()).unwrap();
                    let mut answer = Vec::new();
                    let mut buffer = vec![0; 64 * 1024];
                    // Whoever asked to be kept gets a length to stop at.
                    loop {
                        let read = stream.read(&mut buffer).unwrap();
                        answer.extend_from_slice(&buffer[..read]);
                        let end = answer.windows(4).position(|found| found == b"\r\n\r\n");
                        let head = end.map(|end| String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase());
                        let length = head
                            .as_ref()
                            .and_then(|head| head.split("content-length: ").nth(1)?.lines().next());
                        let length: Option<usize> = length.map(|length| length.parse().unwrap());
                        if read == 0
                            || end
                                .zip(length)
                                .is_some_and(|(end, length)| answer.len() >= end + 4 + length)
                        {
                            return (head.unwrap(), answer.len());
                        }
                    }
                })
                .await
                .unwrap();
                assert!(!answer.0.contains("transfer-encoding"), "{path}: {}", answer.0);
                assert!(
                    answer.0.contains("content-length") || !answer.0.contains("keep-alive"),
                    "{path}: {}",
                    answer.0
                );
                assert!(answer.1 > answer.0.len() + 4, "{path}: no body");
            }
        }
    })
    .await;
}

/// What a browser draws is framed by nobody, and runs nothing.
#[actix_web::test]
async fn pages_and_pictures_do_nothing_but_look() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(async |app| {
        for path in [
            "/errors",
            "/api/v1/plans/dg-2017/board.svg",
            "/api/v1/plans/dg-2017/trend.svg",
        ] {
            let page = app.anonymous().get(path).await.ok();
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src"), "{path}: {policy}");
            assert!(
                policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"),
                "{path}: {policy}"
            );
            assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
            let text = page.text();
            assert!(
                !text.contains("<script") && !text.contains(" src=") && !text.contains("<link"),
                "{path}"
            );
        }
        let data = app.anonymous().get("/api/v1/plans").await.ok();
        assert!(data.headers.get("content-security-policy").is_none());
    })
    .await;
}

/// Swagger UI has what it needs, and a page of somebody else's has nothing.
#[actix_web::test]
async fn the_pages_of_the_documentation_run_their_own_scripts_only() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(async |app| {
        let page = app.anonymous().get("/docs/").await.ok();
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("x-frame-options"), "DENY");
        // Nothing in it is forbidden by that: scripts are files of ours, and none is written into the page.
        let html = page.text();
        let scripts: Vec<&str> = html.split("<script").skip(1).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            let (tag, rest) = script.split_once('>').unwrap();
            let source = tag.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(source.starts_with("./") || !source.contains(':'), "{source}");
            assert!(rest.trim_start().starts_with("</script>"), "{rest:.60}");
            app.anonymous()
                .get(&format!("/docs/{}", source.trim_start_matches("./")))
                .await
                .ok();
        }
        for handler in ["onload=", "onclick=", "javascript:", "http://", "https://"] {
            assert!(!html.contains(handler), "{handler}");
        }
    })
    .await;
}
