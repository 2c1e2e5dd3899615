//! In what role a unit owes what it owes: on the row, as a filter, a group and a column; in memory and by SQL alike.
//! Today is 2017-06-30.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    database::{execute, select},
    fixtures::create,
    texts,
};

const ONE: &str = "/api/v1/requirements/t-2017.1.1";

/// A plan of one requirement, due each quarter, with each role. 虎门 is named itself, and as one of the towns.
async fn published(app: &TestApp) {
    let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"},
    "tasks": [{"title": "任务", "requirements": [
        {"text": "要求", "deadlines": [{"phrase": "全年"}], "units": [
            {"code": "hbj", "role": "lead"}, {"code": "czj", "role": "responsible"},
            {"code": "zhenjie", "role": "support"}, {"code": "humen", "role": "lead"}
        ]}
    ]}]});
    create(&app.coordinator(), "/api/v1/plans", &plan).await;
    app.coordinator()
        .transition("/api/v1/plans/t-2017/publish", "*")
        .await
        .ok();
}

/// The roles of units, as all their rows show them, on a day.
async fn shown(app: &TestApp, as_of: &str) -> BTreeMap<String, Value> {
    let path = format!("/api/v1/obligations?plan=t-2017&limit=200&as_of={as_of}");
    let mut roles = BTreeMap::new();
    for row in app.role("auditor").walk(&path).await {
        let code = row["unit"]["code"].as_str().unwrap().to_owned();
        let role = roles.entry(code).or_insert_with(|| row["role"].clone());
        assert_eq!(*role, row["role"], "{row}");
    }
    roles
}

/// What is asked by role agrees with what rows show, in all forms.
async fn agrees(app: &TestApp, as_of: &str) {
    let auditor = app.role("auditor");
    let path = format!("/api/v1/obligations?plan=t-2017&as_of={as_of}");
    let rows = auditor.walk(&format!("{path}&limit=200")).await;
    let count = |role: &str| rows.iter().filter(|row| row["role"] == role).count();
    let groups = auditor.get(&format!("{path}&group_by=role")).await.ok().json();
    let figures = format!("/api/v1/plans/t-2017/statistics?group_by=role&as_of={as_of}");
    assert_eq!(auditor.get(&figures).await.ok().json()["groups"], groups["groups"]);
    let groups = groups["groups"].as_array().unwrap();
    let counted: Vec<(&str, &str, u64)> = groups
        .iter()
        .map(|group| {
            let text = |field: &str| group[field].as_str().unwrap();
            (text("key"), text("name"), group["total"].as_u64().unwrap())
        })
        .collect();
    let mut wanted = Vec::new();
    for (role, name) in [("lead", "牵头"), ("responsible", "责任单位"), ("support", "配合")] {
        let found = auditor.walk(&format!("{path}&role={role}&limit=7")).await;
        assert_eq!(found.len(), count(role), "{role}");
        assert!(found.iter().all(|row| row["role"] == role), "{role}");
        let csv = auditor
            .get(&format!("{path}&role={role}&format=csv&headers=zh"))
            .await
            .ok()
            .text();
        let (header, lines) = csv.split_once('\n').unwrap();
        assert!(header.trim_end().ends_with(",责任分工"), "{header}");
        assert_eq!(lines.matches(&format!(",{name}\r\n")).count(), count(role), "{lines}");
        if count(role) > 0 {
            wanted.push((role, name, count(role) as u64));
        }
    }
    assert_eq!(counted, wanted);
    let both = auditor
        .get(&format!("{path}&role=lead&role=support&limit=1"))
        .await
        .ok();
    assert_eq!(both.json()["total"], count("lead") + count("support"));
}

/// The same service without ledgers in memory.
async fn by_sql(app: &TestApp) -> TestApp {
    let mut config = app.config.clone();
    config.ledger_memory_mib = 0;
    app.replica_with(config).await
}

on_both! {
    async fn is_what_the_requirement_names_it_with(app: &TestApp) {
        published(app).await;
        let roles = shown(app, "2017-06-30").await;
        assert_eq!((&roles["hbj"], &roles["czj"], &roles["changan"]), (&json!("lead"), &json!("responsible"), &json!("support")));
        assert_eq!(roles["humen"], "lead", "what it is named with itself");
        let sql = by_sql(app).await;
        assert_eq!(shown(&sql, "2017-06-30").await, roles);
        agrees(app, "2017-06-30").await;
        agrees(&sql, "2017-06-30").await;
        let own = app.bearing(Some(app.token("li", &["unit_reporter"], Some("changan"), &[])));
        assert_eq!(own.get("/api/v1/obligations?plan=t-2017&role=support").await.ok().json()["total"], 4);
        assert_eq!(own.get("/api/v1/obligations?plan=t-2017&role=lead").await.ok().json()["total"], 0);
        assert_eq!(own.get("/api/v1/obligations/t-2017.1.1.d1.changan.2017Q3").await.ok().json()["role"], "support");
        own.get("/api/v1/obligations?role=boss").await.problem(400, "invalid_parameter");
    }

    /// Rows follow an amendment, on days before it too; what is not its unit's any more keeps the last role.
    async fn follows_amendments(app: &TestApp) {
        published(app).await;
        let sql = by_sql(app).await;
        shown(app, "2017-06-30").await;
        shown(app, "2017-06-29").await;
        let change = json!({"reason": "调整分工", "units": [
            {"code": "hbj", "role": "support"}, {"code": "zhenjie", "role": "responsible"}, {"code": "fzj", "role": "lead"}
        ]});
        app.coordinator().patch(ONE, "*", &change).await.ok();
        sql.app.renew().await.unwrap();
        app.clock.set("2017-07-03T01:00:00Z".parse().unwrap());
        for app in [app, &sql] {
            for as_of in ["2017-06-30", "2017-07-03"] {
                let roles = shown(app, as_of).await;
                for (unit, role) in [("hbj", "support"), ("changan", "responsible"), ("humen", "responsible"), ("fzj", "lead")] {
                    assert_eq!(roles[unit], role, "{unit} {as_of}");
                }
                // Its quarters that were due stay.
                assert_eq!(roles["czj"], "responsible");
                agrees(app, as_of).await;
            }
        }
        let changed = json!({"reason": "再调整", "units": [{"code": "hbj", "role": "lead"}, {"code": "zhenjie", "role": "responsible"}, {"code": "fzj", "role": "lead"}]});
        app.coordinator().patch(ONE, "*", &changed).await.ok();
        assert_eq!(shown(app, "2017-07-03").await["hbj"], "lead");
    }

    /// Of a ledger that was made before there were roles.
    async fn is_put_when_the_service_starts(app: &TestApp) {
        published(app).await;
        let roles = shown(app, "2017-06-30").await;
        let all = || async { select(&app.config, "select concat(requirement_id, ' ', unit, ' ', role) from obligation_role order by 1").await };
        let before = all().await;
        execute(&app.config, "delete from obligation_role").await;
        let started = by_sql(app).await;
        assert_eq!(shown(&started, "2017-06-30").await, roles);
        assert_eq!(all().await, before);
        let dongguan = started.role("auditor").get("/api/v1/obligations?plan=dg-2017&group_by=role").await.ok().json();
        assert_eq!(texts(dongguan["groups"].as_array().unwrap(), "key"), ["lead"]);
    }
}
