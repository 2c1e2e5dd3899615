//! `GET /audit-events`: filters, order, formats, who may

use serde_json::{Value, json};

use super::some_changes;
use crate::support::{TestApp, database::sealed, source::rust_files, texts};

const SEEDED: i64 = 73;

async fn seqs(app: &TestApp, query: &str) -> Vec<i64> {
    let page = app
        .role("auditor")
        .get(&format!("/api/v1/audit-events?limit=200&{query}"))
        .await
        .ok()
        .json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], items.len(), "{query}");
    items.iter().map(|item| item["seq"].as_i64().unwrap()).collect()
}

on_both! {
    /// A slip is told, and no name that there is is refused.
    async fn what_never_happens_is_refused(app: &TestApp) {
        let auditor = app.role("auditor");
        for (query, parameter, near) in [("thing=taks", "thing", "task"), ("event=task.updatd", "event", "task.updated")] {
            let refused = auditor.get(&format!("/api/v1/audit-events?{query}")).await.problem(400, "invalid_parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter);
            let detail = refused["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("{near}？")), "{detail}");
        }
        let mut names = 0;
        for source in rust_files("src/domain").iter().filter(|source| source.path != "src/domain/event.rs") {
            for declared in source.text.split("event::events! {").skip(1) {
                let declared = declared.split_once("\n}").unwrap().0;
                for name in declared.split('"').skip(1).step_by(2) {
                    auditor.get(&format!("/api/v1/audit-events?event={name}&limit=1")).await.ok();
                    let thing = name.split('.').next().unwrap();
                    auditor.get(&format!("/api/v1/audit-events?thing={thing}&limit=1")).await.ok();
                    names += 1;
                }
            }
        }
        assert!(names > 60, "{names}");
    }

    async fn are_filtered(app: &TestApp) {
        some_changes(app).await;
        for (query, expected) in [
            ("after=73", &[74, 75, 76][..]),
            ("after=75", &[76]),
            ("after=76", &[]),
            ("actor=li.si", &[74]),
            ("actor=li.si&actor=a-coordinator", &[74, 75, 76]),
            ("actor=li.si&thing=task", &[]),
            ("actor=nobody", &[]),
            ("thing=task", &[75]),
            ("event=task.updated&event=unit.updated", &[75, 76]),
            ("event=task.updated&thing=unit", &[]),
            ("event=task.updated&after=75", &[]),
            ("subject=dg-2018.1", &[75]),
            ("subject=hbj&event=unit.updated", &[76]),
            ("plan=dg-2018", &[74, 75]),
            ("request_id=request-0075", &[75]),
            // Days begin at midnight in Shanghai.
            ("from=2018-02-28&to=2018-12-31", &[74, 75, 76]),
            ("from=2018-03-01&to=2018-03-01", &[75, 76]),
            ("from=2018-02-28&to=2018-02-28", &[74]),
            ("from=9999-12-31", &[]),
            ("to=0001-01-01", &[]),
            ("thing=task&sort=-seq", &[75]),
            ("after=73&sort=-seq", &[76, 75, 74]),
        ] {
            assert_eq!(seqs(app, query).await, expected, "{query}");
        }
        assert_eq!(seqs(app, "").await, (1..=SEEDED + 3).collect::<Vec<_>>());
        assert_eq!(seqs(app, "thing=unit").await.len(), 72);
        let auditor = app.role("auditor");
        for query in ["thing=x", "event=x", "event=unit", "sort=at", "after=-1", "after=x", "from=x", "from=2018-03-01&to=2018-02-28", "nosuch=1", "limit=0", "limit=201", "plan=DG", "fields=nosuch", "bom=true", "cursor=x"] {
            auditor.get(&format!("/api/v1/audit-events?{query}")).await.expect(400);
        }
    }

    async fn come_in_pages(app: &TestApp) {
        some_changes(app).await;
        let auditor = app.role("auditor");
        let seqs = |items: Vec<Value>| items.iter().map(|item| item["seq"].as_i64().unwrap()).collect::<Vec<_>>();
        let last = SEEDED + 3;
        let forwards = auditor.walk("/api/v1/audit-events?limit=10").await;
        assert_eq!(seqs(forwards), (1..=last).collect::<Vec<_>>());
        let backwards = auditor.walk("/api/v1/audit-events?limit=10&sort=-seq&after=20").await;
        assert_eq!(seqs(backwards), (21..=last).rev().collect::<Vec<_>>());
        let rest = auditor.walk("/api/v1/audit-events?limit=1&after=73&thing=plan&thing=unit").await;
        assert_eq!(seqs(rest), [74, 76]);
        let page = auditor.get("/api/v1/audit-events?limit=1&fields=seq").await.ok();
        assert_eq!(page.json()["items"], json!([{"seq": 1}]));
        assert!(page.header("link").ends_with("; rel=\"next\""));
    }

    async fn come_whole_as_csv_and_ndjson(app: &TestApp) {
        some_changes(app).await;
        let auditor = app.role("auditor");
        let csv = auditor.get("/api/v1/audit-events?format=csv&after=73&fields=seq,event,subject,after").await.ok();
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert!(csv.header("content-disposition").contains("audit-events.csv"));
        let csv = csv.text();
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!((lines[0], lines.len(), lines[4]), ("seq,event,subject,after", 5, ""));
        assert!(lines[2].starts_with("75,task.updated,dg-2018.1,\"{"), "{csv}");
        assert!(lines[3].contains("=1+1") && !lines[3].contains(",=1+1"), "{csv}");
        let bom = auditor.get("/api/v1/audit-events?format=csv&bom=true&after=76").await.ok();
        assert!(bom.body.starts_with("\u{feff}seq,hash".as_bytes()));
        let lines = auditor.get("/api/v1/audit-events?format=ndjson&sort=-seq").await.ok().text();
        let items: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((items.len(), &items[0]["seq"], &items[75]["seq"]), (76, &json!(76), &json!(1)));
        for query in ["format=csv&limit=0", "format=ndjson&bom=true", "format=csv&cursor=x"] {
            auditor.get(&format!("/api/v1/audit-events?{query}")).await.problem(400, "invalid_parameter");
        }
    }

    async fn are_for_auditors(app: &TestApp) {
        for path in ["/api/v1/audit-events", "/api/v1/audit-events/1"] {
            app.anonymous().get(path).await.problem(401, "unauthenticated");
            for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "coordinator", "inspector", "admin"] {
                app.role(role).get(path).await.problem(403, "forbidden");
            }
            let narrowed = |scope: &str| app.bearing(Some(app.token("x", &["auditor"], None, &[scope])));
            narrowed("events:read").get(path).await.problem(403, "forbidden");
            narrowed("read").get(path).await.ok();
        }
    }

    async fn are_not_there_for_what_failed(app: &TestApp) {
        app.coordinator().patch("/api/v1/tasks/dg-2017.1", "*", &json!({"title": "无理由"})).await.problem(422, "reason_required");
        sealed(&app.app).await;
        assert_eq!(seqs(app, "after=73").await, Vec::<i64>::new());
        let events = seqs(app, "thing=plan").await;
        assert_eq!(events, [72, 73]);
        let page = app.role("auditor").get("/api/v1/audit-events?plan=dg-2017").await.ok().json();
        assert_eq!(texts(page["items"].as_array().unwrap(), "event"), ["plan.created", "plan.published"]);
    }
}
