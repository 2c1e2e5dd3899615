//! gzip and brotli.

use std::io::Read as _;

use super::{READS, get, members};
use crate::support::Reply;

/// The body as it was before it was compressed.
fn decoded(reply: &Reply) -> Vec<u8> {
    let mut plain = Vec::new();
    match reply
        .headers
        .get("content-encoding")
        .map(|coding| coding.to_str().unwrap())
    {
        None => plain.clone_from(&reply.body),
        Some("gzip") => {
            flate2::read::GzDecoder::new(&*reply.body)
                .read_to_end(&mut plain)
                .unwrap();
        }
        Some("br") => brotli::BrotliDecompress(&mut &*reply.body, &mut plain).unwrap(),
        Some(other) => panic!("coding {other}"),
    }
    plain
}

fn coding(reply: &Reply) -> &str {
    reply
        .headers
        .get("content-encoding")
        .map_or("", |coding| coding.to_str().unwrap())
}

on_both! {
    async fn a_long_reply_comes_as_the_caller_can_read_it(app: &TestApp) {
        let caller = app.anonymous();
        for path in [
            "/api/v1/requirements?limit=200",
            "/api/v1/requirements?format=csv",
            "/api/v1/plans/dg-2017?embed=requirements",
        ] {
            let plain = caller.get(path).await.ok();
            assert_eq!(coding(&plain), "");
            for (accepted, expected) in [
                ("gzip", "gzip"),
                ("br", "br"),
                ("gzip, deflate, br, zstd", "br"),
                ("GZIP", "gzip"),
                ("br;q=0, gzip", "gzip"),
                ("br;q=0.1, gzip", "gzip"),
                ("gzip;q=0.5, br;q=0", "gzip"),
                ("gzip;q=0, br;q=0.000", ""),
                ("br; q=0 , gzip ; q=0.1", "gzip"),
                ("br;Q=0, gzip;Q=0.0", ""),
                ("identity", ""),
                ("deflate", ""),
                ("zstd, compress", ""),
                ("", ""),
            ] {
                let reply = get(&caller, path, &[("Accept-Encoding", accepted)]).await.ok();
                assert_eq!(coding(&reply), expected, "{path} {accepted}");
                assert_eq!(decoded(&reply), plain.body, "{path} {accepted}");
                assert_eq!(reply.header("content-type"), plain.header("content-type"));
                assert_eq!(reply.header("content-length"), reply.body.len().to_string());
                assert_eq!(
                    reply.body.len() < plain.body.len() / 2,
                    !expected.is_empty(),
                    "{path} {accepted}"
                );
            }
        }
    }

    async fn a_tag_names_one_coding(app: &TestApp) {
        let caller = app.anonymous();
        for path in READS {
            let plain = caller.get(path).await.ok();
            for accepted in [
                "gzip",
                "br",
                "gzip, br",
                "deflate",
                "zstd",
                "*",
                "identity",
                "gzip;q=0.1, *;q=0.5",
            ] {
                let reply = get(&caller, path, &[("Accept-Encoding", accepted)]).await.ok();
                assert!(
                    members(&reply.headers, "vary").contains(&"accept-encoding".to_owned()),
                    "{path}"
                );
                // Equal tags promise equal bytes (RFC 9110, section 8.8.3.3).
                assert_eq!(
                    reply.etag() == plain.etag(),
                    coding(&reply).is_empty(),
                    "{path} {accepted}"
                );
                assert_eq!(decoded(&reply), plain.body, "{path} {accepted}");
                // The tag that came is the tag that is asked about.
                let headers = [("Accept-Encoding", accepted), ("If-None-Match", &reply.etag())];
                let again = get(&caller, path, &headers).await.expect(304);
                assert_eq!((again.etag(), again.body.len()), (reply.etag(), 0), "{path} {accepted}");
            }
        }
    }

    async fn the_three_codings_have_three_tags(app: &TestApp) {
        let caller = app.anonymous();
        let path = "/api/v1/requirements?limit=200";
        let mut tags = vec![caller.etag(path).await];
        for accepted in ["gzip", "br"] {
            tags.push(get(&caller, path, &[("Accept-Encoding", accepted)]).await.ok().etag());
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 3, "{tags:?}");
    }

    async fn the_tag_of_any_coding_is_good_for_a_change(app: &TestApp) {
        let coordinator = app.coordinator();
        let path = "/api/v1/units/zhenjie";
        for (accepted, note) in [("gzip", "一"), ("br", "二"), ("identity", "三")] {
            let embedded = format!("{path}?embed=members");
            let etag = get(&coordinator, &embedded, &[("Accept-Encoding", accepted)])
                .await
                .ok()
                .etag();
            assert_eq!(etag.contains('+'), accepted != "identity", "{etag}");
            let changed = coordinator
                .patch(path, &etag, &serde_json::json!({"note": note}))
                .await
                .ok();
            assert_eq!(changed.json()["note"], note);
            coordinator
                .patch(path, &etag, &serde_json::json!({"note": "迟到"}))
                .await
                .problem(412, "stale");
        }
    }

    async fn an_error_is_readable_whatever_is_accepted(app: &TestApp) {
        for accepted in ["gzip", "br", "deflate", "gzip, deflate, br"] {
            for (path, status, code) in [
                ("/api/v1/tasks/dg-2017.99", 404, "not_found"),
                ("/api/v1/tasks?limit=0", 400, "invalid_parameter"),
                ("/nosuch", 404, "not_found"),
                ("/docs/nosuch", 404, "not_found"),
            ] {
                let reply = get(&app.anonymous(), path, &[("Accept-Encoding", accepted)]).await;
                assert_eq!(coding(&reply), "", "{path} {accepted}");
                reply.problem(status, code);
            }
        }
    }
}
