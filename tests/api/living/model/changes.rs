//! Time goes on, units come and go, plans are amended, notices are written, the public speaks.

use super::{
    reference::{Feedback, Notice, Part, Review, plan_of, unit_of},
    world::EVENT,
    *,
};

impl Walk<'_> {
    pub(super) async fn change(&mut self) {
        match self.dice.roll(16) {
            0..=4 => self.sleep().await,
            5..=7 => self.reorganise().await,
            8 => self.change_members().await,
            9 => self.register().await,
            10 => {
                let ids = ["m-2017.1.1.d1", "m-2017.1.4.d1", "n-2017.1.1.d1"];
                let (id, due) = (*self.dice.pick(&ids).unwrap(), self.within(60));
                let change = json!({"rule": {"kind": "date", "due_on": due}, "reason": "调整"});
                let path = format!("/api/v1/deadlines/{id}");
                self.amend(id, &path, Some(&change)).await;
            }
            11 => {
                let id = *self.dice.pick(&["m-2017.1.4", "n-2017.1.1"]).unwrap();
                let mut units = Vec::new();
                for code in UNITS {
                    if self.dice.one_in(2) {
                        units.push(*code);
                    }
                }
                let mut parts: Vec<Value> = Vec::new();
                for code in &units {
                    let role = *self.dice.pick(&["lead", "support", "responsible"]).unwrap();
                    parts.push(json!({"code": code, "role": role}));
                }
                let change = json!({"units": parts, "reason": "调整"});
                let reply = self
                    .amend(id, &format!("/api/v1/requirements/{id}"), Some(&change))
                    .await;
                if reply.status == 200 {
                    self.look().await;
                    self.all_owe(id, &units);
                }
            }
            12 if self.dice.one_in(3) => {
                let id = *self.dice.pick(&["m-2017.1.1", "n-2017.1.2"]).unwrap();
                let path = format!("/api/v1/requirements/{id}?reason=%E5%B9%B6%E5%85%A5");
                self.amend(id, &path, None).await;
            }
            _ => self.write_notice().await,
        }
        self.look().await;
    }

    /// Changes something of a plan, or removes it.
    async fn amend(&mut self, id: &str, path: &str, change: Option<&Value>) -> Reply {
        let boss = self.boss();
        let reply = match change {
            Some(change) => boss.patch(path, "*", change).await,
            None => boss.delete(path, "*").await,
        };
        self.say(&format!("{id} becomes {change:?}: {}", reply.status));
        let expected: &[u16] = if self.model.is_open(id) {
            &[200, 204, 404, 409, 422]
        } else {
            &[409]
        };
        assert!(expected.contains(&reply.status), "{}", reply.text());
        if reply.status == 200 {
            assert_eq!(boss.get(path).await.ok().json(), reply.json(), "whoever wrote reads it");
        }
        reply
    }

    /// Each unit that is named owes what is due from today on, or somebody in its place.
    fn all_owe(&self, requirement: &str, units: &[&str]) {
        let model = &self.model;
        let of = |id: &&String| id.starts_with(&format!("{requirement}."));
        let rows: Vec<&String> = model.rows.keys().filter(of).collect();
        let mut days = rows.iter().filter_map(|id| model.rows[*id].asked_on);
        let Some(due) = days.find(|due| *due >= model.today) else {
            return;
        };
        for unit in units {
            let owners = model.owners_on(unit, due);
            let theirs = |id: &&String| unit_of(id) == *unit || !model.owners_on(unit_of(id), due).is_disjoint(&owners);
            let owes = rows.iter().any(theirs);
            assert!(
                owes,
                "{unit} is named for {requirement}, due on {due}, and nobody owes it: {rows:?}"
            );
        }
    }

    async fn sleep(&mut self) {
        let stood = self.rows("").await.iter().map(agree::standing).collect();
        let plans = self.model.plans.iter().filter(|plan| *plan.1 != "draft");
        let plans = plans.map(|plan| plan.0.clone()).collect();
        self.ends.insert(self.model.today, (plans, stood));
        let days = if self.dice.one_in(8) { 60 } else { 15 };
        self.model.today = self.within(days) + chrono::Days::new(1);
        self.tick();
    }

    async fn reorganise(&mut self) {
        let unit = *self.dice.pick(UNITS).unwrap();
        let path = format!("/api/v1/units/{unit}");
        if self.dice.one_in(4) {
            let name = format!("单位{unit}之{}", self.steps);
            self.boss().patch(&path, "*", &json!({"name": name})).await.ok();
            return;
        }
        let (change, end) = if self.model.ends.contains_key(unit) {
            (json!({"valid_to": null, "successors": []}), None)
        } else {
            let mut heirs = Vec::new();
            for other in UNITS.iter().filter(|other| **other != unit) {
                if self.dice.one_in(3) {
                    heirs.push(*other);
                }
            }
            let last = self.within(9) - chrono::Days::new(4);
            (json!({"valid_to": last, "successors": heirs}), Some((last, heirs)))
        };
        let before = self.boss().get(&path).await.ok().json();
        let reply = self.boss().patch(&path, "*", &change).await;
        self.say(&format!("unit {unit} becomes {change}: {}", reply.status));
        let living = |heir: &&str| !self.model.ends.contains_key(heir);
        match reply.status {
            200 => match end {
                Some(end) => drop(self.model.ends.insert(unit, end)),
                None => drop(self.model.ends.remove(unit)),
            },
            409 => {
                let somebody = end.is_some_and(|(_, heirs)| heirs.iter().any(living));
                assert!(!somebody, "somebody takes over: {}", reply.text());
                assert_eq!(self.boss().get(&path).await.ok().json(), before);
            }
            _ => panic!("{}", reply.text()),
        }
    }

    async fn change_members(&mut self) {
        let boss = self.boss();
        let member = *self.dice.pick(UNITS).unwrap();
        let path = format!("/api/v1/units/all/members/{member}");
        let to = self.within(60).to_string();
        let reply = match self.dice.roll(3) {
            0 => boss.delete(&path, "*").await,
            1 => boss.put(&path, "*", &json!({"periods": [{}]})).await,
            _ => boss.put(&path, "*", &json!({"periods": [{"valid_to": to}]})).await,
        };
        self.say(&format!("member {member} until {to}: {}", reply.status));
        assert!(matches!(reply.status, 200 | 201 | 204 | 404), "{}", reply.text());
    }

    /// An event is registered, corrected or withdrawn.
    async fn register(&mut self) {
        let boss = self.boss();
        let events = boss.get(EVENT).await;
        if events.status == 404 {
            return;
        }
        let events = events.ok().json()["items"].as_array().unwrap().clone();
        let last = events.last().filter(|event| event.get("withdrawn_at").is_none());
        let due = self.within(30);
        let new = json!({"happened_on": self.model.today, "due_on": due});
        let reply = match (last, self.dice.roll(3)) {
            (Some(event), 0) => {
                let path = format!("{EVENT}/{}/withdraw", event["id"].as_str().unwrap());
                boss.step(&path, &json!({"reason": "误登"})).await
            }
            (Some(event), 1) => {
                let path = format!("{EVENT}/{}", event["id"].as_str().unwrap());
                boss.patch(&path, "*", &json!({"due_on": due, "reason": "更正"})).await
            }
            _ => boss.post(EVENT, &new).await,
        };
        self.say(&format!("event due on {due}: {} {}", reply.status, reply.text()));
        assert!(matches!(reply.status, 200 | 201 | 409 | 422), "{}", reply.text());
    }

    async fn write_notice(&mut self) {
        let unit = *self.dice.pick(UNITS).unwrap();
        let theirs = |id: &&String| unit_of(id) == unit && plan_of(id) == "m-2017";
        let rows: Vec<String> = self.model.rows.keys().filter(theirs).cloned().collect();
        let named: BTreeSet<String> = self.dice.pick(&rows).cloned().into_iter().collect();
        let kinds = ["reminder", "supervision", "commendation", "criticism"];
        let kind = *self.dice.pick(&kinds).unwrap();
        let mut notice = json!({"plan_id": "m-2017", "kind": kind, "subject": "事由", "text": "正文", "units": [unit], "obligations": named});
        let mut reply_by = None;
        if matches!(kind, "reminder" | "supervision") {
            reply_by = Some(self.within(9));
            notice["level"] = json!("blue");
            notice["reply_by"] = json!(reply_by);
        }
        let author = *self.dice.pick(&["boss", "chief"]).unwrap();
        let reply = self
            .app
            .somebody(author, "coordinator", None)
            .post("/api/v1/notices", &notice)
            .await;
        self.say(&format!(
            "{author} writes {kind} to {unit} about {named:?}: {}",
            reply.status
        ));
        if reply.status != 201 {
            let expected: &[u16] = if self.model.is_open("m-2017") {
                &[409, 422]
            } else {
                &[409]
            };
            assert!(expected.contains(&reply.status), "{}", reply.text());
            return;
        }
        let id = reply.json()["id"].as_str().unwrap().to_owned();
        let notice = Notice {
            plan: "m-2017".into(),
            kind: kind.into(),
            status: "draft",
            units: [(unit.to_owned(), Part::default())].into(),
            obligations: named,
            reply_by,
            prepared_by: [author.to_owned()].into(),
            approved_by: None,
            issued_by: None,
            issued_on: None,
        };
        self.model.notices.insert(id, notice);
    }

    /// A unit objects to something that it may object to, or not.
    pub(super) async fn object(&mut self) {
        let wanted = !self.dice.one_in(3);
        // Returned reports are few: one is objected to while there is one.
        let returned = self.model.all("progress-reports");
        let may = |id: &String| self.people.iter().any(|who| self.model.objects_to_return(who, id));
        let is_any_returned = returned.iter().any(may);
        let of_notice = !(wanted && is_any_returned) && self.dice.one_in(2);
        let (list, key) = if of_notice {
            ("notices", "notice_id")
        } else {
            ("progress-reports", "progress_report_id")
        };
        let mut choice = Vec::new();
        for who in &self.people {
            let ids = self.model.all(list).into_iter();
            for id in ids.filter(|id| self.model.offers(who, list, id).is_some()) {
                let unit = if of_notice {
                    self.model.objects_to_notice(who, &id)
                } else {
                    let unit = unit_of(&self.model.reports[&id].obligation).to_owned();
                    self.model.objects_to_return(who, &id).then_some(unit)
                };
                if unit.is_some() == wanted {
                    choice.push((who.clone(), id, unit));
                }
            }
        }
        let Some((who, id, unit)) = self.dice.pick(&choice).cloned() else {
            return;
        };
        let asked = json!({key: id, "reason": "有异议"});
        let reply = self.caller(&who).post("/api/v1/second-reviews", &asked).await;
        self.say(&format!("{} objects to {id}: {}", who.name, reply.status));
        assert!(matches!(reply.status, 201 | 401 | 403 | 409 | 422), "{}", reply.text());
        assert_eq!(reply.status == 201, unit.is_some(), "{who:?} {}", reply.text());
        if let Some(unit) = unit {
            let report = (!of_notice).then(|| id.clone());
            let review = Review {
                returns: report.as_ref().map_or(0, |report| self.model.reports[report].returns),
                notice: of_notice.then(|| id.clone()),
                report,
                unit,
                status: "requested",
                asked_by: who.name,
            };
            let id = reply.json()["id"].as_str().unwrap().to_owned();
            self.model.reviews.insert(id, review);
            *self.taken.entry("second-reviews ask".into()).or_default() += 1;
        }
    }

    /// Somebody says something about a report, or about a requirement.
    pub(super) async fn ask_the_public(&mut self) {
        let portal = self.people.iter().find(|who| who.role == "portal").unwrap().clone();
        let ids = self.model.all("progress-reports");
        let report = self.dice.pick(&ids).cloned().filter(|_| !self.dice.one_in(3));
        let about = match &report {
            Some(id) => json!({"report_id": id, "rating": 3}),
            None => json!({"requirement_id": "m-2017.1.2", "rating": 4}),
        };
        let reply = self.caller(&portal).post("/api/v1/feedback", &about).await;
        self.say(&format!("feedback on {report:?}: {}", reply.status));
        let public = report.as_ref().is_none_or(|id| self.model.reports[id].is_public());
        assert_eq!(reply.status, if public { 201 } else { 422 }, "{}", reply.text());
        if public {
            let id = reply.json()["id"].as_str().unwrap().to_owned();
            let status = "pending";
            self.model.feedback.insert(id, Feedback { report, status });
        }
    }
}
