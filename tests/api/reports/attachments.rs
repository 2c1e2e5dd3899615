//! `/progress-reports/{id}/attachments`: files of reports

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{
    Caller, Engine, Reply, TestApp,
    database::{execute, select},
    sample::{
        feedback::{PDF, attach, attached, form, writer},
        reports::{act, report},
    },
};

fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let faults = problem["errors"].as_array().unwrap().iter();
    faults
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect()
}

async fn files(caller: &Caller<'_>, report: &str) -> Vec<Value> {
    let report = caller.get(report).await.ok().json();
    report["attachments"].as_array().unwrap().clone()
}

/// Who sees the file: the status for each of these.
async fn who_sees(app: &TestApp, file: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    let other = app.bearing(Some(app.token("li", &["unit_reporter"], Some("humen"), &[])));
    for caller in [
        app.anonymous(),
        other,
        app.coordinator(),
        app.role("secrecy_reviewer"),
        writer(app),
    ] {
        let reply = caller.get(file).await;
        if reply.status == 404 {
            let missing = caller.get(&format!("{file}0")).await;
            assert_eq!(missing.status, 404);
        }
        statuses.push(reply.status);
    }
    statuses
}

on_both! {
    async fn come_back_as_they_were_sent(app: &TestApp) {
        let writer = writer(app);
        let path = report(app, "draft").await;
        let etag = writer.etag(&path).await;
        let added = attach(&writer, &path, " 证明 (一)=@.pdf", PDF).await.expect(201);
        let hash = format!("{:x}", Sha256::digest(PDF));
        assert_eq!(added.etag(), format!("\"{hash}\""));
        let (at, body) = (added.header("location").to_owned(), added.json());
        let file = &body["attachment"];
        assert_eq!(
            *file,
            json!({"id": at.rsplit('/').next().unwrap(), "name": "证明 (一)=@.pdf", "media_type": "application/pdf", "size": PDF.len(), "sha256": hash})
        );
        assert_eq!(body["report_version"], 2);
        assert_eq!(files(&writer, &path).await, std::slice::from_ref(file));
        let listed = writer.get("/api/v1/progress-reports").await.ok().json();
        assert_eq!(listed["items"][0]["attachments"], json!([file]));

        let reply = writer.get(&at).await.ok();
        assert_eq!(reply.body, PDF);
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("content-length", &PDF.len().to_string()),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cache-control", "private, no-cache"),
            ("etag", &format!("\"{hash}\"")),
        ] {
            assert_eq!(reply.header(name), value);
        }
        let escaped = reply.header("content-disposition").strip_prefix("attachment; filename*=UTF-8''").unwrap();
        assert!(escaped.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%-._".contains(&byte)), "{escaped}");
        assert_eq!(percent_decoded(escaped), "证明 (一)=@.pdf");
        let request = writer.request(Method::GET, &at).header("If-None-Match", reply.etag());
        assert!(Reply::to(request).await.expect(304).body.is_empty());
        let head = Reply::to(writer.request(Method::HEAD, &at)).await.ok();
        assert_eq!(head.header("content-length"), PDF.len().to_string());

        // The report is another one now.
        writer.patch(&path, &etag, &json!({"percent": 50})).await.problem(412, "stale");
        writer.delete(&at, &etag).await.problem(412, "stale");
        Reply::to(writer.request(Method::DELETE, &at)).await.problem(428, "precondition_required");
        let etag = writer.etag(&path).await;
        writer.delete(&at, &etag).await.expect(204);
        writer.get(&at).await.problem(404, "not_found");
        writer.delete(&at, "*").await.problem(404, "not_found");
        assert!(files(&writer, &path).await.is_empty());
        assert!(select(&app.config, "select cast(count(*) as text) from attachment_content").await == ["0"]);
    }

    /// The same gate as the report's, at every step.
    async fn are_seen_by_who_sees_the_report(app: &TestApp) {
        let (path, file) = attached(app, "draft").await;
        assert_eq!(who_sees(app, &file).await, [404, 404, 404, 404, 200]);
        for (action, caller, seen) in [
            ("submit", writer(app), [404, 404, 200, 404, 200]),
            ("accept", app.coordinator(), [404, 404, 200, 200, 200]),
            ("clear", app.role("secrecy_reviewer"), [200, 200, 200, 200, 200]),
            ("withhold", app.role("secrecy_reviewer"), [404, 404, 200, 200, 200]),
            ("clear", app.role("secrecy_reviewer"), [200, 200, 200, 200, 200]),
            ("revise", writer(app), [404, 404, 404, 404, 200]),
        ] {
            let body = if action == "withhold" { json!({"reason": "涉及监测点位"}) } else { json!({}) };
            act(&caller, &path, action, "*", &body).await.ok();
            assert_eq!(who_sees(app, &file).await, seen, "{action}");
        }
        // A revision keeps its files.
        assert_eq!(files(&writer(app), &path).await.len(), 1);
        // A file is found through its own report only.
        let (other, _) = attached(app, "clear").await;
        let id = file.rsplit('/').next().unwrap();
        writer(app).get(&format!("{other}/attachments/{id}")).await.problem(404, "not_found");
    }

    async fn of_an_earlier_day_are_not_told(app: &TestApp) {
        let (path, _) = attached(app, "clear").await;
        app.clock.set("2017-07-05T01:00:00Z".parse().unwrap());
        let then = app.anonymous().get(&format!("{path}?as_of=2017-07-01")).await.ok().json();
        assert_eq!(then.get("attachments"), None);
        let now = app.anonymous().get(&path).await.ok().json();
        assert_eq!(now["attachments"].as_array().unwrap().len(), 1);
        assert_eq!(now["attachments"][0].get("added"), None);
    }

    async fn are_changed_where_the_report_may_be(app: &TestApp) {
        let writer = writer(app);
        let (path, file) = attached(app, "submit").await;
        let problem = attach(&writer, &path, "b.pdf", PDF).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["withdraw"]));
        let problem = writer.delete(&file, "*").await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["withdraw"]));
        act(&app.coordinator(), &path, "return", "*", &json!({"reason": "请补充"})).await.ok();
        let other = app.bearing(Some(app.token("li", &["unit_reporter"], Some("humen"), &[])));
        attach(&other, &path, "b.pdf", PDF).await.problem(404, "not_found");
        other.delete(&file, "*").await.problem(404, "not_found");
        attach(&app.coordinator(), &path, "b.pdf", PDF).await.problem(403, "forbidden");
        attach(&app.anonymous(), &path, "b.pdf", PDF).await.problem(401, "unauthenticated");
        // Who adds a file is an author, and signs nothing: the approver of the unit did.
        let approver = app.bearing(Some(app.token("wang", &["unit_approver"], Some("zwfwb"), &[])));
        attach(&approver, &path, "b.pdf", PDF).await.expect(201);
        let authors = select(&app.config, "select cast(authors as text) from progress_report").await;
        assert!(authors[0].contains("wang"), "{authors:?}");
        // What was accepted can be revised, and its draft is deleted with its files.
        let log = select(&app.config, "select event from log_entry where event like '%.attachment_%' order by id").await;
        assert_eq!(log, ["progress_report.attachment_added", "progress_report.attachment_added"]);
        let said = select(&app.config, "select cast(after as text) from log_entry where event like '%.attachment_%'").await;
        assert!(said.iter().all(|said| said.contains("sha256") && !said.contains("%PDF")), "{said:?}");
        // What was attached to a draft, its history tells nobody but the unit.
        let history = app.coordinator().get(&format!("{path}/history")).await;
        assert!(!history.text().contains("b.pdf"), "{}", history.text());
        let history = writer.get(&format!("{path}/history")).await.ok().text();
        assert!(history.contains("b.pdf"), "{history}");
        let (draft, file) = attached(app, "draft").await;
        writer.delete(&draft, "*").await.expect(204);
        writer.get(&file).await.problem(404, "not_found");
    }

    async fn are_what_their_name_says(app: &TestApp) {
        let writer = writer(app);
        let path = report(app, "draft").await;
        for (name, bytes) in [
            ("a.exe", &b"MZ\x90\0\x03"[..]), ("a.pdf", b"MZ\x90\0\x03"), ("a.png", PDF), ("pdf", PDF), ("a.html", b"<html></html>"),
            ("a.txt", b"<!DOCTYPE html><html></html>"), ("a.zip", b"PK\x03\x04"), ("a.docx", b"PK\x03\x04"),
        ] {
            let problem = attach(&writer, &path, name, bytes).await.problem(415, "unsupported_media_type");
            assert!(problem["detail"].as_str().unwrap().contains("pdf, ofd, docx"), "{problem}");
        }
        for (name, bytes, fault) in [
            ("a.pdf", &b""[..], "required"), ("", PDF, "required"), ("../a.pdf", PDF, "invalid"), ("a%5Cb.pdf", PDF, "none"),
            ("a\u{202e}.pdf", PDF, "invalid"),
        ] {
            let reply = attach(&writer, &path, name, bytes).await;
            if fault == "none" {
                reply.expect(201);
            } else {
                assert_eq!(faults(&reply.problem(422, "invalid")), [("/file", fault)], "{name}");
            }
        }
        let problem = attach(&writer, &path, &format!("{}.pdf", "长".repeat(197)), PDF).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [("/file", "too_long")]);
        attach(&writer, &path, "说明.txt", "公开情况说明\n".as_bytes()).await.expect(201);
        let problem = attach(&writer, &path, "说明.txt", "又一份\n".as_bytes()).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [("/file", "duplicate")]);
    }

    async fn are_twenty_at_most(app: &TestApp) {
        let writer = writer(app);
        let path = report(app, "draft").await;
        for n in 0..20 {
            attach(&writer, &path, &format!("{n}.pdf"), PDF).await.expect(201);
        }
        let problem = attach(&writer, &path, "20.pdf", PDF).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [("/file", "too_long")]);
        assert_eq!(files(&writer, &path).await.len(), 20);
    }

    async fn are_sent_as_a_form_of_one_file(app: &TestApp) {
        let writer = writer(app);
        let path = format!("{}/attachments", report(app, "draft").await);
        let send = async |body: &str, kind: &str| {
            let request = writer.request(Method::POST, &path).header("Content-Type", kind);
            Reply::to(request.body(body.to_owned())).await
        };
        let kind = "multipart/form-data; boundary=b";
        for kind in ["application/json", "application/pdf", "multipart/mixed; boundary=b", ""] {
            let reply = send("{}", kind).await;
            assert_eq!(reply.header("accept"), "multipart/form-data");
            reply.problem(415, "unsupported_media_type");
        }
        for body in ["", "{", "--b\r\n", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF"] {
            let reply = send(body, kind).await;
            assert!(matches!(reply.status, 400 | 422), "{body}: {}", reply.text());
        }
        send("", "multipart/form-data").await.problem(400, "bad_request");
        let part = |name: &str, file: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n%PDF-1.7\r\n")
        };
        let named = "; filename=\"a.pdf\"";
        for (body, pointer, fault) in [
            (part("datei", named), "/datei", "unknown"), (part("file", ""), "/file", "required"),
            (part("file", named) + &part("file", named), "/file", "duplicate"), (String::new(), "/file", "required"),
        ] {
            let problem = send(&format!("{body}--b--\r\n"), kind).await.problem(422, "invalid");
            assert_eq!(faults(&problem), [(pointer, fault)]);
        }
        send(&format!("{}--b--\r\n", part("file", named)), kind).await.expect(201);
    }

    async fn are_added_once_for_a_key(app: &TestApp) {
        let writer = writer(app);
        let path = report(app, "draft").await;
        let send = async |name: &str, bytes: &[u8]| {
            let request = writer.request(Method::POST, &format!("{path}/attachments")).header("Idempotency-Key", "k");
            Reply::to(form(request, name, bytes)).await
        };
        let first = send("a.pdf", PDF).await.expect(201);
        let again = send("a.pdf", PDF).await.expect(201);
        assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
        send("a.pdf", b"%PDF-1.4\n").await.problem(422, "idempotency_mismatch");
        assert_eq!(files(&writer, &path).await.len(), 1);
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The limit is the attachments' own: other bodies keep theirs, and a large file is no reason to raise it.
#[actix_web::test]
async fn have_a_largest_size_of_their_own() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::start_with(engine, |config| {
            config.body_limit = 10_000;
            config.attachment_limit = 3_000_000;
        })
        .await;
        app.during(async |app| {
            let writer = writer(app);
            let path = report(app, "draft").await;
            let mut large = PDF.to_vec();
            large.resize(3_000_000, b'x');
            let added = attach(&writer, &path, "大.pdf", &large).await.expect(201);
            assert_eq!(writer.get(added.header("location")).await.ok().body, large);
            large.push(b'x');
            let problem = attach(&writer, &path, "b.pdf", &large)
                .await
                .problem(413, "payload_too_large");
            assert!(problem["detail"].as_str().unwrap().contains("3000000"));
            large.resize(4_000_000, b'x');
            attach(&writer, &path, "b.pdf", &large)
                .await
                .problem(413, "payload_too_large");
            let long = json!({"summary": "长".repeat(5000)});
            writer.patch(&path, "*", &long).await.problem(413, "payload_too_large");
            assert_eq!(files(&writer, &path).await.len(), 1);
        })
        .await;
    }
}

/// Outside the database: a directory here, an S3-compatible store by the same interface.
#[actix_web::test]
async fn are_kept_elsewhere_if_so_configured() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let directory = tempfile::tempdir().unwrap();
        let kept = || std::fs::read_dir(directory.path()).unwrap().count();
        let app = TestApp::start_with(engine, |config| {
            config.attachments = format!("file://{}", directory.path().display());
        })
        .await;
        app.during(async |app| {
            let writer = writer(app);
            let (path, file) = attached(app, "clear").await;
            let reply = app.anonymous().get(&file).await.ok();
            assert_eq!((&reply.body[..], kept()), (PDF, 1));
            assert_eq!(reply.header("content-length"), PDF.len().to_string());
            assert_eq!(reply.header("cache-control"), "public, no-cache");
            let request = app
                .anonymous()
                .request(Method::GET, &file)
                .header("If-None-Match", reply.etag());
            Reply::to(request).await.expect(304);
            let inside = "select cast(count(*) as text) from attachment_content";
            assert_eq!(select(&app.config, inside).await, ["0"]);
            // What is refused leaves nothing behind.
            attach(&writer, &path, "b.pdf", PDF).await.problem(409, "wrong_state");
            act(&writer, &path, "revise", "*", &json!({})).await.ok();
            attach(&writer, &path, "证明.pdf", PDF).await.problem(422, "invalid");
            assert_eq!(kept(), 1);
            let replayed: HeaderMap = {
                let send = async || {
                    let request = writer.request(Method::POST, &format!("{path}/attachments"));
                    Reply::to(form(request.header("Idempotency-Key", "k"), "b.pdf", PDF))
                        .await
                        .expect(201)
                };
                send().await;
                send().await.headers
            };
            assert_eq!(
                (replayed["idempotency-replayed"].to_str().unwrap(), kept()),
                ("true", 2)
            );
            writer.delete(&file, "*").await.expect(204);
            assert_eq!(kept(), 1);
            let (draft, _) = attached(app, "draft").await;
            assert_eq!(kept(), 2);
            writer.delete(&draft, "*").await.expect(204);
            assert_eq!(kept(), 1);
        })
        .await;
    }
}

on_both! {
    async fn are_given_out_as_they_came_in_or_not_at_all(app: &TestApp) {
        let (_, file) = attached(app, "clear").await;
        app.anonymous().get(&file).await.ok();
        for forged in ["FORGED", &"X".repeat(PDF.len())] {
            execute(&app.config, &format!("update attachment_content set bytes = '{forged}'")).await;
            app.anonymous().get(&file).await.problem(500, "file_altered");
        }
        execute(&app.config, "delete from attachment_content").await;
        app.anonymous().get(&file).await.problem(503, "file_missing");
    }
}
