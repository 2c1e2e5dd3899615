//! Views of one day agree, on that day and later.

use super::*;

/// An obligation as it stood on a day.
pub type Standing = [String; 4];

pub fn standing(row: &Value) -> Standing {
    ["id", "state", "timeliness", "light"].map(|key| row[key].as_str().unwrap().to_owned())
}

fn sum(groups: &[Value], key: &str) -> u64 {
    groups.iter().map(|group| group[key].as_u64().unwrap()).sum()
}

impl Walk<'_> {
    /// The list, its groups, the plans' statistics and the tables, and what was seen when that day ended.
    pub(super) async fn agree(&mut self) {
        let days: Vec<Day> = self.ends.keys().copied().chain([self.model.today]).collect();
        let day = *self.dice.pick(&days).unwrap();
        let auditor = self.app.role("auditor");
        let rows = self.rows(&format!("&as_of={day}")).await;
        if let Some((plans, then)) = self.ends.get(&day) {
            // A plan that is published later is there from its beginning on.
            let known = |row: &&Value| plans.contains(row["plan_id"].as_str().unwrap());
            let seen: Vec<Standing> = rows.iter().filter(known).map(standing).collect();
            assert_eq!(&seen, then, "as of {day}");
        }
        let by = *self
            .dice
            .pick(&["unit", "unit_kind", "role", "task", "period", "light"])
            .unwrap();
        let path = format!("/api/v1/obligations?as_of={day}");
        let groups = auditor.get(&format!("{path}&group_by={by}")).await.ok().json();
        let mut views = vec![groups["groups"].as_array().unwrap().clone()];
        let mut totals = Vec::new();
        for (plan, status) in self.model.plans.clone() {
            if status != "draft" {
                let path = format!("/api/v1/plans/{plan}/statistics?as_of={day}&group_by={by}");
                let statistics = auditor.get(&path).await.ok().json();
                let groups = statistics["groups"].as_array().unwrap();
                assert_eq!(
                    sum(groups, "total"),
                    statistics["total"]["total"].as_u64().unwrap(),
                    "{statistics}"
                );
                totals.push(statistics["total"].clone());
            }
        }
        views.push(totals);
        let count = |is: &dyn Fn(&Value) -> bool| rows.iter().filter(|row| is(row)).count() as u64;
        for view in views {
            assert_eq!(sum(&view, "total"), rows.len() as u64, "by {by} as of {day}");
            for state in [
                "waiting",
                "undecided",
                "not_open",
                "open",
                "submitted",
                "returned",
                "fulfilled",
                "exempted",
            ] {
                let listed = count(&|row| row["state"] == state);
                assert_eq!(sum(&view, state), listed, "{state} by {by} as of {day}");
            }
            assert_eq!(sum(&view, "overdue"), count(&|row| row["overdue"] == true));
            for light in ["green", "yellow", "red"] {
                assert_eq!(
                    sum(&view, light),
                    count(&|row| row["light"] == light),
                    "{light} by {by} as of {day}"
                );
            }
        }
        let table = auditor.get(&format!("{path}&format=csv")).await.ok().text();
        let lines = csv::Reader::from_reader(table.as_bytes()).into_records().count();
        let stream = auditor.get(&format!("{path}&format=ndjson")).await.ok().text();
        assert_eq!([lines, stream.lines().count()], [rows.len(); 2], "as of {day}");
    }
}
