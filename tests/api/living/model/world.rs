//! Who there is and what there is when a history begins.

use super::*;

pub const UNITS: &[&str] = &["ua", "ub", "uc", "ud"];
pub const EVENT: &str = "/api/v1/deadlines/m-2017.1.3.d1/occurrences";

/// A list, all that could be done to one of its things, and how often it has its turn.
pub type Listed = (&'static str, &'static [&'static str], usize);

/// Each list.
pub const LISTS: &[Listed] = &[
    ("obligations", &["exempt", "restore", "report", "request_extension"], 4),
    (
        "progress-reports",
        &[
            "update", "delete", "submit", "sign", "withdraw", "accept", "return", "clear", "withhold", "revise",
        ],
        8,
    ),
    ("extensions", &["sign", "withdraw", "grant", "refuse"], 3),
    (
        "notices",
        &[
            "update",
            "delete",
            "submit",
            "approve",
            "return",
            "issue",
            "rescind",
            "acknowledge",
            "answer",
        ],
        5,
    ),
    ("second-reviews", &["withdraw", "uphold", "overturn"], 3),
    ("feedback", &["publish", "reject"], 1),
    ("plans", &["update", "close", "reopen", "publish", "delete"], 1),
];

/// The lists, each as often as it has its turn.
pub fn weighted() -> Vec<Listed> {
    let lists = LISTS.iter().copied();
    lists.flat_map(|list| std::iter::repeat_n(list, list.2)).collect()
}

pub fn everybody() -> Vec<Who> {
    let mut people = Vec::new();
    for unit in UNITS {
        for role in ["unit_reporter", "unit_approver"] {
            let name = format!("{role}-{unit}");
            let unit = Some(*unit);
            people.push(Who { name, role, unit });
        }
    }
    for (name, role, unit) in [
        ("keeper", "secrecy_reviewer", Some("ua")),
        ("judge", "secrecy_reviewer", None),
        ("boss", "coordinator", None),
        ("chief", "coordinator", None),
        ("third", "coordinator", None),
        ("inspector", "inspector", None),
        ("auditor", "auditor", None),
        ("admin", "admin", None),
        ("portal", "portal", None),
        ("anonymous", "anonymous", None),
    ] {
        let name = name.to_owned();
        people.push(Who { name, role, unit });
    }
    people
}

impl Walk<'_> {
    pub(super) async fn begin(&mut self) {
        let (boss, app) = (self.boss(), self.app);
        let unit = |code: &&str| json!({"code": code, "name": format!("单位{code}"), "kind": "department"});
        for unit in UNITS.iter().map(unit) {
            boss.post("/api/v1/units", &unit).await.expect(201);
        }
        let members: Vec<Value> = UNITS[..3].iter().map(|code| json!({"code": code})).collect();
        let membership = json!({"kind": "list", "members": members});
        let all = json!({"code": "all", "name": "各单位", "kind": "collective", "membership": membership});
        boss.post("/api/v1/units", &all).await.expect(201);
        let fixed = |day: &str| json!({"kind": "date", "due_on": day});
        let event = json!({"kind": "on_event", "event": "收到来文"});
        let year_round = json!({"kind": "year_round"});
        let main = [
            ("ua", fixed("2017-07-20")),
            ("all", year_round),
            ("ub", event),
            ("uc", fixed("2017-10-31")),
        ];
        published(app, "m-2017", &main).await;
        published(
            app,
            "n-2017",
            &[("ub", fixed("2017-08-15")), ("all", fixed("2017-07-05"))],
        )
        .await;
        let task = json!({"title": "任务", "requirements": [
            {"text": "要求", "units": [{"code": reference::DRAFTED.0}], "deadlines": [{"phrase": "期限", "rule": fixed(reference::DRAFTED.1)}]}
        ]});
        let draft = json!({"id": "d-2017", "title": "方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"}, "tasks": [task]});
        boss.post("/api/v1/plans", &draft).await.expect(201);
        for (id, status) in [("m-2017", "published"), ("n-2017", "published"), ("d-2017", "draft")] {
            self.model.plans.insert(id.to_owned(), status);
        }
        for id in ["n-2017", "d-2017"] {
            if self.dice.one_in(2) {
                let signed = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
                boss.patch(&format!("/api/v1/plans/{id}"), "*", &signed).await.ok();
                self.model.signoff.insert(id.into());
            }
        }
        for year in [2017, 2018] {
            let days = format!("/api/v1/calendar/days?from={year}-01-01&to={year}-12-31");
            let days = app.anonymous().get(&days).await.ok().json();
            let days = days["items"].as_array().unwrap().clone();
            let working = days.iter().filter(|day| day["working_day"] == true);
            let working = working.map(|day| day["date"].as_str().unwrap().parse::<Day>().unwrap());
            self.model.working_days.extend(working);
        }
        self.look().await;
    }
}
