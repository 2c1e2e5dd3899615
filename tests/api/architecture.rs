//! The house keeps its shape: one way down, small files, two migrations that say the same.

mod circles;
mod migrations;
mod mirror;
mod refusals;
mod scopes;

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::Peekable,
    str::Chars,
};

use crate::support::source::{Source, files, rust_files};

/// What each layer may use of this crate (`src/lib.rs` has it in words). A path allows all below it.
const LAYERS: &[(&str, &[&str])] = &[
    ("lib", &[]),
    // Pure: no I/O, no clock, no SQL, no HTTP.
    ("domain", &["domain", "say"]),
    ("db", &[]),
    ("files", &["error", "say"]),
    // Bytes in, tables out: what they mean is for `domain`.
    ("document", &["domain", "say"]),
    // What `store` asks before the database.
    ("memory", &["domain"]),
    (
        "store",
        &[
            "domain",
            "memory",
            "db::Tx",
            "db::Plain",
            "db::Query",
            "db::Record",
            "db::Row",
            "db::OneRow",
            "db::Statement",
            "db::Value",
            "db::Words",
        ],
    ),
    // Handed a transaction; never opens one.
    ("service", &["domain", "store", "db::Tx", "error", "ids", "say"]),
    (
        "app",
        &[
            "clock", "config", "db", "domain", "error", "files", "ids", "memory", "rendered", "service", "store",
            "token",
        ],
    ),
    // A reply as bytes.
    ("rendered", &[]),
    (
        "http",
        &[
            "app", "document", "domain", "error", "files", "memory", "rendered", "say", "service", "store",
        ],
    ),
    ("worker", &["app", "service"]),
    ("generate", &["app", "clock", "config", "domain", "error", "service"]),
    // Files from the command line.
    (
        "import",
        &["app", "cli", "document", "domain", "error", "say", "service", "store"],
    ),
    ("server", &["app", "db::Schema", "http", "service", "worker"]),
    ("token", &["config", "domain", "say"]),
    ("error", &["db::Failure", "domain", "say"]),
    ("telemetry", &["config"]),
    ("cli", &["config", "domain"]),
    ("clock", &["domain"]),
    ("ids", &["domain"]),
    ("config", &[]),
];

/// Lines after which a file is asked what second thing it does.
const LONGEST: usize = 400;

/// Files that are longer, and why.
const LONGER: &[(&str, &str)] = &[];

/// Paths below `crate::` that `code` names, in `use` trees and elsewhere.
fn uses(code: &str) -> BTreeSet<String> {
    paths(code, "crate::")
}

/// Paths that `code` names below `start`.
fn paths(code: &str, start: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = code;
    while let Some(at) = rest.find(start) {
        let own = !rest[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before));
        rest = &rest[at + start.len()..];
        if own {
            tree("", &mut rest.chars().peekable(), &mut found);
        }
    }
    found
}

/// One path, or several in braces.
fn tree(prefix: &str, characters: &mut Peekable<Chars<'_>>, found: &mut BTreeSet<String>) {
    let mut path = prefix.to_owned();
    loop {
        while characters.next_if(|next| next.is_whitespace()).is_some() {}
        if characters.next_if_eq(&'{').is_some() {
            loop {
                tree(&path, characters, found);
                while characters
                    .next_if(|next| next.is_whitespace() || *next == ',')
                    .is_some()
                {}
                if characters.next_if_eq(&'}').is_some() {
                    return;
                }
                assert!(characters.peek().is_some(), "{path} is not closed");
            }
        }
        let mut name = String::new();
        while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || *next == '_') {
            name.push(next);
        }
        if name.is_empty() || name == "self" {
            break;
        }
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(&name);
        if characters.next_if_eq(&':').is_none() || characters.next_if_eq(&':').is_none() {
            break;
        }
    }
    if !path.is_empty() {
        found.insert(path);
    }
}

#[test]
fn paths_are_read_from_use_trees() {
    let code =
        "use crate::{app::{App, catalog::{self, Cached}}, say}; $crate::domain::X; mycrate::y; crate::db::Db::read()";
    let expected = [
        "app::App",
        "app::catalog",
        "app::catalog::Cached",
        "db::Db::read",
        "domain::X",
        "say",
    ];
    assert_eq!(uses(code).into_iter().collect::<Vec<_>>(), expected);
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|character: char| !(character.is_alphanumeric() || character == '_'))
}

/// The sources of the library: `main` only composes it.
fn library() -> Vec<Source> {
    let mut sources = rust_files("src");
    sources.retain(|source| source.path != "src/main.rs");
    assert!(sources.len() > 50);
    sources
}

#[test]
fn each_layer_uses_what_lies_below_it() {
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut broken = Vec::new();
    let sources = library();
    for source in &sources {
        let layer = source.layer();
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            panic!("{}: a layer that the table does not have", source.path)
        };
        for path in uses(&source.code()) {
            let below = |allowed: &&&str| path == **allowed || path.starts_with(&format!("{allowed}::"));
            match allowed.iter().find(below) {
                Some(allowed) => drop(used.entry(layer).or_default().insert(allowed)),
                // Within a layer anything goes.
                None if path.split("::").next() == Some(layer) => {}
                None => broken.push(format!("{}: crate::{path}", source.path)),
            }
        }
    }
    assert!(broken.is_empty(), "these point the wrong way: {broken:#?}");
    for (layer, allowed) in LAYERS {
        for path in *allowed {
            let own = path.split("::").next() == Some(layer);
            let needed = used.get(layer).is_some_and(|used| used.contains(path));
            assert!(own || needed, "{layer} does not use {path}: take it out of the table");
        }
    }
}

/// Clippy refuses it elsewhere; here nothing may be excused.
#[test]
fn the_domain_has_no_clock_no_chance_and_no_lock() {
    for source in library().iter().filter(|source| source.layer() == "domain") {
        let code = source.code();
        for leak in [
            "disallowed_methods",
            "Utc::now",
            "Instant::now",
            "SystemTime",
            "Uuid::new_",
            "Uuid::now_",
            "Mutex",
            "RwLock",
        ] {
            assert!(!code.contains(leak), "{}: {leak}", source.path);
        }
    }
}

#[test]
fn only_the_application_opens_transactions() {
    for source in library() {
        let code = source.code();
        let opens = ["db.read(", "db.write(", "Db::read", "Db::write"]
            .iter()
            .any(|call| code.contains(call));
        assert!(!opens || ["app", "db"].contains(&source.layer()), "{}", source.path);
    }
}

#[test]
fn only_one_file_knows_that_there_are_two_databases() {
    let of_an_engine = |word: &str| {
        let rest = word.strip_prefix("Pg").unwrap_or_default();
        word.starts_with("Sqlite") || word.starts_with("Postgres") || rest.starts_with(char::is_uppercase)
    };
    for source in library()
        .into_iter()
        .filter(|source| !source.path.starts_with("src/db"))
    {
        let code = source.code();
        if let Some(word) = words(&code).find(|word| of_an_engine(word)) {
            panic!("{}: {word}", source.path);
        }
        for run in [
            "query",
            "query_as",
            "query_scalar",
            "raw_sql",
            "migrate",
            "query_file",
            "query_file_as",
        ] {
            let (path, mac) = (format!("sqlx::{run}"), format!(" {run}!"));
            assert!(!code.contains(&path) && !code.contains(&mac), "{}: {path}", source.path);
        }
        // Rows are decoded in `store`, and errors are translated once.
        let may_name = matches!(source.layer(), "store" | "error");
        assert!(
            may_name || !words(&code).any(|word| word == "sqlx"),
            "{} names sqlx",
            source.path
        );
    }
}

/// SQL, as it would be compared by a reader.
fn statements(source: &Source) -> Vec<String> {
    let normal = |text: &String| {
        text.replace('\\', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let is_sql = |text: &String| {
        ["select ", "insert into ", "update ", "delete from ", "with "]
            .iter()
            .any(|start| text.starts_with(start))
    };
    source.literals().iter().map(normal).filter(is_sql).collect()
}

#[test]
fn sql_stands_in_one_place_and_once() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for source in library() {
        for statement in statements(&source) {
            assert!(matches!(source.layer(), "store" | "db"), "{}: {statement}", source.path);
            if let Some(other) = seen.insert(statement.clone(), source.path.clone()) {
                panic!("{} and {other} both have: {statement}", source.path);
            }
        }
    }
    assert!(seen.len() > 30, "{}", seen.len());
}

/// `http` and `worker` read through `store`; what changes anything goes through `service`.
#[test]
fn handlers_and_workers_do_not_write_by_themselves() {
    let mut writers = BTreeSet::new();
    for source in library().iter().filter(|source| source.layer() == "store") {
        for function in source.text.split("pub async fn ").skip(1) {
            let name = words(function).next().unwrap();
            let part = Source {
                path: source.path.clone(),
                text: function.to_owned(),
            };
            if statements(&part)
                .iter()
                .any(|statement| !statement.starts_with("select ") && !statement.starts_with("with "))
            {
                let module = source.path.rsplit('/').next().unwrap().trim_end_matches(".rs");
                writers.insert(format!("{module}::{name}"));
            }
        }
    }
    assert!(writers.contains("plans::insert") && writers.len() > 10, "{writers:?}");
    for source in library()
        .iter()
        .filter(|source| matches!(source.layer(), "http" | "worker"))
    {
        let code = source.code();
        for writer in &writers {
            assert!(
                !code.contains(&format!("store::{writer}(")),
                "{}: {writer}",
                source.path
            );
        }
    }
}

#[test]
fn nothing_panics_on_purpose() {
    for source in library()
        .into_iter()
        .filter(|source| !source.path.ends_with("/tests.rs") && !source.path.contains("/tests/"))
    {
        let code = source.code();
        for call in [
            ".unwrap()",
            ".expect(",
            "panic!(",
            "unreachable!(",
            "todo!(",
            "unimplemented!(",
            "dbg!(",
        ] {
            if let Some((before, _)) = code.split_once(call) {
                panic!("{}:{}: {call}", source.path, before.lines().count());
            }
        }
        for print in ["println!(", "eprintln!(", "print!("] {
            assert!(!code.contains(print), "{}: {print}", source.path);
        }
    }
}

#[test]
fn files_do_one_thing() {
    for source in rust_files("src").into_iter().chain(rust_files("tests")) {
        let lines = source.text.lines().count();
        let excused = LONGER.iter().any(|(path, _)| *path == source.path);
        assert!(
            lines <= LONGEST || excused,
            "{} has {lines} lines: what second thing does it do?",
            source.path
        );
        assert!(
            lines > LONGEST || !excused,
            "{} has {lines} lines: take it out of the list",
            source.path
        );
        let explained = source.text.starts_with("//! ");
        assert!(explained, "{} does not say what it is for", source.path);
    }
    for (path, why) in LONGER {
        assert!(
            !why.is_empty() && files("src", "rs").iter().any(|file| file.ends_with(path)),
            "{path}"
        );
    }
}

/// Chinese has no spaces where a line ends.
#[test]
fn chinese_goes_on_without_a_space() {
    for source in rust_files("src") {
        for line in source.text.lines() {
            let before = line.strip_suffix(" \\").and_then(|text| text.chars().last());
            let is_chinese = |last: char| ('\u{4e00}'..='\u{9fff}').contains(&last) || "，。；：、）」”".contains(last);
            assert!(!before.is_some_and(is_chinese), "{}: {line}", source.path);
        }
    }
}
