//! What people do, the ledger and the log: in the database.

use super::*;

/// What is said of the units that a notice addresses.
fn addressed(pointer: &'static str) -> impl Fn(&Value, &str) -> bool {
    move |notice, wanted| {
        let units = notice["units"].as_array().unwrap().iter();
        units.filter_map(|unit| unit.pointer(pointer)).any(|found| match found {
            Value::Array(all) => all.iter().any(|one| one == wanted),
            one => one == wanted,
        })
    }
}

pub async fn of_people(app: &TestApp) -> Vec<Model<'_>> {
    let caller = app.coordinator();
    let read = async |path: &str| Row::whole(&caller.walk(&format!("{path}?limit=200")).await, "id");
    let towns = |pointer: &'static str| {
        Filter::new("unit", "zhenjie", move |row, _| {
            row.pointer(pointer)
                .is_some_and(|unit| ["humen", "changan", "houjie"].iter().any(|town| unit == town))
        })
    };
    let model = |operation, path, rows, filters| Model::new(operation, &caller, (path, "id"), rows, filters);
    let mut models = Vec::new();

    let rows = read("/api/v1/plans").await;
    let mut filters = of(&rows, &[("status", "/status"), ("year", "/year")]);
    filters.extend(searches(
        &["公开", "试点", "公开 试点", "方案 政务 试点", "方案 2018"],
        |plan| vec![plain(plan["title"].as_str().unwrap())],
    ));
    models.push(model("list_plans", "/api/v1/plans", rows, filters));

    let rows = read("/api/v1/imports").await;
    let filters = of(&rows, &[("status", "/status")]);
    models.push(model("list_imports", "/api/v1/imports", rows, filters));

    let mut rows = read("/api/v1/extensions").await;
    for part in rows.iter_mut().flat_map(|row| &mut row.parts) {
        part["plan"] = part["obligation_id"].as_str().unwrap().split('.').next().into();
    }
    let mut filters = of(
        &rows,
        &[
            ("plan", "/plan"),
            ("unit", "/unit"),
            ("obligation", "/obligation_id"),
            ("status", "/status"),
        ],
    );
    filters.push(towns("/unit"));
    models.push(model("list_extensions", "/api/v1/extensions", rows, filters));

    let rows = read("/api/v1/notices").await;
    let mut filters = of(
        &rows,
        &[
            ("plan", "/plan_id"),
            ("kind", "/kind"),
            ("level", "/level"),
            ("status", "/status"),
            ("overdue", "/overdue"),
        ],
    );
    for unit in ["humen", "hbj"] {
        filters.push(Filter::new("unit", unit, addressed("/unit/code")));
    }
    for obligation in ["t-2017.1.1.d1.humen.2017", "dg-2017.17.3.d2.hbj.2017Q1"] {
        filters.push(Filter::new("obligation", obligation, addressed("/obligations")));
    }
    models.push(model("list_notices", "/api/v1/notices", rows, filters));

    let rows = read("/api/v1/second-reviews").await;
    let mut filters = of(
        &rows,
        &[
            ("plan", "/plan_id"),
            ("unit", "/unit"),
            ("status", "/status"),
            ("notice", "/notice_id"),
            ("progress_report", "/progress_report_id"),
        ],
    );
    filters.push(towns("/unit"));
    models.push(model("list_second_reviews", "/api/v1/second-reviews", rows, filters));

    let rows = read("/api/v1/feedback").await;
    let mut filters = of(
        &rows,
        &[
            ("status", "/status"),
            ("plan", "/plan_id"),
            ("requirement", "/requirement_id"),
            ("report", "/report_id"),
            ("unit", "/unit/code"),
            ("rating", "/rating"),
        ],
    );
    filters.push(towns("/unit/code"));
    models.push(model("list_feedback", "/api/v1/feedback", rows, filters));
    models
}

pub async fn of_the_log(app: &TestApp) -> Model<'_> {
    database::sealed(&app.app).await;
    let caller = app.role("auditor");
    let path = "/api/v1/audit-events";
    let mut list = caller.walk(&format!("{path}?limit=200")).await;
    for entry in &mut list {
        let at: chrono::DateTime<chrono::Utc> = entry["at"].as_str().unwrap().parse().unwrap();
        entry["day"] = (at + chrono::Duration::hours(8)).date_naive().to_string().into();
    }
    let rows = Row::whole(&list, "seq");
    let mut filters = of(
        &rows,
        &[
            ("actor", "/actor"),
            ("actor_issuer", "/actor_issuer"),
            ("thing", "/thing"),
            ("subject", "/subject"),
            ("event", "/event"),
            ("plan", "/plan_id"),
            ("request_id", "/request_id"),
        ],
    );
    filters.push(Filter::bound("from", "/day", "2017-07-03", true));
    filters.push(Filter::bound("to", "/day", "2017-06-30", false));
    filters.push(Filter::new("after", "80", |entry, after| {
        entry["seq"].as_i64() > after.parse().ok()
    }));
    Model::new("list_audit_events", &caller, (path, "seq"), rows, filters)
}

/// The ledger on a day when some is late and some has not begun; twice, as it is long: some tasks by all other
/// filters, and one plan by its tasks.
/// What waits for somebody who reports for a unit, and runs the plans.
pub async fn of_todo(app: &TestApp) -> Model<'_> {
    let roles = ["coordinator", "unit_reporter"];
    let caller = app.bearing(Some(app.token("todo", &roles, Some("hbj"), &[])));
    let rows = Row::whole(&caller.walk("/api/v1/me/todo?limit=200").await, "id");
    let mut filters = of(
        &rows,
        &[
            ("kind", "/kind"),
            ("plan", "/plan_id"),
            ("unit", "/unit/code"),
            ("overdue", "/overdue"),
        ],
    );
    filters.push(Filter::bound("until_to", "/until_on", "2017-07-15", false));
    Model {
        operation: "list_todo",
        caller,
        asked: Asked {
            path: "/api/v1/me/todo",
            always: &[],
            id: "id",
        },
        rows,
        filters,
    }
}

pub async fn of_the_ledger(app: &TestApp) -> Vec<Model<'_>> {
    const TASKS: &[(&str, &str)] = &[
        ("as_of", "2017-08-29"),
        ("task", "dg-2017.17"),
        ("task", "dg-2017.11"),
        ("task", "dg-2017.2"),
        ("task", "t-2017.1"),
    ];
    const UNIT: &[(&str, &str)] = &[("as_of", "2017-08-29"), ("unit", "hbj"), ("unit", "sjj")];
    let caller = app.role("inspector");
    let path = "/api/v1/obligations";
    let read = async |always: &[(&str, &str)]| {
        let query = serde_html_form::to_string(always).unwrap();
        Row::whole(&caller.walk(&format!("{path}?limit=200&{query}")).await, "id")
    };
    let units = caller.walk("/api/v1/units?limit=200").await;
    let kinds: BTreeMap<String, String> = units
        .iter()
        .map(|unit| {
            (
                unit["code"].as_str().unwrap().to_owned(),
                unit["kind"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let mut rows = read(TASKS).await;
    for part in rows.iter_mut().flat_map(|row| &mut row.parts) {
        part["unit_kind"] = kinds[part["unit"]["code"].as_str().unwrap()].clone().into();
        let unit = units.iter().find(|unit| unit["code"] == part["unit"]["code"]).unwrap();
        let mut said = vec![&part["text"], &part["task_title"], &part["phrase"]];
        said.extend([&unit["code"], &unit["name"], &unit["official_name"]]);
        said.extend(unit["aliases"].as_array().unwrap());
        let said: Vec<String> = said.into_iter().filter_map(Value::as_str).map(plain).collect();
        part["said"] = json!(said);
    }
    let mut filters = of(
        &rows,
        &[
            ("plan", "/plan_id"),
            ("requirement", "/requirement_id"),
            ("unit", "/unit/code"),
            ("unit_kind", "/unit_kind"),
            ("role", "/role"),
            ("period", "/period"),
            ("rule_kind", "/rule_kind"),
            ("state", "/state"),
            ("light", "/light"),
            ("timeliness", "/timeliness"),
            ("overdue", "/overdue"),
        ],
    );
    filters.push(Filter::bound("due_from", "/due_on", "2017-07-01", true));
    filters.push(Filter::bound("due_to", "/due_on", "2017-11-30", false));
    filters.extend(searches(
        &[
            "公开",
            "环保局",
            "公开 hbj",
            "虎门 公开 镇",
            "每季度",
            "12月 公开",
            "hbj 虎门",
        ],
        |row| texts_of(&row["said"]),
    ));
    let model = |rows, filters| Model::new("list_obligations", &caller, (path, "id"), rows, filters);
    let first = model(rows, filters).always(TASKS);
    let rows = read(UNIT).await;
    let filters = of(&rows, &[("task", "/task_id"), ("state", "/state")]);
    vec![first, model(rows, filters).always(UNIT)]
}

fn texts_of(said: &Value) -> Vec<String> {
    let said = said.as_array().unwrap().iter().filter_map(Value::as_str);
    said.map(str::to_owned).collect()
}
