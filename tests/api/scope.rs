//! Nobody is shown a row that is none of theirs, and everybody is shown what is: random rows of every kind,
//! each with a mark in its texts that occurs nowhere else, and requests at every route that reads, by every
//! sort of caller. What each may see is said here once more, in the words of the roles.

mod rows;

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

use self::rows::{Row, UNITS, everything, found};
use crate::support::{Caller, Reply, TestApp, document::Document, workbook};

/// Who may see something, as `docs` have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anybody,
    /// The people of this unit, and nobody else.
    Unit(&'static str),
    /// The people of this unit, and whoever reads the whole ledger.
    Ledger(&'static str),
    /// The people of these units, and whoever reads all notices.
    Addressed(&'static [&'static str]),
    /// Whoever reads drafts and amendments.
    Offices,
    /// Whoever reads reports that were handed in, and the people of this unit.
    Handed(&'static str),
    /// The same, and who judges what was accepted.
    Accepted(&'static str),
    /// Whoever reads feedback that is not public.
    Moderators,
}

/// Somebody who looks.
struct Viewer<'a> {
    role: &'static str,
    unit: Option<&'static str>,
    caller: Caller<'a>,
}

impl Viewer<'_> {
    fn sees(&self, who: Who) -> bool {
        let is = |roles: &[&str]| roles.contains(&self.role);
        let own = |unit: &str| is(&["unit_reporter", "unit_approver"]) && self.unit == Some(unit);
        match who {
            Who::Anybody => true,
            Who::Unit(unit) => own(unit),
            Who::Ledger(unit) => own(unit) || is(&["coordinator", "inspector", "auditor", "admin"]),
            Who::Addressed(units) => {
                units.iter().any(|unit| own(unit)) || is(&["coordinator", "inspector", "auditor", "admin"])
            }
            Who::Offices => is(&["coordinator", "inspector", "auditor", "admin"]),
            Who::Handed(unit) => own(unit) || is(&["coordinator", "inspector", "auditor"]),
            Who::Accepted(unit) => {
                let judges = is(&["secrecy_reviewer"]) && self.unit.is_none_or(|of| of == unit);
                judges || own(unit) || is(&["coordinator", "inspector", "auditor"])
            }
            Who::Moderators => is(&["coordinator", "inspector", "auditor"]),
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.role, self.unit.unwrap_or_default())
    }
}

/// Every role, in units that have rows and in one that has none; and tokens that do not read.
fn viewers(app: &TestApp) -> Vec<Viewer<'_>> {
    let with = |role, unit: Option<&'static str>, scopes: &[&str]| {
        let roles: &[&str] = if role == "nobody" { &[] } else { &[role] };
        let token = app.token("looker", roles, unit, scopes);
        // Without reading, a role sees what anybody does.
        let role = if scopes.is_empty() || scopes.contains(&"read") {
            role
        } else {
            "nobody"
        };
        Viewer {
            role,
            unit,
            caller: app.bearing(Some(token)),
        }
    };
    let mut viewers = vec![Viewer {
        role: "anonymous",
        unit: None,
        caller: app.anonymous(),
    }];
    for role in [
        "nobody",
        "coordinator",
        "inspector",
        "auditor",
        "admin",
        "portal",
        "secrecy_reviewer",
    ] {
        viewers.push(with(role, None, &[]));
    }
    for unit in ["humen", "changan", "zdb"] {
        viewers.push(with("unit_reporter", Some(unit), &[]));
        viewers.push(with("unit_approver", Some(unit), &["read"]));
        viewers.push(with("secrecy_reviewer", Some(unit), &[]));
    }
    viewers.push(with("coordinator", None, &["plans:write"]));
    viewers.push(with("unit_approver", Some("humen"), &["reports:write"]));
    viewers
}

/// The same choices each time, for a given seed.
fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

/// One of these.
fn pick<T: Copy + std::fmt::Debug + 'static>(runner: &mut TestRunner, from: &[T]) -> T {
    from[(0..from.len()).new_tree(runner).unwrap().current()]
}

/// Everything that came back, as text: status, headers, body.
fn all(reply: &Reply) -> String {
    let body = if reply.body.starts_with(b"PK") {
        format!("{:?}", workbook::parts(&reply.body))
    } else {
        reply.text()
    };
    format!("{} {:?} {body}", reply.status, reply.headers)
}

/// Requests at every route that reads, with parameters that a curious caller would try.
fn requests(document: &Document, rows: &[Row], runner: &mut TestRunner) -> Vec<String> {
    let mut requests = Vec::new();
    for operation in document.operations() {
        if !operation.is_read() {
            continue;
        }
        let collection = operation.path.split("/{id}").next().unwrap();
        let of_rows = rows
            .iter()
            .filter_map(|row| row.path.strip_prefix(collection)?.strip_prefix('/'));
        let mut ids: Vec<String> = of_rows.map(str::to_owned).collect();
        if ids.is_empty() || collection.ends_with("/plans") {
            let known = ["dg-2017", "dg-2017.1", "dg-2017.1.1", "dg-2017.1.1.d1", "humen", "2017"];
            ids.extend(known.map(str::to_owned));
        }
        if !operation.path.contains("{id}") {
            ids = vec![String::new()];
        }
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let offered = parameters.iter().filter(|one| one["in"] == "query");
        let offered: Vec<&str> = offered.map(|one| one["name"].as_str().unwrap()).collect();
        for id in ids {
            let path = operation.path.replace("{id}", &id).replace("{member}", "humen");
            requests.push(path.clone());
            for _ in 0..(if id.is_empty() { 5 } else { 0 }) {
                let mut query = Vec::new();
                for name in &offered {
                    let row = &rows[(0..rows.len()).new_tree(runner).unwrap().current()];
                    let value = match *name {
                        "q" => row.marks[0].0.clone(),
                        "format" => pick(runner, &["json", "csv", "ndjson", "xlsx"]).to_owned(),
                        "as_of" => pick(runner, &["2017-06-29", "2017-06-30", "2017-12-31"]).to_owned(),
                        "unit" => pick(runner, UNITS).to_owned(),
                        "group_by" => pick(runner, &["unit", "task", "period", "light"]).to_owned(),
                        "plan" => pick(runner, &["dg-2017", "dg-2019"]).to_owned(),
                        "limit" => pick(runner, &["1", "200"]).to_owned(),
                        _ => continue,
                    };
                    if pick(runner, &[true, false]) {
                        query.push((*name, value));
                    }
                }
                requests.push(format!("{path}?{}", serde_html_form::to_string(&query).unwrap()));
            }
        }
    }
    for format in ["docx", "xlsx"] {
        for plan in ["dg-2017", "dg-2019"] {
            requests.push(format!("/api/v1/plans/{plan}?format={format}&progress=true"));
        }
    }
    requests
}

/// The ids that a list gives, page by page; nothing where the caller may not ask.
async fn listed(viewer: &Viewer<'_>, list: &str) -> Vec<String> {
    let first = viewer.caller.get(&format!("{list}?limit=7")).await;
    if matches!(first.status, 401 | 403) {
        return Vec::new();
    }
    let items = viewer.caller.walk(&format!("{list}?limit=7")).await;
    assert_eq!(first.json()["total"], items.len(), "{} {list}", viewer.name());
    sorted(
        items
            .iter()
            .map(|item| format!("{list}/{}", item["id"].as_str().unwrap()))
            .collect(),
    )
}

fn sorted(mut paths: Vec<String>) -> Vec<String> {
    paths.sort();
    paths
}

/// The keys of the groups of the ledger.
fn keys(groups: &Value) -> Vec<&str> {
    let groups = groups["groups"].as_array().unwrap().iter();
    groups.map(|group| group["key"].as_str().unwrap()).collect()
}

on_both! {
    async fn no_byte_of_what_is_none_of_theirs(app: &TestApp) {
        let mut runner = runner(23);
        let rows = everything(app, &mut runner).await;
        let document = Document::of(app).await;
        let requests = requests(&document, &rows, &mut runner);
        assert!(requests.len() > 200, "{}", requests.len());
        let marks: std::collections::BTreeMap<&str, Who> = rows.iter().flat_map(|row| row.marks.iter().map(|(mark, who)| (&**mark, *who))).collect();
        let mut shown = std::collections::BTreeSet::new();
        for viewer in viewers(app) {
            for request in &requests {
                // The log is of everything, for whoever reads it at all.
                if viewer.role == "auditor" && request.starts_with("/api/v1/audit-events") {
                    continue;
                }
                let reply = all(&viewer.caller.get(request).await);
                for (mark, who) in found(&marks, &reply) {
                    assert!(viewer.sees(who), "{} GET {request} shows {mark}, which is for {who:?}: {reply}", viewer.name());
                    shown.insert(mark);
                }
            }
        }
        let hidden: Vec<(&&str, &Who)> = {
            let somebodys = |who: Who| viewers(app).iter().any(|viewer| viewer.sees(who));
            marks.iter().filter(|(mark, who)| somebodys(**who) && !shown.contains(*mark)).collect()
        };
        assert!(hidden.is_empty(), "nobody was shown: {hidden:?}");
    }

    async fn all_that_is_theirs_and_nothing_else(app: &TestApp) {
        let mut runner = runner(42);
        let rows = everything(app, &mut runner).await;
        for viewer in viewers(app) {
            for list in ["progress-reports", "extensions", "notices", "second-reviews", "feedback", "imports"] {
                let list = format!("/api/v1/{list}");
                let of_list = rows.iter().filter(|row| row.path.starts_with(&format!("{list}/")));
                let theirs = of_list.clone().filter(|row| viewer.sees(row.who)).map(|row| row.path.clone());
                assert_eq!(listed(&viewer, &list).await, sorted(theirs.collect()), "{} {list}", viewer.name());
                for row in of_list {
                    let status = viewer.caller.get(&row.path).await.status;
                    let refused = matches!(status, 401 | 403 | 404);
                    assert!(if viewer.sees(row.who) { status == 200 } else { refused }, "{} {}: {status}", viewer.name(), row.path);
                }
            }
        }
    }

    async fn of_the_ledger_and_its_scores_a_unit_sees_its_own(app: &TestApp) {
        let coordinator = app.coordinator();
        for viewer in viewers(app).into_iter().filter(|viewer| ["unit_reporter", "unit_approver"].contains(&viewer.role)) {
            let (caller, unit) = (&viewer.caller, viewer.unit.unwrap());
            for query in ["", "as_of=2017-06-29&", "format=ndjson&"] {
                let (mine, named) = (format!("/api/v1/obligations?{query}"), format!("/api/v1/obligations?{query}unit={unit}"));
                let (mine, named) = (caller.get(&mine).await.ok(), coordinator.get(&named).await.ok());
                if query.starts_with("format") {
                    assert_eq!(mine.text().lines().count(), named.text().lines().count());
                } else {
                    assert_eq!(mine.json()["total"], named.json()["total"]);
                }
            }
            for by in ["unit", "task", "period", "light"] {
                let mine = caller.get(&format!("/api/v1/obligations?group_by={by}")).await.ok().json();
                let named = coordinator.get(&format!("/api/v1/obligations?group_by={by}&unit={unit}")).await.ok().json();
                assert_eq!(mine["groups"], named["groups"]);
                assert!(by != "unit" || keys(&mine) == [unit]);
            }
            let others = caller.get("/api/v1/obligations?unit=dalang").await.ok().json();
            assert_eq!(others["total"], 0);
            let scores = caller.get("/api/v1/plans/dg-2017/assessment").await.ok().json();
            assert!(scores["items"].as_array().unwrap().iter().all(|score| score["unit"]["code"] == unit), "{scores}");
            let others = caller.get("/api/v1/plans/dg-2017/assessment?unit=dalang").await.ok().json();
            assert_eq!(others["total"], 0);
        }
    }
}
