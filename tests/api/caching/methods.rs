//! HEAD, OPTIONS, and methods that a path does not take.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use actix_web::web::block;
use reqwest::Method;

use super::{READS, members, send};
use crate::support::{Reply, TestApp};

/// The headers, without those of the one request.
fn headers(reply: &Reply) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = reply
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    headers
}

/// All that comes over the wire in answer to a HEAD.
async fn head_on_the_wire(app: &TestApp, path: &'static str) -> String {
    let host = app.base.strip_prefix("http://").unwrap().to_owned();
    let answer = move || {
        let mut stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(
            stream,
            "HEAD {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    block(answer).await.unwrap()
}

on_both! {
    async fn head_is_get_without_the_body(app: &TestApp) {
        let caller = app.anonymous();
        for path in READS
            .iter()
            .chain(&["/api/v1/tasks/dg-2017.99", "/api/v1/tasks?limit=0", "/healthz"])
        {
            for accepted in ["identity", "gzip", "br"] {
                let coding = [("Accept-Encoding", accepted)];
                let get = send(&caller, Method::GET, path, &coding).await;
                let head = send(&caller, Method::HEAD, path, &coding).await;
                assert_eq!(head.status, get.status, "{path}");
                assert!(head.body.is_empty(), "{path}");
                assert_eq!(headers(&head), headers(&get), "{path} {accepted}");
                assert_eq!(
                    head.header("content-length"),
                    get.body.len().to_string(),
                    "{path} {accepted}"
                );
            }
        }
    }

    async fn nothing_follows_the_headers_of_a_head(app: &TestApp) {
        for path in [
            "/api/v1/requirements?limit=200",
            "/api/v1/tasks/dg-2017.99",
            "/api/v1/units?format=csv",
        ] {
            let answer = head_on_the_wire(app, path).await;
            assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
            assert_eq!(answer.find("\r\n\r\n"), Some(answer.len() - 4), "{answer}");
        }
    }

    async fn head_answers_if_none_match_too(app: &TestApp) {
        for path in READS {
            let etag = app.anonymous().etag(path).await;
            let reply = send(&app.anonymous(), Method::HEAD, path, &[("If-None-Match", &etag)]).await;
            assert_eq!((reply.status, reply.etag()), (304, etag), "{path}");
        }
    }

    async fn options_and_405_name_the_methods(app: &TestApp) {
        for (path, allowed, refused) in [
            ("/api/v1/plans", "get head options post", "DELETE"),
            ("/api/v1/plans/dg-2017", "delete get head options patch", "PUT"),
            ("/api/v1/plans/dg-2017/publish", "options post", "GET"),
            ("/api/v1/requirements", "get head options post", "PATCH"),
            (
                "/api/v1/requirements/dg-2017.17.3",
                "delete get head options patch",
                "POST",
            ),
            ("/api/v1/units/zhenjie/members", "get head options", "POST"),
            ("/api/v1/units/ygdw/members/lyj", "delete options put", "GET"),
            ("/healthz", "get head options", "POST"),
            ("/openapi.json", "get head options", "TRACE"),
        ] {
            let options = send(&app.anonymous(), Method::OPTIONS, path, &[]).await.expect(204);
            assert!(options.body.is_empty());
            assert_eq!(members(&options.headers, "allow").join(" "), allowed, "{path}");
            let refused = send(&app.anonymous(), refused.parse().unwrap(), path, &[]).await;
            assert_eq!(members(&refused.headers, "allow").join(" "), allowed, "{path}");
            refused.problem(405, "method_not_allowed");
        }
        // A path that is none has no methods.
        for path in ["/api/v1/nosuch", "/api/v1/plans/dg-2017/nosuch", "/nosuch"] {
            let options = send(&app.anonymous(), Method::OPTIONS, path, &[]).await;
            assert!(
                options.status == 404 && options.headers.get("allow").is_none(),
                "{path}"
            );
        }
    }
}
