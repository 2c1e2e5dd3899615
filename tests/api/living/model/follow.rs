//! Who follows a list by its marks has what a full pull has.

use super::*;
use crate::support::database;

/// Lists that are followed, with and without filters.
const FOLLOWED: &[&str] = &[
    "/api/v1/progress-reports?limit=3",
    "/api/v1/obligations?limit=7",
    "/api/v1/extensions?limit=3",
    "/api/v1/progress-reports?limit=200&status=submitted&status=draft",
    "/api/v1/obligations?limit=200&light=yellow&light=red",
    "/api/v1/obligations?limit=200&state=open&sort=-due_on",
    "/api/v1/extensions?limit=200&status=requested",
    "/api/v1/progress-reports?limit=200&sort=id",
];

/// And those beside what a unit owes.
const BESIDE: &[&str] = &[
    "/api/v1/notices?limit=3",
    "/api/v1/feedback?limit=3",
    "/api/v1/second-reviews?limit=4",
    "/api/v1/requirements?limit=3&embed=task",
    "/api/v1/notices?limit=200&status=draft&status=issued&overdue=false",
    "/api/v1/tasks?limit=2",
    "/api/v1/feedback?limit=200&status=published",
    "/api/v1/deadlines?limit=200&rule_kind=date&sort=-due_on",
    "/api/v1/plans?limit=2&status=published",
    "/api/v1/units?limit=3",
    "/api/v1/plans/m-2017/amendments?limit=3",
    "/api/v1/me/todo?limit=4",
    "/api/v1/second-reviews?limit=200&status=requested",
    "/api/v1/requirements?limit=200&plan=m-2017&q=%E8%A6%81%E6%B1%82",
];

/// How many people follow them in one history: each of them several times.
const FOLLOWERS: usize = 3;

/// What somebody has of a list, and the mark that came with it.
#[derive(Default)]
pub struct Held {
    mark: Option<String>,
    rows: BTreeMap<String, Value>,
    /// Rows that were told because they changed.
    pub told: usize,
    /// Whole lists that were told.
    pub whole: usize,
    /// Rows that were told to be gone.
    pub gone: usize,
}

/// What is counted from the day on which a row is read, which is no change of it.
fn lasting(mut row: Value) -> Value {
    for counted in ["as_of", "days_left", "working_days_left"] {
        row.as_object_mut().unwrap().remove(counted);
    }
    row
}

fn id_of(row: &Value) -> String {
    let id = row.get("id").unwrap_or_else(|| &row["code"]);
    id.as_str().unwrap().to_owned()
}

impl Walk<'_> {
    /// Somebody pulls what has changed in a list since they did last, and has what is there.
    pub(super) async fn follow(&mut self, step: u64) {
        // Now all entries have their numbers, and now some wait for them.
        if !step.is_multiple_of(3) {
            database::sealed(&self.app.app).await;
        }
        // A few steps the same, before a plan or a unit changes and all of it has to be told.
        let turn = usize::try_from(step / 5).unwrap();
        let first = usize::try_from(self.story.seed).unwrap() * FOLLOWERS;
        let person = |turn: usize| self.people[(first + turn % FOLLOWERS) % self.people.len()].clone();
        let who = person(turn / FOLLOWED.len());
        self.pull(&who, FOLLOWED[turn % FOLLOWED.len()]).await;
        if step.is_multiple_of(2) {
            // Of these most tell nothing new most of the time: each step another list, and all of them again and again.
            let turn = usize::try_from(step / 2).unwrap();
            let who = self.people[(first + usize::try_from(step / 40).unwrap()) % self.people.len()].clone();
            self.pull(&who, BESIDE[turn % BESIDE.len()]).await;
        }
    }

    async fn pull(&mut self, who: &Who, path: &'static str) {
        let caller = self.caller(who);
        if caller.get(path).await.status != 200 {
            return;
        }
        let mut held = self.held.remove(&(format!("{who:?}"), path)).unwrap_or_default();
        let since = held.mark.take().unwrap_or_else(|| "start".to_owned());
        let mut complete = false;
        let mut next = Some(format!("{path}&changed_since={since}"));
        while let Some(link) = next {
            let page = caller.get(&link).await.ok().json();
            if let Some(changes) = page.get("changes") {
                if changes["complete"] == true {
                    held.whole += 1;
                    held.rows.clear();
                }
                complete = changes["complete"] == true;
                for id in texts_in(&changes["gone"]) {
                    held.gone += 1;
                    held.rows.remove(&id);
                }
                held.mark = Some(changes["mark"].as_str().unwrap().to_owned());
            }
            for row in page["items"].as_array().unwrap() {
                held.told += usize::from(!complete);
                held.rows.insert(id_of(row), lasting(row.clone()));
            }
            next = page.get("next").map(|next| next.as_str().unwrap().to_owned());
        }
        let rows = caller.walk(path).await.into_iter().map(lasting);
        let rows: BTreeMap<String, Value> = rows.map(|row| (id_of(&row), row)).collect();
        for (id, row) in &rows {
            assert_eq!(held.rows.get(id), Some(row), "{who:?} {path} since {since}");
        }
        let gone: Vec<&String> = held.rows.keys().filter(|id| !rows.contains_key(*id)).collect();
        assert!(gone.is_empty(), "{who:?} {path}: nobody said that {gone:?} are gone");
        self.held.insert((format!("{who:?}"), path), held);
    }
}
