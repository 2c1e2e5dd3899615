//! What lies above what within a layer: its modules use one another in one direction.

use std::collections::{BTreeMap, BTreeSet};

use super::paths;
use crate::support::source::{Source, rust_files};

/// Which modules each module uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// The modules just below `src/<layer>`, and what each uses of the others.
fn modules(layer: &str, sources: &[Source]) -> Uses {
    let below = |source: &Source| -> Vec<String> {
        let path = source.path.strip_prefix(&format!("src/{layer}/")).unwrap();
        let path = path.trim_end_matches(".rs").split('/').map(str::to_owned);
        path.filter(|part| part != "mod").collect()
    };
    let sources = || sources.iter().filter(|source| !below(source).is_empty());
    let names: BTreeSet<String> = sources().map(|source| below(source)[0].clone()).collect();
    let mut uses = Uses::new();
    for source in sources() {
        let path = below(source);
        // A test may look at anything.
        if path.last().is_some_and(|name| name == "tests") {
            continue;
        }
        let code = source.code();
        let mut found = paths(&code, &format!("crate::{layer}::"));
        for tree in paths(&code, "crate::") {
            found.extend(tree.strip_prefix(&format!("{layer}::")).map(str::to_owned));
        }
        // As many steps up as lead to the layer; fewer stay within the module.
        found.extend(paths(&code, &"super::".repeat(path.len())));
        let found = found.iter().map(|path| path.split("::").next().unwrap().to_owned());
        let others = found.filter(|name| names.contains(name) && *name != path[0]);
        uses.entry(path[0].clone()).or_default().extend(others);
    }
    uses
}

/// What `from` uses, also by way of others.
fn reach<'u>(uses: &'u Uses, from: &str) -> BTreeSet<&'u str> {
    let used_by = |name: &str| uses.get(name).into_iter().flatten().map(String::as_str);
    let mut seen: BTreeSet<&str> = used_by(from).collect();
    let mut asked: Vec<&str> = seen.iter().copied().collect();
    while let Some(name) = asked.pop() {
        asked.extend(used_by(name).filter(|name| seen.insert(*name)));
    }
    seen
}

/// Groups of modules each of which uses, by way of others, all of its group.
fn circles(uses: &Uses) -> Vec<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|name| (name.as_str(), reach(uses, name))).collect();
    let together = |name: &str| -> Vec<&str> {
        let others = reached[name]
            .iter()
            .filter(|other| reached.get(*other).is_some_and(|back| back.contains(name)));
        others.copied().collect()
    };
    let found: BTreeSet<Vec<&str>> = reached.keys().map(|name| together(name)).collect();
    found.into_iter().filter(|group| !group.is_empty()).collect()
}

/// Fails on a circle that is not in `known`, and on one in `known` that is gone.
#[track_caller]
fn assert_circles(layer: &str, known: &[&[&str]]) {
    let uses = modules(layer, &rust_files(&format!("src/{layer}")));
    assert!(uses.len() > 5 && uses.values().any(|used| !used.is_empty()), "{uses:?}");
    assert_eq!(circles(&uses), known, "{uses:#?}");
}

#[test]
fn the_domain_has_no_circles() {
    assert_circles("domain", &[]);
}

#[test]
fn the_wire_has_one_circle() {
    // A task embeds its requirements, a requirement its task: the views hold each other.
    assert_circles("http", &[&["requirements", "tasks"]]);
}

#[test]
fn circles_are_found() {
    let source = |path: &str, text: &str| Source {
        path: format!("src/domain/{path}"),
        text: text.to_owned(),
    };
    let sources = [
        source("mod.rs", "pub use self::a::A; use super::domain::b;"),
        source(
            "a.rs",
            "#[cfg(test)]\nmod tests;\nuse super::{b::{self, B}, id};\n#[cfg(test)]\nmod tests { use super::c; }",
        ),
        source("a/tests.rs", "use crate::domain::d;"),
        source(
            "b/mod.rs",
            "use crate::{domain::c::C, say}; // a comment about super::d",
        ),
        source("c/inner.rs", "use super::Own; fn f() { super::super::a::f() }"),
        source("d.rs", "use super::a; mod inner { use super::super::b; }"),
        source("id.rs", ""),
    ];
    assert_eq!(circles(&modules("domain", &sources)), [["a", "b", "c"]]);
}
