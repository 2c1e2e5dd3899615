//! What plans say, and who is responsible: in memory, with filters that look into what a row is made of.

use super::*;

/// What requirements and deadlines are found by: each deadline with its requirement and those it concerns.
fn contents(whole: &Whole, tasks: &[Value]) -> Vec<(Value, Value)> {
    let mut parts = Vec::new();
    for requirement in &whole.requirements {
        let concerned = whole.concerned(requirement);
        let kinds: BTreeSet<&str> = concerned.iter().map(|code| whole.kind(code)).collect();
        let mut said = vec![
            requirement["text"].clone(),
            requirement["task_title"].clone(),
            requirement["units_phrase"].clone(),
        ];
        let task = tasks.iter().find(|task| task["id"] == requirement["task_id"]).unwrap();
        said.extend(task["headings"].as_array().unwrap().iter().cloned());
        let named = texts(requirement["units"].as_array().unwrap(), "code");
        for unit in whole
            .units
            .iter()
            .filter(|unit| named.iter().any(|code| unit["code"] == **code))
        {
            said.extend([
                unit["code"].clone(),
                unit["name"].clone(),
                unit["official_name"].clone(),
            ]);
            said.extend(unit["aliases"].as_array().unwrap().iter().cloned());
        }
        let deadlines = requirement["deadlines"].as_array().unwrap();
        said.extend(deadlines.iter().map(|deadline| deadline["phrase"].clone()));
        let mut of: Vec<Value> = deadlines.clone();
        if of.is_empty() {
            of.push(json!({}));
        }
        for deadline in of {
            let part = json!({
                "plan": requirement["plan_id"], "task": requirement["task_id"], "requirement": requirement["id"],
                "headings": task["headings"], "concerned": concerned, "kinds": kinds, "said": said, "deadline": deadline
            });
            parts.push((requirement.clone(), part));
        }
    }
    parts
}

fn content_filters(rows: &[Row]) -> Vec<Filter> {
    let has = |pointer: &'static str| {
        move |part: &Value, wanted: &str| part[pointer].as_array().unwrap().iter().any(|value| value == wanted)
    };
    let mut filters = of(
        rows,
        &[
            ("plan", "/plan"),
            ("task", "/task"),
            ("requirement", "/requirement"),
            ("rule_kind", "/deadline/rule/kind"),
            ("source", "/deadline/source"),
        ],
    );
    filters.push(Filter::new("heading", "一、主动公开", has("headings")));
    for unit in ["humen", "czj"] {
        filters.push(Filter::new("unit", unit, has("concerned")));
    }
    for kind in ["town", "department"] {
        filters.push(Filter::new("unit_kind", kind, has("kinds")));
    }
    filters.push(Filter::bound("due_from", "/deadline/due_on", "2017-07-01", true));
    filters.push(Filter::bound("due_to", "/deadline/due_on", "2017-11-30", false));
    filters.extend(searches(
        &["公开", "公开 镇街", "镇街 公开 信息", "审计 公开"],
        |part| {
            part["said"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .map(plain)
                .collect()
        },
    ));
    filters
}

/// Rows that are made of the parts that have `id` at `pointer`; in the order of the list.
fn made_of(list: &[Value], parts: &[(Value, Value)], pointer: &str) -> Vec<Row> {
    let row = |item: &Value| {
        let id = item["id"].as_str().unwrap().to_owned();
        let own = parts
            .iter()
            .filter(|(_, part)| part.pointer(pointer).is_some_and(|found| *found == *id));
        Row {
            parts: own.map(|(_, part)| part.clone()).collect(),
            id,
        }
    };
    list.iter().map(row).collect()
}

pub async fn of_contents(app: &TestApp) -> Vec<Model<'_>> {
    let caller = app.coordinator();
    let whole = Whole::read(&caller).await;
    let tasks = caller.walk("/api/v1/tasks?limit=200").await;
    let parts = contents(&whole, &tasks);
    let mut models = Vec::new();
    for (operation, path, list, pointer) in [
        ("list_tasks", "/api/v1/tasks", &tasks, "/task"),
        (
            "list_requirements",
            "/api/v1/requirements",
            &whole.requirements,
            "/requirement",
        ),
        ("list_deadlines", "/api/v1/deadlines", &whole.deadlines, "/deadline/id"),
    ] {
        let mut rows = made_of(list, &parts, pointer);
        // A task without requirements is found by its plan and itself only.
        for row in rows.iter_mut().filter(|row| row.parts.is_empty()) {
            let (plan, _) = row.id.rsplit_once('.').unwrap();
            row.parts
                .push(json!({"plan": plan, "task": row.id, "headings": [], "concerned": [], "kinds": [], "said": [], "deadline": {}}));
        }
        let filters = content_filters(&rows);
        models.push(Model::new(operation, &caller, (path, "id"), rows, filters));
    }
    models
}

pub async fn of_units(app: &TestApp) -> Vec<Model<'_>> {
    let caller = app.coordinator();
    let list = caller.walk("/api/v1/units?limit=200").await;
    let rows = Row::whole(&list, "code");
    let mut filters = of(&rows, &[("kind", "/kind")]);
    for collective in ["zhenjie", "ygdw"] {
        let members = caller
            .walk(&format!("/api/v1/units/{collective}/members?limit=200"))
            .await;
        let codes: BTreeSet<String> = texts(&members, "code").into_iter().collect();
        filters.push(Filter::new("member_of", collective, move |unit, _| {
            codes.contains(unit["code"].as_str().unwrap())
        }));
    }
    for parent in ["hbj", "gaj"] {
        filters.push(Filter::new("parent", parent, move |unit, _| {
            unit["parent"]["code"] == parent
        }));
    }
    for identifier in ["oa:D-1", "oa:D-2"] {
        filters.push(Filter::new("identifier", identifier, move |unit, _| {
            let known = unit["identifiers"].as_array().into_iter().flatten();
            let mut said =
                known.map(|of| format!("{}:{}", of["scheme"].as_str().unwrap(), of["value"].as_str().unwrap()));
            said.any(|of| of == identifier)
        }));
    }
    let on = |row: &Value, day: &str| {
        row["valid_from"].as_str().is_none_or(|from| from <= day) && row["valid_to"].as_str().is_none_or(|to| day <= to)
    };
    filters.push(Filter::new("on", "2017-01-01", on));
    filters.push(Filter::new("on", "2017-12-31", on));
    filters.extend(searches(&["市", "市 局", "局 市 东莞", "镇 局"], |unit| {
        let names = ["code", "name", "official_name"]
            .iter()
            .filter_map(|name| unit[*name].as_str());
        names
            .chain(unit["aliases"].as_array().unwrap().iter().filter_map(Value::as_str))
            .map(plain)
            .collect()
    }));
    let units = Model::new("list_units", &caller, ("/api/v1/units", "code"), rows, filters);
    let path = "/api/v1/units/zhenjie/members";
    let rows = Row::whole(&caller.walk(&format!("{path}?limit=200")).await, "code");
    let filters = vec![Filter::new("on", "2017-01-01", on), Filter::new("on", "2017-12-31", on)];
    let members = Model::new("list_members", &caller, (path, "code"), rows, filters);
    vec![units, members]
}
