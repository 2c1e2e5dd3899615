//! Each filter of a list alone, and each pair: what the list gives is what the model keeps of the whole.

use unicode_normalization::UnicodeNormalization as _;

use super::*;
use crate::{
    reports::{Cast, REPORTS, act, path},
    support::TestApp,
};

/// A value of a filter, and what of the whole list it keeps.
pub struct Filter {
    pub name: &'static str,
    value: String,
    keeps: Box<dyn Fn(&Value) -> bool>,
}

impl Filter {
    pub fn new(name: &'static str, value: &str, keeps: impl Fn(&Value, &str) -> bool + 'static) -> Self {
        let (value, wanted) = (value.to_owned(), value.to_owned());
        Self {
            name,
            value,
            keeps: Box::new(move |item| keeps(item, &wanted)),
        }
    }

    /// Keeps what has this value at `pointer`.
    pub fn equal(name: &'static str, pointer: &'static str, value: &str) -> Self {
        Self::new(name, value, move |item, value| match item.pointer(pointer) {
            Some(Value::String(found)) => found == value,
            Some(found) => serde_json::from_str::<Value>(value).is_ok_and(|value| *found == value),
            None => false,
        })
    }

    /// Keeps what is between bounds: days and instants are ordered as texts are.
    pub fn bound(name: &'static str, pointer: &'static str, value: &str, is_first: bool) -> Self {
        Self::new(name, value, move |item, value| {
            let found = item.pointer(pointer).and_then(Value::as_str);
            found.is_some_and(|found| if is_first { found >= value } else { found <= value })
        })
    }
}

/// Filters that take one value only.
const SINGLE: &[&str] = &[
    "q",
    "overdue",
    "claims_completion",
    "returned",
    "reported_from",
    "reported_to",
    "cleared_from",
    "cleared_to",
    "submitted_since",
    "due_from",
    "due_to",
    "until_to",
    "on",
    "after",
    "from",
    "to",
];

/// A row of a list, and what it is made of: filters that look into it must find one part that all of them keep.
pub struct Row {
    pub id: String,
    pub parts: Vec<Value>,
}

impl Row {
    /// Rows that are made of nothing else.
    pub fn whole(items: &[Value], id: &str) -> Vec<Self> {
        let row = |item: &Value| {
            let id = item[id].to_string().trim_matches('"').to_owned();
            Self {
                id,
                parts: vec![item.clone()],
            }
        };
        items.iter().map(row).collect()
    }
}

/// A list, and what is asked of it beside the filters.
pub struct Asked<'a> {
    pub path: &'a str,
    pub always: &'a [(&'a str, &'a str)],
    pub id: &'a str,
}

/// Asks a list for each filter alone and with each other one, and compares with what they keep of `rows`.
/// A filter given twice means either. Of `callers` who share the pairs, this one has its `turn`.
pub async fn compare(caller: &Caller<'_>, asked: &Asked<'_>, rows: &[Row], filters: &[Filter], turn: (usize, usize)) {
    for (index, one) in filters.iter().enumerate() {
        for (distance, other) in filters[index..].iter().enumerate() {
            let alone = std::ptr::eq(one, other);
            let either = one.name == other.name;
            let of_others = (index + distance) % turn.1 != turn.0;
            if !alone && (of_others || either && SINGLE.contains(&one.name)) {
                continue;
            }
            let keeps = |item: &Value| {
                let (one, other) = ((one.keeps)(item), (other.keeps)(item));
                if either { one || other } else { one && other }
            };
            let kept = rows.iter().filter(|row| row.parts.iter().any(keeps));
            let expected: Vec<&String> = kept.map(|row| &row.id).collect();
            let mut query = vec![("limit", "200"), (one.name, one.value.as_str())];
            query.extend(asked.always);
            if !alone {
                query.push((other.name, other.value.as_str()));
            }
            let reply = caller.find(asked.path, &query).await;
            let of_one_range = one
                .name
                .strip_suffix("from")
                .is_some_and(|stem| other.name == format!("{stem}to"));
            if of_one_range && other.value < one.value {
                reply.problem(400, "invalid_parameter");
                continue;
            }
            let page = reply.ok().json();
            assert_eq!(page["total"], expected.len(), "{} {query:?}", asked.path);
            let found = Row::whole(page["items"].as_array().unwrap(), asked.id);
            let found: Vec<&String> = found.iter().map(|row| &row.id).collect();
            assert_eq!(found, expected[..expected.len().min(200)], "{} {query:?}", asked.path);
        }
    }
}

/// A filter that keeps all or nothing, whatever its value, shows little.
pub fn each_tells_apart(rows: &[Row], filters: &[Filter]) {
    for filter in filters {
        let tells = |other: &&Filter| {
            let kept = rows
                .iter()
                .filter(|row| row.parts.iter().any(|part| (other.keeps)(part)))
                .count();
            other.name == filter.name && kept > 0 && kept < rows.len()
        };
        assert!(
            filters.iter().any(|other| tells(&other)),
            "{} of {} rows",
            filter.name,
            rows.len()
        );
    }
}

/// How far each report is taken.
const WAYS: &[&[&str]] = &[
    &["submit", "accept", "clear"],
    &["submit", "accept"],
    &[],
    &["submit"],
    &["submit", "return"],
    &["submit", "return", "submit", "accept", "clear"],
    &["submit", "accept", "withhold"],
    &["submit", "withdraw"],
];

/// What they say: words at the ends of texts, words that only seem to be there, and what SQL and search
/// engines have a meaning for.
const SAID: &[(&str, &str)] = &[
    ("公开信息环境质量状况", "在网站同步公开"),
    ("公布信息，环境有质量", "状况良好"),
    ("信息公开年度报告ＡＱＩ", "100%完成_目标\\路径"),
    ("完成\"双公示\"(PPP)项目*", "公 开 信\n息"),
    ("𠮷野家监管 OR NOT seen", "pub said 监管到位"),
    ("环境信息，质量公开", "双公 示"),
];

/// Another plan, in which 虎门镇 owes something too.
pub async fn second_plan(app: &TestApp) {
    let due = |day: &str| json!({"phrase": "期限", "rule": {"kind": "date", "due_on": day}});
    let plan = json!({"id": "t-2017", "title": "2017年试点工作方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"}, "tasks": [
        {"title": "推进试点公开", "requirements": [
            {"text": "镇街公开试点信息。", "units": [{"code": "czj"}, {"code": "zhenjie", "role": "support"}], "deadlines": [due("2017-06-15"), due("2017-11-30")]},
            {"text": "没有期限的要求。", "units": [{"code": "sjj"}]}
        ]},
        {"title": "没有要求的任务"}
    ]});
    let caller = app.coordinator();
    caller.post("/api/v1/plans", &plan).await.expect(201);
    caller
        .transition("/api/v1/plans/t-2017/publish?accept_open=true", "*")
        .await
        .ok();
}

/// Reports in every state, by several units, on several days. Gives the ids of those that were returned.
pub async fn write_reports(app: &TestApp) -> BTreeSet<String> {
    second_plan(app).await;
    let humen = app.bearing(Some(app.token("writer", &["unit_reporter"], Some("humen"), &[])));
    let body = json!({"obligation_id": "t-2017.1.1.d2.humen.2017", "summary": "试点信息公开", "percent": 50, "claims_completion": false});
    let first = path(&humen.post(REPORTS, &body).await.expect(201));
    act(&humen, &first, "submit", "*", &json!({})).await.ok();
    let mut returned = BTreeSet::new();
    for (place, unit) in ["humen", "changan", "houjie", "dalang"].into_iter().enumerate() {
        let day = ["2017-06-28", "2017-06-29", "2017-06-30", "2017-07-03"][place];
        app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
        let cast = Cast::of(app);
        let reporter = app.bearing(Some(app.token("writer", &["unit_reporter"], Some(unit), &[])));
        for (nth, task) in [1, 5, 24, 25].into_iter().enumerate() {
            let number = place * 4 + nth;
            let (summary, measures) = SAID[number % SAID.len()];
            let body = json!({
                "obligation_id": format!("dg-2017.{task}.1.d1.{unit}.2017Q{}", 2 + place / 3 * (nth % 2)), "summary": summary, "measures": measures,
                "percent": 100, "claims_completion": number % 3 != 0,
                "evidence": [{"title": format!("佐证{number}号"), "published_on": "2017-06-01"}]
            });
            let path = path(&reporter.post(REPORTS, &body).await.expect(201));
            let way = WAYS[(number + place) % WAYS.len()];
            for step in way {
                let (caller, body) = match *step {
                    "accept" => (&cast.coordinator, json!({})),
                    "return" => (&cast.coordinator, json!({"reason": "请补充"})),
                    "clear" => (&cast.secrecy, json!({})),
                    "withhold" => (&cast.secrecy, json!({"reason": "涉密"})),
                    _ => (&reporter, json!({})),
                };
                act(caller, &path, step, "*", &body).await.ok();
            }
            if way.contains(&"return") {
                returned.insert(path.rsplit('/').next().unwrap().to_owned());
            }
        }
    }
    returned
}

/// Whether the report says all the words, by the letter.
pub fn says(report: &Value, words: &str) -> bool {
    let plain = |text: &str| {
        text.nfkc()
            .collect::<String>()
            .to_lowercase()
            .replace(char::is_whitespace, "")
    };
    let mut said: Vec<String> = ["summary", "measures"]
        .iter()
        .filter_map(|name| report[*name].as_str())
        .map(plain)
        .collect();
    said.extend(
        texts(report["evidence"].as_array().unwrap(), "title")
            .iter()
            .map(|title| plain(title)),
    );
    words
        .split_whitespace()
        .map(plain)
        .all(|word| said.iter().any(|text| text.contains(&word)))
}

pub fn report_filters(returned: &BTreeSet<String>) -> Vec<Filter> {
    let mut filters = vec![
        Filter::equal("plan", "/plan_id", "dg-2017"),
        Filter::equal("plan", "/plan_id", "t-2017"),
        Filter::equal("task", "/task_id", "dg-2017.5"),
        Filter::equal("task", "/task_id", "dg-2017.24"),
        Filter::equal("requirement", "/requirement_id", "dg-2017.1.1"),
        Filter::equal("obligation", "/obligation_id", "dg-2017.5.1.d1.houjie.2017Q2"),
        Filter::equal("obligation", "/obligation_id", "dg-2017.1.1.d1.dalang.2017Q2"),
        Filter::equal("unit", "/unit/code", "humen"),
        Filter::equal("unit", "/unit/name", "长安镇"),
        Filter::equal("unit", "/unit/code", "hbj"),
        Filter::equal("period", "/period", "2017Q2"),
        Filter::equal("period", "/period", "2017Q3"),
        Filter::equal("claims_completion", "/claims_completion", "true"),
        Filter::equal("claims_completion", "/claims_completion", "false"),
        Filter::bound("reported_from", "/reported_on", "2017-06-30", true),
        Filter::bound("reported_to", "/reported_on", "2017-06-29", false),
        Filter::bound("cleared_from", "/cleared_on", "2017-06-29", true),
        Filter::bound("cleared_to", "/cleared_on", "2017-06-29", false),
        Filter::bound("submitted_since", "/submitted_at", "2017-06-30T00:00:00Z", true),
    ];
    for status in ["draft", "submitted", "returned", "accepted", "withdrawn"] {
        filters.push(Filter::equal("status", "/status", status));
    }
    for publication in ["pending", "cleared", "withheld"] {
        filters.push(Filter::equal("publication", "/publication", publication));
    }
    for (value, wanted) in [("true", true), ("false", false)] {
        let returned = returned.clone();
        // Of a report that is seen in part nobody learns how it came to be.
        filters.push(Filter::new("returned", value, move |report, _| {
            report.get("created_by").is_some() && returned.contains(report["id"].as_str().unwrap()) == wanted
        }));
    }
    for words in [
        "公开",
        "公开 信息",
        "信息 公开 质量",
        "信",
        "示",
        "公",
        "aqi",
        "信息公开",
        "公开信息",
        "环境质量",
        "质量状况",
        "状况在",
        "双公示",
        "\"",
        "%",
        "_",
        "\\",
        "*",
        "𠮷",
        "𠮷野家监管",
        "OR",
        "(ppp)",
        "pub",
        "监管 公开",
        "号",
        "佐证1号",
        "公开 公开",
        "环境信息 双公",
        "not",
        "seen",
        "'",
    ] {
        filters.push(Filter::new("q", words, says));
    }
    filters
}

on_both! {
    async fn reports_by_each_filter_and_each_pair(app: &TestApp) {
        let returned = write_reports(app).await;
        let filters = report_filters(&returned);
        let offices = Cast::of(app).coordinator;
        let asked = Asked { path: REPORTS, always: &[], id: "id" };
        each_tells_apart(&Row::whole(&offices.walk(REPORTS).await, "id"), &filters);
        let own = app.bearing(Some(app.token("writer", &["unit_reporter"], Some("houjie"), &[])));
        let callers = [offices, own, app.anonymous()];
        for (turn, caller) in callers.iter().enumerate() {
            let rows = Row::whole(&caller.walk(REPORTS).await, "id");
            compare(caller, &asked, &rows, &filters, (turn, callers.len())).await;
        }
    }
}
