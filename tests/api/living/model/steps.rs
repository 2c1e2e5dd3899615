//! A step that somebody takes with a thing, and what the model makes of it.

use super::{
    reference::{Extension, Report, plan_of},
    *,
};

impl Walk<'_> {
    /// Somebody looks at a list, takes a step that is offered or one that is not, and hears what the model says.
    pub(super) async fn step(&mut self) {
        let wanted = !self.dice.one_in(4);
        let (list, (who, id, action)) = loop {
            let (list, all, _) = *self.dice.pick(&weighted()).unwrap();
            if let Some(choice) = self.choice(list, all, wanted) {
                break (list, choice);
            }
        };
        let caller = self.caller(&who);
        let items = self.read(&who, list).await;
        let Some(item) = items.into_iter().find(|item| item["id"] == json!(id)) else {
            return;
        };
        // A plan that is closed or a row that is exempted makes the rest of the history dull.
        let dull = wanted && (action == "close" && !self.dice.one_in(6) || action == "exempt" && !self.dice.one_in(3));
        if dull {
            return;
        }
        let reply = self.try_it(&caller, list, &item, action).await;
        let id = id.as_str();
        self.say(&format!("{} {action} {list} {id}: {}", who.name, reply.status));
        let path = format!("/api/v1/{list}/{id}");
        if wanted {
            assert!(
                matches!(reply.status, 200 | 201 | 204),
                "{action} was offered: {} {item}",
                reply.text()
            );
            *self.taken.entry(format!("{list} {action}")).or_default() += 1;
            self.note(&who, list, &item, action, &reply);
            if matches!(
                action,
                "grant" | "withdraw" | "refuse" | "restore" | "delete" | "publish" | "close" | "reopen"
            ) {
                self.look().await;
            }
            let again = caller.get(&path).await;
            if reply.status == 200 {
                assert_eq!(self.model.offers(&who, list, id).is_some(), again.status == 200);
                let same = again.status == 404 || again.json() == reply.json();
                assert!(same, "{action} told {}, and then it is {}", reply.text(), again.text());
            }
        } else {
            self.refused += 1;
            refused_well(&reply, &format!("{action} was not offered: {item}"));
            let again = caller.get(&path).await.ok().json();
            assert_eq!(again, item, "a step that is refused changes nothing");
        }
    }

    /// Who does what with which thing: a step that the model offers, each kind of them alike; or anybody who
    /// sees it and a step that it does not offer.
    fn choice(&mut self, list: &str, all: &[&'static str], wanted: bool) -> Option<(Who, String, &'static str)> {
        let ids = self.model.all(list);
        let mut steps: BTreeMap<&str, Vec<(&Who, &String)>> = BTreeMap::new();
        for who in &self.people {
            for id in &ids {
                let Some(offers) = self.model.offers(who, list, id) else {
                    continue;
                };
                for action in all.iter().filter(|action| offers.contains(**action) == wanted) {
                    steps.entry(*action).or_default().push((who, id));
                }
            }
        }
        let action = *self.dice.pick(&steps.keys().copied().collect::<Vec<_>>())?;
        let (who, id) = *self.dice.pick(&steps[action])?;
        Some((who.clone(), id.clone(), action))
    }

    /// Somebody tries a step with a thing that they do not see.
    pub(super) async fn intrude(&mut self) {
        let who = self.dice.pick(&self.people).unwrap().clone();
        let (list, all, _) = *self.dice.pick(LISTS).unwrap();
        let hidden = |id: &String| self.model.offers(&who, list, id).is_none();
        let ids: Vec<String> = self.model.all(list).into_iter().filter(hidden).collect();
        let Some(id) = self.dice.pick(&ids).cloned() else {
            return;
        };
        self.read(&who, list).await;
        let action = *self.dice.pick(all).unwrap();
        let item = json!({"id": id});
        let caller = self.caller(&who);
        let reply = self.try_it(&caller, list, &item, action).await;
        self.say(&format!("{} {action} hidden {list} {id}: {}", who.name, reply.status));
        self.refused += 1;
        refused_well(&reply, &format!("{action} of what {who:?} does not see: {id}"));
        assert_ne!(reply.status, 409, "it tells that it is there: {}", reply.text());
        let read = caller.get(&format!("/api/v1/{list}/{id}")).await;
        assert!(matches!(read.status, 401 | 403 | 404), "{}", read.text());
    }

    /// The list as somebody sees it, once it is compared with the model.
    pub(super) async fn read(&self, who: &Who, list: &str) -> Vec<Value> {
        let reply = self.caller(who).get(&format!("/api/v1/{list}?limit=200")).await;
        let items = match reply.status {
            401 | 403 => Vec::new(),
            _ => reply.ok().json()["items"].as_array().unwrap().clone(),
        };
        self.compare(who, list, &items);
        items
    }

    /// What the list says is what the model says: which things there are, how they stand, and what is offered.
    fn compare(&self, who: &Who, list: &str, items: &[Value]) {
        let model = &self.model;
        let offers = |id: String| model.offers(who, list, &id).map(|offers| (id, offers));
        let expected: BTreeMap<String, BTreeSet<&str>> = model.all(list).into_iter().filter_map(offers).collect();
        let ids: BTreeSet<String> = texts(items, "id").into_iter().collect();
        assert_eq!(ids, expected.keys().cloned().collect(), "{who:?} {list}");
        assert_eq!(ids.len(), items.len(), "each is there once");
        for item in items {
            let id = item["id"].as_str().unwrap();
            let found = texts_of(&item["allowed_actions"]);
            let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
            assert_eq!(found, expected[id], "{who:?} {item}");
            let links: BTreeSet<&str> = item["links"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(links, found, "{who:?} {item}");
            for (key, value) in model.stands(list, id) {
                let said = match (key, item.get(key)) {
                    ("taken_over_by", heirs) => {
                        let heirs = heirs.map(|heirs| heirs.as_array().unwrap().clone()).unwrap_or_default();
                        json!(texts(&heirs, "code"))
                    }
                    (_, said) => said.cloned().unwrap_or_default(),
                };
                assert_eq!(said, value, "{key} {item}");
            }
        }
    }

    /// Takes a step where its link says; one that is not offered, where its link would be.
    async fn try_it(&mut self, caller: &Caller<'_>, list: &str, item: &Value, action: &str) -> Reply {
        let id = item["id"].as_str().unwrap();
        let thing = format!("/api/v1/{list}/{id}");
        let (method, path) = match (item["links"].get(action), action) {
            (_, "close") => ("POST", format!("{thing}/close?accept_unfinished=true")),
            (Some(link), _) => (
                link["method"].as_str().unwrap(),
                link["path"].as_str().unwrap().to_owned(),
            ),
            (None, "update") => ("PATCH", thing),
            (None, "delete") => ("DELETE", thing),
            (None, "report") => ("POST", REPORTS.to_owned()),
            (None, "request_extension") => ("POST", "/api/v1/extensions".to_owned()),
            (None, step) => ("POST", format!("{thing}/{step}")),
        };
        let body = self.said(list, item, action);
        let request = caller.request(method.parse().unwrap(), &path).header("If-Match", "*");
        Reply::to(match body {
            None => request,
            Some(body) => request.json(&body),
        })
        .await
    }

    /// What is said with a step; nothing where there is no choice.
    fn said(&mut self, list: &str, item: &Value, action: &str) -> Option<Value> {
        let id = item["id"].as_str().unwrap();
        Some(match (list, action) {
            ("progress-reports", "update") => {
                json!({"summary": format!("又有进展 {}", self.steps), "claims_completion": self.dice.one_in(2)})
            }
            ("plans", "update") => json!({"title": format!("方案 {}", self.steps), "reason": "更正"}),
            ("notices", "update") => {
                let living = |unit: &&&str| !self.model.owners(unit).is_empty();
                let unit = *UNITS.iter().find(living).unwrap();
                let mut change =
                    json!({"text": format!("改过的正文 {}", self.steps), "obligations": [], "units": [unit]});
                if matches!(item["kind"].as_str(), Some("reminder" | "supervision")) {
                    change["reply_by"] = json!(self.after(5));
                }
                change
            }
            ("obligations", "report") => {
                let mut report = report_on(id);
                report["claims_completion"] = json!(self.dice.one_in(2));
                report
            }
            ("obligations", "request_extension") => {
                let due = item["due_on"].as_str();
                let due: Day = due.map_or(self.model.today, |due| due.parse().unwrap());
                let until = due + chrono::Days::new(1 + self.dice.roll(40));
                json!({"obligation_id": id, "requested_due_on": until, "reason": "理由", "progress": "进展"})
            }
            ("extensions", "grant") => {
                let now = item["obligation_id"]
                    .as_str()
                    .and_then(|id| self.model.rows.get(id)?.due_on);
                let asked = item["requested_due_on"].as_str();
                let asked: Day = asked.map_or(self.model.today, |day| day.parse().unwrap());
                if now.is_none_or(|now| asked > now) {
                    return None;
                }
                json!({"granted_due_on": now.map(|now| now + chrono::Days::new(1))})
            }
            ("notices", "answer") => json!({"text": "已办"}),
            (
                _,
                "exempt" | "reopen" | "return" | "withhold" | "refuse" | "rescind" | "uphold" | "overturn" | "reject",
            ) => {
                json!({"reason": "理由"})
            }
            _ => return (action != "delete" && self.dice.one_in(2)).then(|| json!({})),
        })
    }

    /// Tells the model what was done.
    fn note(&mut self, who: &Who, list: &str, item: &Value, action: &str, reply: &Reply) {
        let id = item["id"].as_str().unwrap();
        let made = || reply.json()["id"].as_str().unwrap().to_owned();
        match (list, action) {
            ("obligations", "exempt") => drop(self.model.exempt.insert(id.to_owned())),
            ("obligations", "restore") => drop(self.model.exempt.remove(id)),
            ("obligations", "report") => {
                let claims = reply.json()["claims_completion"] == true;
                self.model.reports.insert(made(), Report::begun(id, claims, who));
            }
            ("obligations", _) => {
                let extension = Extension {
                    obligation: id.to_owned(),
                    status: "requested",
                    asked_by: who.name.clone(),
                    handed_in: !self.model.signoff.contains(plan_of(id)),
                };
                self.model.extensions.insert(made(), extension);
            }
            ("progress-reports", _) => {
                if action == "update" {
                    let claims = reply.json()["claims_completion"] == true;
                    self.model.reports.get_mut(id).unwrap().claims = claims;
                }
                self.model.take(who, id, action);
            }
            ("extensions", _) => self.model.decide(id, action),
            ("notices", _) => {
                self.model.handle(who, id, action);
                if action == "update" {
                    let notice = self.model.notices.get_mut(id).unwrap();
                    let body = reply.json();
                    let day = |day: &Value| day.as_str().unwrap().parse().unwrap();
                    let units = body["units"].as_array().unwrap().iter();
                    let code = |part: &Value| part["unit"]["code"].as_str().unwrap().to_owned();
                    notice.units = units.map(|part| (code(part), reference::Part::default())).collect();
                    (notice.obligations, notice.reply_by) = (BTreeSet::new(), body.get("reply_by").map(day));
                }
            }
            ("second-reviews", _) => self.model.conclude(who, id, action),
            ("feedback", _) => {
                self.model.feedback.get_mut(id).unwrap().status =
                    if action == "publish" { "published" } else { "rejected" };
            }
            ("plans", "publish") => drop(self.model.plans.insert(id.to_owned(), "published")),
            ("plans", "close") => {
                self.model.plans.insert(id.to_owned(), "closed");
                self.model.closed_on.insert(id.to_owned(), self.model.today);
            }
            ("plans", "reopen") => {
                self.model.plans.insert(id.to_owned(), "published");
                self.model.closed_on.remove(id);
            }
            ("plans", "delete") => drop(self.model.plans.remove(id)),
            _ => {}
        }
    }
}

/// What one does not see is as good as nothing.
fn refused_well(reply: &Reply, what: &str) {
    let hidden = reply.status == 422 && reply.json()["errors"][0]["code"] == "not_found";
    assert!(
        hidden || matches!(reply.status, 401 | 403 | 404 | 409),
        "{what}: {}",
        reply.text()
    );
}
