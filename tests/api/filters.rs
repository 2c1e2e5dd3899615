//! What a filter finds, against the same worked out from the whole lists.

mod content;
mod deadlines;
mod every;
mod model;
mod named;
mod text;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Caller, database, fixtures, texts};

/// All that the API says without any filter.
struct Whole {
    requirements: Vec<Value>,
    deadlines: Vec<Value>,
    units: Vec<Value>,
    /// Each collective's members on any day of 2017.
    members: BTreeMap<String, BTreeSet<String>>,
}

impl Whole {
    async fn read(caller: &Caller<'_>) -> Self {
        let units = caller.walk("/api/v1/units?limit=200").await;
        let mut members = BTreeMap::new();
        for unit in units.iter().filter(|unit| unit["kind"] == "collective") {
            let code = unit["code"].as_str().unwrap().to_owned();
            let list = caller.walk(&format!("/api/v1/units/{code}/members?limit=200")).await;
            members.insert(code, texts(&list, "code").into_iter().collect());
        }
        Self {
            requirements: caller.walk("/api/v1/requirements?limit=200").await,
            deadlines: caller.walk("/api/v1/deadlines?limit=200").await,
            units,
            members,
        }
    }

    /// Everybody a requirement concerns: who is named, and who stands behind a collective that is named.
    fn concerned(&self, requirement: &Value) -> BTreeSet<String> {
        let mut concerned = BTreeSet::new();
        for code in texts(requirement["units"].as_array().unwrap(), "code") {
            concerned.extend(self.members.get(&code).into_iter().flatten().cloned());
            concerned.insert(code);
        }
        concerned
    }

    fn kind(&self, code: &str) -> &str {
        let unit = self.units.iter().find(|unit| unit["code"] == code).unwrap();
        unit["kind"].as_str().unwrap()
    }

    /// The ids of the requirements that are `wanted`.
    fn requirements(&self, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        texts(self.requirements.iter().filter(|requirement| wanted(requirement)), "id")
    }

    /// The ids of the deadlines that are `wanted`.
    fn deadlines(&self, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        texts(self.deadlines.iter().filter(|deadline| wanted(deadline)), "id")
    }
}

/// The ids (of units: codes) that `query` finds in the list `name`.
async fn found(caller: &Caller<'_>, name: &str, query: &[(&str, &str)]) -> Vec<String> {
    let query = serde_html_form::to_string(query).unwrap();
    let items = caller.walk(&format!("/api/v1/{name}?limit=200&{query}")).await;
    texts(&items, if name == "units" { "code" } else { "id" })
}

async fn refused(caller: &Caller<'_>, name: &str, query: &[(&str, &str)], parameter: &str) -> Value {
    let problem = caller
        .find(&format!("/api/v1/{name}"), query)
        .await
        .problem(400, "invalid_parameter");
    assert_eq!(problem["errors"][0]["parameter"], parameter, "{name} {query:?}");
    problem
}
