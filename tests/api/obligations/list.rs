//! `GET /obligations`: what the ledger says of the real plan, on which day and to whom.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::texts;

/// What a town owes, worked out from the requirements: period → how many.
fn owed_by_period(requirements: &[Value]) -> BTreeMap<String, usize> {
    let mut owed = BTreeMap::new();
    for deadline in requirements
        .iter()
        .flat_map(|requirement| requirement["deadlines"].as_array().unwrap())
    {
        let rule = &deadline["rule"];
        let periods: Vec<String> = match (rule["kind"].as_str().unwrap(), rule["every"].as_str()) {
            ("date", _) | ("recurring", Some("year")) => vec!["2017".into()],
            ("year_round", _) | ("recurring", Some("quarter")) => {
                (1..=4).map(|quarter| format!("2017Q{quarter}")).collect()
            }
            ("recurring", Some("month")) => (1..=12).map(|month| format!("2017-{month:02}")).collect(),
            ("on_event", _) => vec!["waiting".into()],
            other => panic!("{other:?}"),
        };
        for period in periods {
            *owed.entry(period).or_default() += 1;
        }
    }
    owed
}

on_both! {
    async fn a_town_through_the_year(app: &TestApp) {
        let town = app.bearing(Some(app.token("li", &["unit_reporter"], Some("humen"), &[])));
        let requirements = town.walk("/api/v1/requirements?unit=humen&limit=200").await;
        let owed = owed_by_period(&requirements);
        let all: usize = owed.values().sum();
        let quarter = owed["2017Q1"];
        let (waiting, year) = (owed["waiting"], owed["2017"]);
        let dates = requirements.iter().flat_map(|requirement| requirement["deadlines"].as_array().unwrap().clone());
        let due: Vec<String> = dates.filter_map(|deadline| Some(deadline.get("due_on")?.as_str()?.to_owned())).collect();
        let by = |day: &str| due.iter().filter(|due| due.as_str() < day).count();

        for (day, red_quarters, near_quarters) in [("2017-03-31", 0, 1), ("2017-06-30", 1, 1), ("2017-07-01", 2, 0), ("2017-12-31", 3, 1)] {
            let rows = town.walk(&format!("/api/v1/obligations?as_of={day}&limit=200")).await;
            assert_eq!(rows.len(), all, "{day}");
            assert!(rows.iter().all(|row| row["unit"]["code"] == "humen" && row["as_of"] == day));
            let count = |light: &str| rows.iter().filter(|row| row["light"] == light).count();
            // What is due on the day itself is near, not late.
            let near_dates = due.iter().filter(|due| due.as_str() == day).count();
            let yearly = if day == "2017-12-31" { year - due.len() } else { 0 };
            assert_eq!(count("red"), red_quarters * quarter + by(day), "{day}");
            assert_eq!(count("yellow"), near_quarters * quarter + near_dates + yearly, "{day}");
            assert_eq!(rows.iter().filter(|row| row["state"] == "waiting").count(), waiting, "{day}");
            for row in &rows {
                assert_eq!(row["overdue"], row["light"] == "red");
                assert_eq!(row["light"] == "none", row["state"] != "open");
                let left = row.get("days_left").and_then(Value::as_i64);
                assert_eq!(left.is_some_and(|left| left < 0), row["overdue"] == true, "{row}");
            }
        }
    }

    async fn is_sorted_by_urgency_and_paged_to_the_end(app: &TestApp) {
        let inspector = app.role("inspector");
        let total = inspector.get("/api/v1/obligations?as_of=2017-06-30&limit=1").await.ok().json()["total"].as_u64().unwrap();
        let rows = inspector.walk("/api/v1/obligations?as_of=2017-06-30&limit=200&fields=id,due_on").await;
        assert_eq!(rows.len() as u64, total);
        let keys: Vec<(String, String)> = rows
            .iter()
            .map(|row| (row.get("due_on").map_or("9999-12-31", |due| due.as_str().unwrap()).to_owned(), row["id"].as_str().unwrap().to_owned()))
            .collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "each once, by day and id, the waiting ones last");
        let mut backwards = texts(&inspector.walk("/api/v1/obligations?as_of=2017-06-30&limit=200&sort=-due_on&fields=id").await, "id");
        backwards.reverse();
        assert_eq!(backwards, keys.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    }

    async fn filters_agree_with_what_each_row_says(app: &TestApp) {
        let inspector = app.role("inspector");
        let all = inspector.walk("/api/v1/obligations?as_of=2017-06-28&limit=200").await;
        for (parameter, field, values) in [
            ("light", "light", &["green", "yellow", "red", "none"][..]),
            ("state", "state", &["waiting", "not_open", "open", "exempted"]),
            ("role", "role", &["lead", "support", "responsible"]),
            ("period", "period", &["2017", "2017Q2", "2017-06", "waiting"]),
            ("rule_kind", "rule_kind", &["date", "year_round", "recurring", "on_event"]),
            ("overdue", "overdue", &["true", "false"]),
            ("task", "task_id", &["dg-2017.17", "dg-2017.22"]),
            ("requirement", "requirement_id", &["dg-2017.17.3"]),
        ] {
            for value in values {
                let expected = all.iter().filter(|row| row[field].to_string().trim_matches('"') == *value).count();
                let found = inspector.get(&format!("/api/v1/obligations?as_of=2017-06-28&limit=1&{parameter}={value}")).await.ok().json();
                assert_eq!(found["total"], expected, "{parameter}={value}");
            }
        }
        let due = |row: &Value, from: &str, to: &str| row.get("due_on").is_some_and(|due| (from..=to).contains(&due.as_str().unwrap()));
        let expected = all.iter().filter(|row| due(row, "2017-04-01", "2017-06-30")).count();
        let found = inspector.get("/api/v1/obligations?as_of=2017-06-28&due_from=2017-04-01&due_to=2017-06-30&limit=1").await.ok().json();
        assert_eq!(found["total"], expected);
        let towns = inspector.find("/api/v1/obligations", &[("as_of", "2017-06-28"), ("unit", "各镇（街、园区）"), ("limit", "1")]).await.ok().json();
        let kinds = ["unit_kind=town", "unit_kind=subdistrict", "unit_kind=park"].join("&");
        let by_kind = inspector.get(&format!("/api/v1/obligations?as_of=2017-06-28&limit=1&{kinds}")).await.ok().json();
        assert_eq!(towns["total"], by_kind["total"]);
    }

    async fn groups_add_up_to_the_same_total(app: &TestApp) {
        let total = |statistics: &Value| statistics["total"].clone();
        let mut first: Option<Value> = None;
        let headed = json!({"headings": ["一、主动公开", "（一）决策"], "reason": "补录标题"});
        for task in ["dg-2017.2", "dg-2017.11"] {
            app.coordinator().patch(&format!("/api/v1/tasks/{task}"), "*", &headed).await.ok();
        }
        let keys = |groups: &[Value]| crate::support::texts(groups, "key");
        for by in ["unit", "unit_kind", "role", "task", "heading", "period", "light"] {
            let path = format!("/api/v1/plans/dg-2017/statistics?as_of=2017-06-30&group_by={by}");
            let statistics = app.anonymous().get(&path).await.ok().json();
            let groups = statistics["groups"].as_array().unwrap();
            for figure in ["total", "waiting", "not_open", "open", "undecided", "fulfilled", "exempted", "reported", "on_time", "late", "missing", "expected", "overdue", "green", "yellow", "red"] {
                let sum: i64 = groups.iter().map(|group| group[figure].as_i64().unwrap()).sum();
                assert_eq!(statistics["total"][figure], sum, "{by} {figure}");
            }
            if by == "heading" {
                assert_eq!(keys(groups), ["-", "一、主动公开"]);
            }
            assert_eq!(first.get_or_insert_with(|| total(&statistics)), &total(&statistics), "{by}");
            let grouped = app.role("auditor").get(&format!("/api/v1/obligations?as_of=2017-06-30&group_by={by}")).await.ok().json();
            // Readers of the ledger also learn where reviews stand.
            let inside = app.role("auditor").get(&path).await.ok().json();
            assert_eq!(grouped["groups"], inside["groups"], "{by}");
        }
    }

    /// A row shows what its deadline and its unit are now, also on a day before, and is found by the same.
    async fn is_found_by_the_kinds_that_it_shows(app: &TestApp) {
        let (boss, path) = (app.coordinator(), "/api/v1/obligations?requirement=dg-2017.2.1&unit=zdb");
        let row = boss.get(path).await.ok().json()["items"][0].clone();
        assert_eq!(row["rule_kind"], "date");
        let yearly = json!({"kind": "recurring", "every": "year", "due": {"kind": "period_end"}});
        boss.patch(&format!("/api/v1/deadlines/{}", row["deadline_id"].as_str().unwrap()), "*", &json!({"rule": yearly, "reason": "每年"})).await.ok();
        boss.patch("/api/v1/units/zdb", "*", &json!({"kind": "institution"})).await.ok();
        app.clock.set("2017-07-03T01:00:00Z".parse().unwrap());
        let auditor = app.role("auditor");
        for as_of in ["2017-06-29", "2017-07-03"] {
            let shown = auditor.get(&format!("{path}&as_of={as_of}")).await.ok().json();
            assert_eq!((&shown["total"], &shown["items"][0]["id"], &shown["items"][0]["rule_kind"]), (&json!(1), &row["id"], &json!("recurring")));
            for (filter, found) in [("rule_kind=recurring", 1), ("rule_kind=date", 0), ("unit_kind=institution", 1), ("unit_kind=department", 0)] {
                let total = auditor.get(&format!("{path}&as_of={as_of}&{filter}")).await.ok().json()["total"].clone();
                assert_eq!(total, found, "{as_of} {filter}");
            }
        }
    }

    async fn belongs_to_its_unit_and_the_supervising_offices(app: &TestApp) {
        let own = "/api/v1/obligations/dg-2017.1.1.d1.humen.2017Q1";
        let others = "/api/v1/obligations/dg-2017.1.1.d1.changan.2017Q1";
        for role in ["unit_reporter", "unit_approver"] {
            let town = app.bearing(Some(app.token("li", &[role], Some("humen"), &[])));
            town.get(own).await.ok();
            let hidden = town.get(others).await.problem(404, "not_found");
            let missing = town.get("/api/v1/obligations/dg-2017.1.1.d1.nosuch.2017Q1").await.problem(404, "not_found");
            assert_eq!(hidden["detail"], missing["detail"]);
            assert_eq!(town.get("/api/v1/obligations?unit=changan").await.ok().json()["total"], 0);
            let csv = town.get("/api/v1/obligations?format=csv&as_of=2017-06-30").await.ok().text();
            assert!(csv.contains("虎门镇") && !csv.contains("长安镇"));
            let groups = town.get("/api/v1/obligations?group_by=unit&as_of=2017-06-30").await.ok().json();
            assert_eq!(texts(groups["groups"].as_array().unwrap(), "key"), ["humen"]);
        }
        // Without a unit there is nothing that is one's own.
        let nobody = app.bearing(Some(app.token("li", &["unit_reporter"], None, &[])));
        nobody.get("/api/v1/obligations").await.problem(403, "forbidden");
        app.anonymous().get(own).await.problem(401, "unauthenticated");
        app.role("secrecy_reviewer").get(own).await.problem(403, "forbidden");
        for role in ["coordinator", "inspector", "auditor", "admin"] {
            app.role(role).get(others).await.ok();
        }
    }

    async fn comes_as_a_table_and_as_lines(app: &TestApp) {
        let auditor = app.role("auditor");
        let total = auditor.get("/api/v1/obligations?unit=hbj&limit=1").await.ok().json()["total"].as_u64().unwrap();
        let csv = auditor.get("/api/v1/obligations?unit=hbj&format=csv&bom=true").await.ok();
        assert!(csv.body.starts_with("\u{feff}id,plan_id,".as_bytes()));
        assert!(csv.header("content-disposition").contains("filename*=UTF-8''%E5%8F%B0%E8%B4%A6.csv"));
        assert_eq!(csv.text().lines().count() as u64, total + 1);
        let lines = auditor.get("/api/v1/obligations?unit=hbj&format=ndjson").await.ok();
        assert_eq!(lines.text().lines().count() as u64, total);
        let groups = auditor.get("/api/v1/obligations?group_by=light&format=csv").await.ok().text();
        assert!(groups.starts_with("key,name,total,"), "{groups}");
    }

    /// Groups come all at once and in their own order; what of a group is wanted may be said.
    async fn groups_refuse_what_is_of_rows(app: &TestApp) {
        let auditor = app.role("auditor");
        let path = "/api/v1/obligations?group_by=light";
        for (name, value) in [
            ("sort", "due_on"), ("sort", "zzz"), ("cursor", "zzz"), ("limit", "1"), ("limit", "0"), ("embed", "report"),
            ("fields", "zzz"), ("fields", "due_on"), ("changed_since", "start"),
        ] {
            for format in ["json", "csv", "ndjson", "xlsx"] {
                let refused = auditor.get(&format!("{path}&{name}={value}&format={format}")).await;
                assert_eq!(refused.status, 400, "{name}={value} {format}: {}", refused.text());
                assert_eq!(refused.problem(400, "invalid_parameter")["errors"][0]["parameter"], name);
            }
        }
        let whole = auditor.get(path).await.ok().json();
        let some = auditor.get(&format!("{path}&fields=key,total")).await.ok().json();
        let (whole, some) = (whole["groups"].as_array().unwrap(), some["groups"].as_array().unwrap());
        assert!(whole.len() > 1 && whole.len() == some.len());
        for (whole, some) in whole.iter().zip(some) {
            assert_eq!(*some, json!({"key": whole["key"], "total": whole["total"]}));
        }
        let csv = auditor.get(&format!("{path}&fields=key,total&format=csv")).await.ok().text();
        assert!(csv.starts_with("key,total\r\n"), "{csv}");
    }

    async fn groups_are_called_what_people_call_them(app: &TestApp) {
        let auditor = app.role("auditor");
        for (by, code, zh, en) in [("light", "red", "红", "red"), ("unit_kind", "town", "镇", "town"), ("unit", "hbj", "市环保局", "市环保局")] {
            let path = format!("/api/v1/obligations?group_by={by}");
            let groups = auditor.get(&path).await.ok().json();
            let group = groups["groups"].as_array().unwrap().iter().find(|group| group["key"] == code);
            assert_eq!(group.unwrap()["name"], zh, "{by}");
            for (headers, key, name) in [("", code, if by == "unit" { zh } else { code }), ("&headers=zh", if by == "unit" { code } else { zh }, zh), ("&headers=en", code, en)] {
                let csv = auditor.get(&format!("{path}&format=csv{headers}")).await.ok().text();
                assert!(csv.lines().any(|line| line.starts_with(&format!("{key},{name},"))), "{headers} {by}: {csv}");
            }
        }
    }
}
