//! Whatever comes in, nothing breaks: bytes, JSON and queries at random.
//!
//! The document's own examples are where most cases start: one part of a good request is replaced.
//! `PROPTEST_CASES=20000 scripts/test fuzz` digs deeper.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Caller, Reply, TestApp,
    document::{Document, Operation},
};

/// One request.
#[derive(Debug, Clone)]
struct Attempt {
    method: Method,
    path: String,
    body: Option<Vec<u8>>,
}

/// Sends what `strategy` makes of the document; a case that fails is made as small as it can be.
async fn try_all(app: &TestApp, strategy: fn(&Document) -> BoxedStrategy<Attempt>) {
    let (base, token) = (app.base.clone(), app.coordinator().token);
    let document = Document::of(app).await.json;
    let attempts = move || {
        let strategy = strategy(&Document::new(document));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let caller = Caller {
            http: &http,
            base: &base,
            token,
        };
        let config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        TestRunner::new(config).run(&strategy, |attempt| {
            let request = caller.request(attempt.method, &attempt.path).header("If-Match", "*");
            let request = match attempt.body {
                Some(body) => request.header("Content-Type", "application/json").body(body),
                None => request,
            };
            let reply = runtime.block_on(Reply::to(request));
            prop_assert!(reply.status < 500, "{}", reply.text());
            if reply.status >= 400 {
                prop_assert_eq!(reply.header("content-type"), "application/problem+json");
                let body: Value = serde_json::from_slice(&reply.body).unwrap();
                prop_assert_eq!(&body["status"], &json!(reply.status));
                prop_assert!(body["code"].is_string() && body["detail"].is_string());
            }
            Ok(())
        })
    };
    tokio::task::spawn_blocking(attempts).await.unwrap().unwrap();
}

/// Ids of the real plan, and one of nothing.
const OTHER_IDS: &[&str] = &[
    "dg-2017",
    "dg-2017.17",
    "dg-2017.17.3",
    "dg-2017.18.1.d2",
    "zhenjie",
    "ygdw",
    "czj",
    "nosuch",
];

/// The operation's path with the ids of the document's example, or with other ids.
fn path(operation: Operation<'_>) -> impl Strategy<Value = String> + use<> {
    let parameters = operation.value["parameters"].as_array().into_iter().flatten();
    let in_path = parameters.filter(|parameter| parameter["in"] == "path");
    let mut path = Just(operation.path.to_owned()).boxed();
    for parameter in in_path {
        let place = format!("{{{}}}", parameter["name"].as_str().unwrap());
        let example = parameter["example"].as_str().unwrap().to_owned();
        let id = prop_oneof![
            6 => Just(example),
            2 => prop::sample::select(OTHER_IDS).prop_map(str::to_owned),
            1 => "[a-z0-9.%-]{1,12}",
        ];
        path = (path, id).prop_map(move |(path, id)| path.replace(&place, &id)).boxed();
    }
    path
}

fn text() -> impl Strategy<Value = Value> {
    let known = prop::sample::select(vec![
        "",
        " ",
        "\0",
        "a\0b",
        "\u{200b}",
        "市\u{200b}财政局",
        "a\nb",
        "dg-2017",
        "dg-2017.1",
        "dg-2017.1.1",
        "czj",
        "zhenjie",
        "市财政局",
        "2017-12-31",
        "2017-02-30",
        "+10000-01-01",
        "-0001-01-01",
        "0001-01-01",
        "9999-12-31",
        "year_round",
        "date",
        "recurring",
        "period_end",
        "lead",
        "town",
        "collective",
        "441900",
        "𠮷",
        "\u{202e}",
        "null",
        "=1+1",
    ]);
    prop_oneof![4 => known.prop_map(Value::from), 1 => ".{0,300}".prop_map(Value::from)]
}

fn number() -> impl Strategy<Value = Value> {
    let known = prop::sample::select(vec![-1_i64, 0, 1, 31, 366, 999, 2017, 9999, i64::MAX, i64::MIN]);
    prop_oneof![2 => known.prop_map(Value::from), 1 => any::<f64>().prop_map(Value::from)]
}

/// Values that are wrong in many ways, and some that are right.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![5 => text(), 3 => number(), 1 => Just(Value::Null), 1 => any::<bool>().prop_map(Value::from)]
}

/// Names that appear in bodies.
const NAMES: &[&str] = &[
    "id",
    "title",
    "year",
    "period_from",
    "period_to",
    "issuer",
    "tasks",
    "number",
    "requirements",
    "text",
    "units",
    "code",
    "role",
    "members",
    "deadlines",
    "phrase",
    "rule",
    "kind",
    "due_on",
    "label",
    "every",
    "due",
    "month",
    "day",
    "event",
    "within",
    "count",
    "unit",
    "indicators",
    "name",
    "comparator",
    "target",
    "reason",
    "plan_id",
    "task_id",
    "requirement_id",
    "aliases",
    "valid_from",
    "valid_to",
    "successors",
    "membership",
    "region",
    "unit_kinds",
    "periods",
    "nosuch",
    "a/b~c",
    "",
];

fn tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((prop::sample::select(NAMES), inner), 0..5).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

/// Every place in `value`.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| places(value, &format!("{at}/{name}"), found)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// `example` with something else in one or two places, mostly of the same kind, and mostly with a
/// name that is not taken.
fn mutated(example: Value) -> impl Strategy<Value = Value> {
    let mut all = Vec::new();
    places(&example, "", &mut all);
    let change = (prop::sample::select(all), any::<bool>(), text(), number(), tree());
    let fresh = prop::option::weighted(0.8, "[a-z]{8}");
    (vec(change, 1..3), fresh).prop_map(move |(changes, fresh)| {
        let mut value = example.clone();
        for (pointer, alike, text, number, tree) in changes {
            match value.pointer_mut(&pointer) {
                Some(place) if alike && place.is_string() => *place = text,
                Some(place) if alike && place.is_number() => *place = number,
                Some(place) => *place = tree,
                None => {}
            }
        }
        for name in ["id", "code"] {
            if let (Some(place), Some(fresh)) = (value.get_mut(name), &fresh) {
                *place = json!(fresh);
            }
        }
        if let (Some(name), Some(fresh)) = (value.get_mut("name"), &fresh) {
            *name = json!(format!("{} {fresh}", name.as_str().unwrap_or_default()));
        }
        value
    })
}

fn body(example: Option<Value>) -> BoxedStrategy<Option<Vec<u8>>> {
    let Some(example) = example else {
        return prop_oneof![Just(None), vec(any::<u8>(), 0..20).prop_map(Some)].boxed();
    };
    let text = |value: Value| Some(value.to_string().into_bytes());
    let whole = example.to_string().into_bytes();
    let length = whole.len();
    prop_oneof![
        6 => mutated(example).prop_map(text),
        2 => tree().prop_map(text),
        1 => vec(any::<u8>(), 0..200).prop_map(Some),
        // A good body with one byte changed, or cut off.
        2 => (0..length, any::<u8>()).prop_map({
            let whole = whole.clone();
            move |(at, byte)| {
                let mut bytes = whole.clone();
                bytes[at] = byte;
                Some(bytes)
            }
        }),
        1 => (0..length).prop_map(move |end| Some(whole[..end].to_vec())),
    ]
    .boxed()
}

fn parameter(name: String) -> impl Strategy<Value = (String, String)> {
    let value = prop_oneof![
        prop::sample::select(vec![
            "",
            "1",
            "200",
            "-1",
            "true",
            "csv",
            "ndjson",
            "json",
            "id",
            "-id",
            "due_on,-id",
            "id,id",
            "title,,",
            "task",
            "requirements",
            "members",
            "dg-2017",
            "dg-2017.17",
            "zhenjie",
            "市财政局",
            "town",
            "date",
            "text",
            "draft",
            "2017-06-30",
            "+10000-01-01",
            "-262143-01-01",
            "公开 信息",
            "\0",
            "a\0b",
            "\u{200b}",
            "市\u{200b}财政局",
            "%",
            "=1",
        ])
        .prop_map(str::to_owned),
        ".{0,40}",
        "[A-Za-z0-9_-]{10,80}",
    ];
    let name = prop_oneof![9 => Just(name), 1 => ".{0,8}"];
    (name, value)
}

fn query(names: Vec<String>) -> BoxedStrategy<String> {
    if names.is_empty() {
        return "[ -~]{0,20}".boxed();
    }
    let pairs = vec(prop::sample::select(names).prop_flat_map(parameter), 0..4);
    let encoded = pairs.prop_map(|pairs| serde_html_form::to_string(pairs).unwrap());
    // Not encoded at all: escapes that are none, and whatever else a URL can hold.
    prop_oneof![9 => encoded, 1 => "[!-~]{0,40}"].boxed()
}

fn writes(document: &Document) -> BoxedStrategy<Attempt> {
    // Once a plan is closed, everything about it is a 409.
    let writes = document
        .operations()
        .into_iter()
        .filter(|operation| !operation.is_read() && operation.id() != "close_plan");
    let strategies = writes.map(|operation| {
        let media = &operation.value["requestBody"]["content"]["application/json"];
        let example = media.get("example").cloned();
        assert_eq!(
            example.is_some(),
            media.is_object(),
            "{} has no example",
            operation.name()
        );
        let method = operation.method();
        let request = move |(path, body)| Attempt {
            method: method.clone(),
            path,
            body,
        };
        (path(operation), body(example)).prop_map(request).boxed()
    });
    prop::strategy::Union::new(strategies).boxed()
}

fn reads(document: &Document) -> BoxedStrategy<Attempt> {
    let reads = document.operations().into_iter().filter(Operation::is_read);
    let strategies = reads.map(|operation| {
        let parameters = operation.value["parameters"].as_array().into_iter().flatten();
        let names = parameters.filter(|parameter| parameter["in"] == "query");
        let names = names.map(|parameter| parameter["name"].as_str().unwrap().to_owned());
        let request = |(path, query)| Attempt {
            method: Method::GET,
            path: format!("{path}?{query}"),
            body: None,
        };
        (path(operation), query(names.collect())).prop_map(request).boxed()
    });
    prop::strategy::Union::new(strategies).boxed()
}

on_both! {
    async fn bodies_at_random(app: &TestApp) {
        let document = Document::of(app).await;
        let draft = "/paths/~1api~1v1~1plans/post/requestBody/content/application~1json/example";
        app.coordinator().post("/api/v1/plans", document.json.pointer(draft).unwrap()).await.expect(201);
        try_all(app, writes).await;
        // Whatever got in can be read.
        for list in ["plans?embed=requirements", "requirements", "deadlines", "units?embed=members"] {
            app.coordinator().get(&format!("/api/v1/{list}")).await.ok();
        }
    }

    async fn queries_at_random(app: &TestApp) {
        try_all(app, reads).await;
    }
}
