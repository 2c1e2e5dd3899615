//! ETag and If-None-Match.

use super::{READS, get, members};

on_both! {
    async fn every_read_has_a_strong_tag(app: &TestApp) {
        for path in READS {
            let reply = app.anonymous().get(path).await.ok();
            let etag = reply.etag();
            assert!(
                etag.len() > 10 && etag.starts_with('"') && etag.ends_with('"'),
                "{path} {etag}"
            );
            assert_eq!(app.anonymous().etag(path).await, etag, "{path} twice");
            let vary = members(&reply.headers, "vary");
            for header in ["accept", "accept-encoding", "authorization"] {
                assert!(vary.contains(&header.to_owned()), "{path} {vary:?}");
            }
            assert_eq!(reply.header("cache-control"), "public, no-cache", "{path}");
        }
        // What a token made may be more than others see.
        let reply = app.coordinator().get("/api/v1/plans/dg-2017").await.ok();
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        assert_ne!(
            reply.etag(),
            app.anonymous().etag("/api/v1/plans/dg-2017").await,
            "its allowed_actions differ"
        );
    }

    async fn who_has_it_gets_304_and_no_body(app: &TestApp) {
        let caller = app.anonymous();
        for path in READS {
            let full = caller.get(path).await.ok();
            let etag = full.etag();
            let opaque = etag.trim_matches('"');
            for tags in [
                etag.clone(),
                format!("W/{etag}"),
                "*".to_owned(),
                format!("\"other\", {etag}"),
                format!("W/\"other\",W/{etag} , \"third\""),
                format!("\"{opaque}+gzip\""),
                format!("W/\"{opaque}+br\""),
            ] {
                let reply = get(&caller, path, &[("If-None-Match", &tags)]).await.expect(304);
                assert!(reply.body.is_empty(), "{path} {tags}");
                assert_eq!(reply.etag(), etag, "{path} {tags}");
                for header in ["cache-control", "vary"] {
                    assert_eq!(reply.header(header), full.header(header), "{path}");
                }
                for header in ["content-encoding", "content-disposition"] {
                    assert!(reply.headers.get(header).is_none(), "{path} {header}");
                }
            }
        }
    }

    async fn who_has_another_gets_it_all(app: &TestApp) {
        let caller = app.anonymous();
        for path in READS {
            let full = caller.get(path).await.ok();
            let opaque = full.etag().trim_matches('"').to_owned();
            for tags in [
                "\"other\"".to_owned(),
                format!("\"{opaque}x\""),
                format!("\"{}\"", &opaque[1..]),
                String::new(),
                "1".to_owned(),
            ] {
                let reply = get(&caller, path, &[("If-None-Match", &tags)]).await.ok();
                assert_eq!(reply.body, full.body, "{path} {tags}");
            }
        }
    }

    async fn several_headers_are_one_list(app: &TestApp) {
        let path = "/api/v1/tasks/dg-2017.8";
        let etag = app.anonymous().etag(path).await;
        let headers = [("If-None-Match", "\"other\""), ("If-None-Match", etag.as_str())];
        get(&app.anonymous(), path, &headers).await.expect(304);
    }

    async fn a_tag_names_one_reply(app: &TestApp) {
        let caller = app.anonymous();
        let mut seen = std::collections::BTreeMap::new();
        for path in READS {
            let reply = caller.get(path).await.ok();
            if let Some(body) = seen.insert(reply.etag(), reply.body.clone()) {
                assert_eq!(body, reply.body, "{path}");
            }
        }
        // The same thing in fewer fields is not the same.
        let path = "/api/v1/requirements/dg-2017.17.3";
        assert_ne!(caller.etag(path).await, caller.etag(&format!("{path}?fields=id")).await);
    }

    async fn an_error_has_no_tag(app: &TestApp) {
        for path in ["/api/v1/tasks/dg-2017.99", "/api/v1/tasks?limit=0"] {
            let reply = get(&app.anonymous(), path, &[("If-None-Match", "*")]).await;
            assert!(reply.status == 404 || reply.status == 400, "{path}");
            assert!(reply.headers.get("etag").is_none(), "{path}");
        }
    }
}
