//! Who follows a list by its marks has what a full pull has.

use super::*;

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

impl Walk<'_> {
    /// Somebody pulls what has changed in a list since they did last, and has what is there.
    pub(super) async fn follow(&mut self, step: u64) {
        // A few steps the same, before a plan or a unit changes and all of it has to be told.
        let turn = usize::try_from(step / 5).unwrap();
        let path = FOLLOWED[turn % FOLLOWED.len()];
        let first = usize::try_from(self.story.seed).unwrap() * FOLLOWERS;
        let follower = first + turn / FOLLOWED.len() % FOLLOWERS;
        let who = self.people[follower % self.people.len()].clone();
        let caller = self.caller(&who);
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
                let id = row["id"].as_str().unwrap().to_owned();
                held.rows.insert(id, lasting(row.clone()));
            }
            next = page.get("next").map(|next| next.as_str().unwrap().to_owned());
        }
        let rows = caller.walk(path).await.into_iter().map(lasting);
        let rows: BTreeMap<String, Value> = rows.map(|row| (row["id"].as_str().unwrap().to_owned(), row)).collect();
        for (id, row) in &rows {
            assert_eq!(held.rows.get(id), Some(row), "{who:?} {path} since {since}");
        }
        let gone: Vec<&String> = held.rows.keys().filter(|id| !rows.contains_key(*id)).collect();
        assert!(gone.is_empty(), "{who:?} {path}: nobody said that {gone:?} are gone");
        self.held.insert((format!("{who:?}"), path), held);
    }
}
