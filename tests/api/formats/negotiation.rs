//! `Accept` and `?format=`, and the parameters that belong to one format only.

use super::{TABLES, accepting};
use crate::support::workbook::XLSX;

const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8";
const NDJSON: &str = "application/x-ndjson";

on_both! {
    async fn a_list_comes_as_it_is_asked_for(app: &TestApp) {
        let caller = app.anonymous();
        for (accept, expected) in [
            ("*/*", JSON),
            ("", JSON),
            ("application/json", JSON),
            ("application/*", JSON),
            ("text/csv", CSV),
            ("TEXT/CSV", CSV),
            ("text/*", CSV),
            ("text/csv; charset=utf-8", CSV),
            ("application/x-ndjson", NDJSON),
            (XLSX, XLSX),
            ("application/json;q=0.5, text/csv", CSV),
            (
                "text/csv;q=0.5, application/x-ndjson;q=0.9, application/json;q=0.1",
                NDJSON,
            ),
            ("text/csv;Q=0.1, application/x-ndjson", NDJSON),
            ("application/json;q=0, */*", CSV),
            ("image/png, */*;q=0.1", JSON),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ] {
            for (path, ..) in TABLES {
                let reply = accepting(&caller, path, accept).await.ok();
                assert_eq!(reply.header("content-type"), expected, "{path} {accept}");
                assert!(reply.header("vary").contains("Accept"), "{path}");
            }
        }
        // Nobody has to send the header at all.
        assert_eq!(caller.get("/api/v1/tasks").await.ok().header("content-type"), JSON);
    }

    async fn the_parameter_wins_over_the_header(app: &TestApp) {
        let caller = app.anonymous();
        for (format, expected) in [("json", JSON), ("csv", CSV), ("ndjson", NDJSON), ("xlsx", XLSX), ("%63sv", CSV)] {
            for accept in ["application/json", "text/csv", "*/*"] {
                let path = format!("/api/v1/tasks?format={format}");
                let reply = accepting(&caller, &path, accept).await.ok();
                assert_eq!(reply.header("content-type"), expected, "{format} {accept}");
            }
        }
        assert_eq!(
            accepting(&caller, "/api/v1/tasks?format=csv", "image/png")
                .await
                .ok()
                .header("content-type"),
            CSV
        );
    }

    async fn what_is_not_offered_is_not_acceptable(app: &TestApp) {
        let caller = app.anonymous();
        for accept in [
            "image/png",
            "text/html",
            "application/json;q=0",
            "*/*;q=0",
            "application/xml, text/plain",
        ] {
            for (path, ..) in TABLES {
                let problem = accepting(&caller, path, accept).await.problem(406, "not_acceptable");
                assert_eq!(problem["errors"][0]["header"], "Accept");
                for offered in [JSON, "text/csv", NDJSON, XLSX] {
                    assert!(problem["detail"].as_str().unwrap().contains(offered), "{problem}");
                }
            }
        }
        // A single thing is no table.
        for path in [
            "plans/dg-2017",
            "tasks/dg-2017.1",
            "requirements/dg-2017.1.1",
            "deadlines/dg-2017.1.1.d1",
            "units/hbj",
        ] {
            let path = format!("/api/v1/{path}");
            for accept in ["text/csv", "image/png", "application/x-ndjson"] {
                accepting(&caller, &path, accept).await.problem(406, "not_acceptable");
            }
            accepting(&caller, &path, "text/csv, */*;q=0.1").await.ok();
            let of_plans = path.contains("/plans/");
            let code = if of_plans { "invalid_parameter" } else { "unknown_parameter" };
            let problem = caller.get(&format!("{path}?format=csv")).await.problem(400, code);
            assert_eq!(problem["errors"][0]["parameter"], "format");
        }
    }

    async fn a_parameter_of_another_format_is_refused(app: &TestApp) {
        let caller = app.anonymous();
        for (path, ..) in TABLES {
            for (query, parameter) in [
                ("format=csv&limit=0", "limit"),
                ("format=csv&cursor=abc", "cursor"),
                ("format=ndjson&cursor=abc", "cursor"),
                ("format=csv&embed=members", "embed"),
                ("format=json&bom=true", "bom"),
                ("bom=false", "bom"),
                ("format=ndjson&bom=true", "bom"),
                ("format=xlsx&bom=true", "bom"),
                ("format=xlsx&cursor=abc", "cursor"),
                ("format=csv&bom=yes", "bom"),
                ("headers=zh", "headers"),
                ("format=ndjson&headers=zh", "headers"),
                ("format=csv&headers=fr", "headers"),
                ("format=xml", "format"),
                ("format=CSV", "format"),
                ("format=csv&format=json", "format"),
            ] {
                // Where there is nothing to embed, `embed` is no parameter.
                let code = if parameter == "embed" && path.ends_with("/members") {
                    "unknown_parameter"
                } else {
                    "invalid_parameter"
                };
                let problem = caller.get(&format!("{path}?{query}")).await.problem(400, code);
                assert_eq!(problem["errors"][0]["parameter"], parameter, "{path} {query}");
            }
        }
        // Asked for by the header it is the same.
        let problem = accepting(&caller, "/api/v1/tasks?cursor=abc", "text/csv")
            .await
            .problem(400, "invalid_parameter");
        assert_eq!(problem["errors"][0]["parameter"], "cursor");
    }
}
