//! The READMEs and the guides do what they say: their commands run, their replies are real, their
//! tables are complete, and both languages have the same.
//!
//! A ` ```sh test ` block is run; the blocks of one page run one after another in one shell, as a
//! reader would type them, against a service of their own. A ` ```json output ` or ` ```text output `
//! block says what the commands before it print: JSON is contained in a reply (members may be left
//! out, and the end of arrays), each line of text occurs in a line; `…` stands for anything. Plain
//! ` ```sh ` blocks are not run, and `NOT_RUN` says why.
//!
//! A block that names a file (` ```python pull.py `) is that file, as a reader would save it. ` ```sh test python3 ` is run
//! where there is Python; ` ```sh clients ` downloads what it needs, and `scripts/clients` runs it.

mod blocks;
mod links;
mod pull;
mod tables;

use std::{collections::BTreeSet, fs, process::Command, sync::LazyLock};

use actix_web::web;
use duban::clock::{Clock as _, SystemClock};

use self::blocks::{Block, blocks, compare};
use crate::support::{
    Engine, TestApp,
    source::{files, root},
};

/// How lines of plain `sh` blocks begin, and why they are not run.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "cargo run",
        "starts the service, or works on a database; other tests do the same",
    ),
    ("./scripts/test", "runs this test"),
    ("export ", "prepares one of the others"),
    ("echo ", "prepares one of the others"),
    ("docker compose", "needs a container engine"),
    ("pg_dump", "PostgreSQL's own"),
    ("createdb", "PostgreSQL's own"),
    ("pg_restore", "PostgreSQL's own"),
    ("psql", "PostgreSQL's own"),
    ("sqlite3", "SQLite's own"),
];

/// The path of every page in English: the README, the threat model and the guides.
fn pages() -> Vec<String> {
    let mut found = vec!["README.md".to_owned(), "docs/security.md".to_owned()];
    for folder in ["docs/guide", "docs/operate"] {
        for file in files(folder, "md") {
            found.push(file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
        }
    }
    assert!(found.len() > 14);
    found
}

/// Where the same page is in Chinese.
fn chinese(page: &str) -> String {
    match page.strip_prefix("docs/") {
        Some(rest) => format!("docs/zh/{rest}"),
        None => page.replace(".md", ".zh-CN.md"),
    }
}

/// Every page in both languages, with its path.
fn in_both_languages() -> Vec<(String, String)> {
    let both = pages().into_iter().flat_map(|page| [chinese(&page), page]);
    both.map(|page| (page.clone(), read(&page))).collect()
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// Runs the commands of `page` against the service at `address`, and compares what they print.
fn run(page: &str, address: &str) {
    const MARK: &str = "\n=== next block ===\n";
    let text = read(page).replace("127.0.0.1:8080", address);
    let blocks = blocks(&text);
    let there: Vec<&Block> = blocks.iter().filter(|block| is_run(block)).collect();
    let mut script = String::new();
    for block in &there {
        script.push_str(&block.text.replace("cargo run -q --", "\"$duban\""));
        script.push_str("echo; echo '=== next block ==='\n");
    }
    let dir = tempfile::tempdir().unwrap();
    for (file, text) in blocks.iter().filter_map(Block::file) {
        fs::write(dir.path().join(file), text).unwrap();
    }
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(dir.path())
        .env("duban", env!("CARGO_BIN_EXE_duban"))
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    let printed = String::from_utf8(ran.stdout).unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{page}: {}\n{printed}\n{errors}", ran.status);
    let mut outputs = printed.split(MARK);
    let mut output = None;
    for block in &blocks {
        match block.info.as_str() {
            "json output" | "text output" => {
                if let Some(output) = output {
                    compare(block, output);
                }
            }
            info if info.starts_with("sh test") => {
                output = is_run(block).then(|| outputs.next().unwrap());
                if output.is_none() {
                    eprintln!("skipped, there is no Python: {page}: {}", block.text);
                }
            }
            _ => {}
        }
    }
}

/// Whether this machine can run `block`.
fn is_run(block: &Block) -> bool {
    block.info == "sh test" || block.info == "sh test python3" && has_python()
}

fn has_python() -> bool {
    static THERE: LazyLock<bool> = LazyLock::new(|| {
        let asked = Command::new("python3").arg("--version").output();
        asked.is_ok_and(|ran| ran.status.success())
    });
    *THERE
}

/// Runs `page` against a service of its own; that of a new city has nothing in it.
async fn run_on(engine: Engine, page: String) {
    let app = if page.ends_with("/new-city.md") {
        TestApp::start_empty(engine, |config| config.seed = Some(false)).await
    } else {
        TestApp::start(engine).await
    };
    app.during(async |app| {
        // The binary mints tokens by the machine's clock; a test may start a while before it does.
        app.clock.set(SystemClock.now() + chrono::Duration::minutes(5));
        let address = app.base.trim_start_matches("http://").to_owned();
        web::block(move || run(&page, &address)).await.unwrap();
    })
    .await;
}

macro_rules! run_each {
    ($($name:ident: $page:literal)+) => {
        /// The pages that have commands to run.
        const RUN: &[&str] = &[$($page),+];

        $(
            mod $name {
                use super::*;

                #[actix_web::test]
                async fn sqlite() {
                    run_on(Engine::Sqlite, $page.to_owned()).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    run_on(Engine::Postgres, $page.to_owned()).await;
                }

                // The commands are the same.
                #[actix_web::test]
                async fn in_chinese() {
                    run_on(Engine::Sqlite, chinese($page)).await;
                }
            }
        )+
    };
}

run_each! {
    readme: "README.md"
    front_ends: "docs/guide/front-ends.md"
    importing: "docs/guide/importing.md"
    ledger: "docs/guide/ledger.md"
    new_city: "docs/guide/new-city.md"
    notices: "docs/guide/notices.md"
    portal: "docs/guide/portal.md"
    pulling_data: "docs/guide/pulling-data.md"
    reading: "docs/guide/reading.md"
    reporting: "docs/guide/reporting.md"
    writing_plans: "docs/guide/writing-plans.md"
    configuration: "docs/operate/configuration.md"
}

#[test]
fn every_page_with_commands_is_run() {
    let has_commands = |page: &String| {
        blocks(&read(page))
            .iter()
            .any(|block| block.info.starts_with("sh test"))
    };
    let expected: Vec<String> = pages().into_iter().filter(has_commands).collect();
    assert_eq!(RUN, expected);
}

#[test]
fn both_languages_have_the_same_pages_and_commands() {
    let there: BTreeSet<String> = files("docs/zh", "md")
        .iter()
        .map(|file| file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut expected: BTreeSet<String> = pages().iter().map(|page| chinese(page)).collect();
    expected.remove("README.zh-CN.md");
    assert_eq!(there, expected);
    let commands = |page: &str| {
        let mut found = blocks(&read(page));
        found.retain(|block| !block.info.ends_with("output"));
        for block in found.iter_mut().filter(|block| !block.info.starts_with("sh")) {
            // Comments are in the page's language.
            let comment = |line: &&str| {
                ["#", "//", "\"\"\""]
                    .iter()
                    .any(|start| line.trim_start().starts_with(start))
            };
            block.text = block
                .text
                .lines()
                .filter(|line| !comment(line))
                .collect::<Vec<_>>()
                .join("\n");
        }
        found
    };
    for page in pages() {
        assert_eq!(commands(&page), commands(&chinese(&page)), "{page}");
    }
}

#[test]
fn what_is_not_run_is_listed() {
    let known = [
        "sh",
        "sh test",
        "sh test python3",
        "sh clients",
        "json output",
        "text output",
        "toml",
        "nginx",
    ];
    let mut used = BTreeSet::new();
    for (page, text) in in_both_languages() {
        for block in blocks(&text) {
            let Block { info, text } = &block;
            assert!(
                known.contains(&info.as_str()) || block.file().is_some(),
                "{page}: ```{info}"
            );
            if info == "sh" {
                for line in text.lines() {
                    let listed = NOT_RUN.iter().find(|(start, _)| line.starts_with(start));
                    let (start, _) = listed.unwrap_or_else(|| panic!("{page}: neither run nor listed: {line}"));
                    used.insert(*start);
                }
            }
        }
    }
    assert_eq!(used.len(), NOT_RUN.len(), "listed, but not there: {used:?}");
}

#[test]
fn the_readmes_are_short() {
    for page in ["README.md", "README.zh-CN.md"] {
        let lines = read(page).lines().count();
        assert!(lines <= 200, "{page} has {lines} lines: move some to docs/guide");
    }
}

#[test]
fn offices_are_called_what_they_call_themselves() {
    // A coordinator is no mediator; 签发 is what an office does with a notice, and nothing else.
    let wrong = [("协调员", "统筹管理员"), ("签发者", "颁发者"), ("签发进展", "审签进展")];
    let mut texts = in_both_languages();
    texts.push(("openapi/openapi.json".into(), read("openapi/openapi.json")));
    for (path, text) in texts {
        for (word, right) in wrong {
            assert!(!text.contains(word), "{path}: {word}, say {right}");
        }
    }
}
