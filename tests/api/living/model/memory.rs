//! The ledger in memory says what the database does, to the byte.

use super::*;

/// What narrows a list of the ledger, and nothing of it is far-fetched in this world.
const CONDITIONS: &[&str] = &[
    "plan=m-2017",
    "plan=n-2017&plan=m-2017",
    "task=m-2017.1",
    "requirement=m-2017.1.1&requirement=n-2017.1.2",
    "unit=ua",
    "unit=all",
    "unit=ua&unit=ub&unit=uc&unit=ud&unit=all",
    "unit_kind=department",
    "unit_kind=town",
    "role=lead",
    "role=support&role=responsible",
    "period=2017",
    "period=waiting&period=e1",
    "rule_kind=date",
    "rule_kind=on_event&rule_kind=year_round",
    "state=open",
    "state=submitted&state=returned&state=fulfilled",
    "state=waiting&state=undecided&state=exempted&state=not_open",
    "light=red",
    "light=green&light=yellow",
    "light=none",
    "timeliness=late&timeliness=on_time",
    "timeliness=missing&timeliness=pending",
    "overdue=true",
    "overdue=false",
    "due_from=2017-07-20",
    "due_to=2017-08-31",
    "q=%E8%A6%81%E6%B1%82+ua",
    "q=%E5%8D%95%E4%BD%8D",
    "q=uc+ua",
];

const FORMS: &[&str] = &[
    "group_by=unit",
    "group_by=unit_kind",
    "group_by=role",
    "group_by=task&format=csv",
    "group_by=period",
    "group_by=light",
    "limit=3",
    "limit=4&sort=-due_on",
    "limit=200&sort=id",
    "limit=5&sort=-id",
    "limit=5&sort=due_on,-id",
    "limit=4&sort=light",
    "limit=7&sort=-light,unit",
    "limit=5&sort=days_left",
    "limit=6&sort=-days_left,task,-id",
    "limit=9&sort=-unit,light",
    "limit=9&sort=task,-due_on",
    "limit=200",
    "format=csv",
    "format=csv&sort=id&headers=zh",
    "format=ndjson&sort=-due_on",
    "format=csv&sort=light&fields=id,light,role,report_status",
    "limit=6&fields=id,version,report_status,report_id,exemption,allowed_actions",
    "limit=5&embed=requirement",
    "limit=5&embed=report",
];

/// What narrows the list of reports.
const OF_REPORTS: &[&str] = &[
    "plan=m-2017",
    "plan=n-2017&plan=m-2017",
    "task=m-2017.1",
    "requirement=m-2017.1.1&requirement=n-2017.1.2",
    "unit=ua",
    "unit=ub&unit=uc",
    "unit=all",
    "period=2017",
    "period=waiting&period=e1",
    "status=accepted",
    "status=submitted&status=returned",
    "status=draft&status=withdrawn&status=awaiting_signoff",
    "reported_from=2017-07-10",
    "reported_to=2017-08-31",
    "publication=cleared",
    "returned=true",
    "claims_completion=false",
];

const FORMS_OF_REPORTS: &[&str] = &[
    "limit=1",
    "limit=2&sort=id",
    "limit=3&sort=-id",
    "limit=200",
    "sort=id&fields=id,status",
];

impl Walk<'_> {
    fn question_about_reports(&mut self) -> String {
        let form = *self.dice.pick(FORMS_OF_REPORTS).unwrap();
        let mut path = format!("{REPORTS}?{form}");
        for _ in 0..self.dice.roll(3) {
            let condition = *self.dice.pick(OF_REPORTS).unwrap();
            path = format!("{path}&{condition}");
        }
        path
    }

    fn question(&mut self) -> String {
        let plan = *self.dice.pick(&["m-2017", "n-2017"]).unwrap();
        let by = *self
            .dice
            .pick(&["unit", "unit_kind", "role", "task", "period", "light"])
            .unwrap();
        let day = match self.dice.roll(3) {
            0 => format!("&as_of={}", self.within(90)),
            1 if self.model.today > "2017-07-02".parse::<Day>().unwrap() => "&as_of=2017-07-01".to_owned(),
            _ => String::new(),
        };
        match self.dice.roll(12) {
            8.. => self.question_about_reports(),
            0 | 2 => format!("/api/v1/plans/{plan}/statistics?group_by={by}{day}"),
            3 => format!("/api/v1/plans/{plan}/statistics/series?from=2017-07-01&step=week&group_by={by}"),
            1 => format!("/api/v1/plans/{plan}/board.svg?{}", day.trim_start_matches('&')),
            _ => {
                let form = *self.dice.pick(FORMS).unwrap();
                let mut path = format!("/api/v1/obligations?{form}{day}");
                for _ in 0..self.dice.roll(3) {
                    let condition = *self.dice.pick(CONDITIONS).unwrap();
                    path = format!("{path}&{condition}");
                }
                path
            }
        }
    }

    /// Asks both replicas the same, and goes on to the last page.
    pub(super) async fn ask_both(&mut self) {
        // Of plans and units another replica hears a moment later.
        self.database.app.renew().await.unwrap();
        for _ in 0..4 {
            let everybody = [
                (Some("auditor"), None),
                (Some("coordinator"), None),
                (Some("unit_reporter"), Some("ua")),
                (Some("unit_approver"), Some("ub")),
                (Some("secrecy_reviewer"), Some("ua")),
                (Some("secrecy_reviewer"), None),
                (Some("inspector"), None),
                (Some("admin"), None),
                (None, None),
            ];
            let (role, unit) = *self.dice.pick(&everybody).unwrap();
            let mut path = self.question();
            let apps = [self.app, self.database];
            // Nobody has asked under this name before: what is told is not what was kept.
            let mut hosts = [0; 2].map(|_| format!("h{}.example", self.dice.roll(u64::MAX)));
            let all = format!("{REPORTS}?limit=200");
            let of_reports = path.starts_with(REPORTS) && path != all;
            for _ in 0..4 {
                let mut told = Vec::new();
                for (app, host) in apps.into_iter().zip(&mut hosts) {
                    let caller = app.bearing(role.map(|role| app.token("reader", &[role], unit, &[])));
                    if of_reports {
                        // Their rows are told first: then a page may be made of them.
                        Reply::to(caller.request(reqwest::Method::GET, &all).header("Host", &*host)).await;
                    } else {
                        *host = format!("h{}.example", self.dice.roll(u64::MAX));
                    }
                    let reads = app.app.reads();
                    let request = caller.request(reqwest::Method::GET, &path).header("Host", &*host);
                    let reply = Reply::to(request).await;
                    self.at_once += u64::from(of_reports && reply.status == 200 && app.app.reads() == reads);
                    let problem = reply.status >= 400;
                    let text = reply.text().replace(&format!("http://{host}"), "");
                    told.push((reply.status, if problem { String::new() } else { text }));
                }
                assert_eq!(told[0], told[1], "{role:?} asks {path}");
                self.asked += 1;
                let (status, text) = &told[0];
                let next = serde_json::from_str::<Value>(text).unwrap_or_default()["next"].clone();
                match next.as_str() {
                    Some(next) if *status == 200 => next.clone_into(&mut path),
                    _ => break,
                }
            }
        }
    }
}
