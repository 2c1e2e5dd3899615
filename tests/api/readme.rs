//! The READMEs do what they say: their commands run, their replies are real, their tables are complete.
//!
//! A ` ```sh test ` block is run; the blocks of one README run one after another in one shell, as a
//! reader would type them. A ` ```json output ` or ` ```text output ` block says what the commands
//! before it print: JSON is contained in a reply (members may be left out, and the end of arrays),
//! each line of text occurs in a line; `…` stands for anything. Plain ` ```sh ` blocks are not run,
//! and `NOT_RUN` says why.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use actix_web::web;
use clap::CommandFactory as _;
use duban::{
    cli::Cli,
    domain::time::{Clock as _, SystemClock},
};
use serde_json::Value;

use crate::support::TestApp;

const ENGLISH: &str = include_str!("../../README.md");
const CHINESE: &str = include_str!("../../README.zh-CN.md");

/// How lines of plain `sh` blocks begin, and why they are not run.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo run", "starts the service; the tests start the same one"),
    ("./scripts/test", "runs this test"),
    ("export ", "prepares one of the others"),
    ("docker compose", "needs a container engine"),
];

struct Block<'r> {
    info: &'r str,
    text: String,
}

fn blocks(readme: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for line in readme.lines() {
        if let Some(info) = line.strip_prefix("```") {
            if !open {
                let text = String::new();
                found.push(Block { info, text });
            }
            open = !open;
        } else if open {
            let block = found.last_mut().unwrap();
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    found
}

/// Whether `text` is `pattern`, in which `…` stands for anything.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else {
        return text == pattern;
    };
    text.strip_prefix(start)
        .is_some_and(|after| (0..=after.len()).any(|at| after.get(at..).is_some_and(|text| is_like(text, rest))))
}

/// Whether the README may show `actual` as `shown`.
fn shows(actual: &Value, shown: &Value) -> bool {
    match (actual, shown) {
        (Value::Object(actual), Value::Object(shown)) => shown
            .iter()
            .all(|(name, shown)| actual.get(name).is_some_and(|actual| shows(actual, shown))),
        (Value::Array(actual), Value::Array(shown)) => {
            shown.len() <= actual.len() && actual.iter().zip(shown).all(|(actual, shown)| shows(actual, shown))
        }
        (Value::String(actual), Value::String(shown)) => is_like(actual, shown),
        _ => actual == shown,
    }
}

/// Fails unless `block` shows what `output` says.
fn compare(block: &Block<'_>, output: &str) {
    if block.info == "json output" {
        let shown: Value = serde_json::from_str(&block.text).unwrap();
        // What is no JSON (headers, say) ends the replies.
        let replies = serde_json::Deserializer::from_str(output).into_iter::<Value>();
        let matching = replies.map_while(Result::ok).any(|reply| shows(&reply, &shown));
        assert!(matching, "not in the replies: {shown:#}\nreplies: {output}");
        return;
    }
    for line in block.text.lines() {
        let found = output.lines().any(|printed| is_like(printed, &format!("…{line}…")));
        assert!(found, "not printed: {line}\nprinted: {output}");
    }
}

/// Runs the commands of `readme` against the service at `address`, and compares what they print.
fn run(readme: &str, address: &str) {
    const MARK: &str = "\n=== next block ===\n";
    let readme = readme.replace("127.0.0.1:8080", address);
    let blocks = blocks(&readme);
    let mut script = String::new();
    for block in blocks.iter().filter(|block| block.info == "sh test") {
        script.push_str(&block.text.replace("cargo run -q --", "\"$duban\""));
        script.push_str("echo; echo '=== next block ==='\n");
    }
    let dir = tempfile::tempdir().unwrap();
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(dir.path())
        .env("duban", env!("CARGO_BIN_EXE_duban"))
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    let printed = String::from_utf8(ran.stdout).unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{}\n{printed}\n{errors}", ran.status);
    let mut outputs = printed.split(MARK);
    let mut output = "";
    for block in &blocks {
        match block.info {
            "sh test" => output = outputs.next().unwrap(),
            "json output" | "text output" => compare(block, output),
            _ => {}
        }
    }
}

async fn run_against(app: &TestApp, readme: &'static str) {
    // The binary mints tokens by the machine's clock; a test may start a while before it does.
    app.clock.set(SystemClock.now() + chrono::Duration::minutes(5));
    let address = app.base.trim_start_matches("http://").to_owned();
    web::block(move || run(readme, &address)).await.unwrap();
}

on_both! {
    async fn the_english_commands_run(app: &TestApp) {
        run_against(app, ENGLISH).await;
    }

    async fn the_chinese_commands_run(app: &TestApp) {
        run_against(app, CHINESE).await;
    }
}

#[test]
fn both_have_the_same_commands() {
    let commands = |readme: &'static str| {
        let shell = |block: &Block<'_>| matches!(block.info, "sh" | "sh test" | "toml");
        let texts = blocks(readme).into_iter().filter(shell);
        texts.map(|block| (block.info, block.text)).collect::<Vec<_>>()
    };
    assert!(commands(ENGLISH).len() > 15);
    assert_eq!(commands(ENGLISH), commands(CHINESE));
}

#[test]
fn what_is_not_run_is_listed() {
    let known = ["sh", "sh test", "json output", "text output", "text", "toml"];
    let mut used = BTreeSet::new();
    for block in blocks(ENGLISH).iter().chain(&blocks(CHINESE)) {
        assert!(known.contains(&block.info), "```{}", block.info);
        if block.info == "sh" {
            for line in block.text.lines() {
                let listed = NOT_RUN.iter().find(|(start, _)| line.starts_with(start));
                let (start, _) = listed.unwrap_or_else(|| panic!("neither run nor listed: {line}"));
                used.insert(*start);
            }
        }
    }
    assert_eq!(used.len(), NOT_RUN.len(), "listed, but not there: {used:?}");
}

/// Flag, variable and default of each row of the configuration table.
fn configured(readme: &str) -> BTreeSet<[String; 3]> {
    let rows = readme.lines().filter(|line| line.starts_with("| `--"));
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(|cell| cell.trim().to_owned());
        [(); 3].map(|()| cells.next().unwrap())
    })
    .collect()
}

#[test]
fn the_configuration_tables_are_complete() {
    for readme in [ENGLISH, CHINESE] {
        let mut rows = configured(readme);
        for arg in Cli::command().get_arguments() {
            let flag = format!("`--{}`", arg.get_long().unwrap());
            let variable = format!("`{}`", arg.get_env().unwrap().to_str().unwrap());
            let row = rows
                .iter()
                .find(|[row_flag, ..]| row_flag == &flag)
                .unwrap_or_else(|| panic!("{flag} has no row"))
                .clone();
            assert_eq!(row[1], variable);
            if let [default] = arg.get_default_values() {
                assert_eq!(row[2], format!("`{}`", default.to_str().unwrap()), "{flag}");
            }
            rows.remove(&row);
        }
        assert!(rows.is_empty(), "there are no such flags: {rows:?}");
    }
}

#[test]
fn variables_that_are_named_exist() {
    // Those of the container setup and of the scripts are not settings of the binary.
    let others = [
        include_str!("../../docker-compose.yml"),
        include_str!("../../scripts/postgres"),
    ];
    let command = Cli::command();
    let settings: Vec<_> = command.get_arguments().filter_map(|arg| arg.get_env()).collect();
    for readme in [ENGLISH, CHINESE] {
        let words = readme.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        for name in words.filter(|word| word.starts_with("DUBAN_")) {
            let known =
                settings.iter().any(|setting| *setting == name) || others.iter().any(|text| text.contains(name));
            assert!(known, "{name}");
        }
    }
}

#[test]
fn configuration_files_are_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("duban.toml");
    for block in blocks(ENGLISH).iter().filter(|block| block.info == "toml") {
        fs::write(&path, &block.text).unwrap();
        let ran = Command::new(env!("CARGO_BIN_EXE_duban"))
            .arg("--config")
            .arg(&path)
            .arg("openapi")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = [
        "README.md",
        "README.zh-CN.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "seeds/README.md",
    ]
    .map(|name| root.join(name))
    .to_vec();
    files.extend(
        fs::read_dir(root.join("docs/adr"))
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap();
            let local = !target.is_empty() && !target.contains("://");
            assert!(
                !local || file.parent().unwrap().join(target).exists(),
                "{} links to {target}",
                file.display()
            );
        }
    }
}
