//! What the pages say about settings is so.

use std::{collections::BTreeSet, fs, process::Command};

use clap::CommandFactory as _;
use duban::cli::Cli;

use super::{blocks::blocks, chinese, in_both_languages, read};

/// Flag, variable and default of each row of the configuration table.
fn configured(page: &str) -> BTreeSet<[String; 3]> {
    let rows = page.lines().filter(|line| line.starts_with("| `--"));
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(|cell| cell.trim().to_owned());
        [(); 3].map(|()| cells.next().unwrap())
    })
    .collect()
}

#[test]
fn the_configuration_tables_are_complete() {
    let english = "docs/operate/configuration.md";
    for page in [english, &chinese(english)] {
        let mut rows = configured(&read(page));
        for arg in Cli::command().get_arguments() {
            let flag = format!("`--{}`", arg.get_long().unwrap());
            let variable = format!("`{}`", arg.get_env().unwrap().to_str().unwrap());
            let row = rows
                .iter()
                .find(|[row_flag, ..]| row_flag == &flag)
                .unwrap_or_else(|| panic!("{page}: {flag} has no row"))
                .clone();
            assert_eq!(row[1], variable);
            if let [default] = arg.get_default_values() {
                assert_eq!(row[2], format!("`{}`", default.to_str().unwrap()), "{flag}");
            }
            rows.remove(&row);
        }
        assert!(rows.is_empty(), "{page}: there are no such flags: {rows:?}");
    }
}

#[test]
fn variables_that_are_named_exist() {
    // Those of the container setup and of the scripts are not settings of the binary.
    let others = [read("docker-compose.yml"), read("scripts/postgres")];
    let command = Cli::command();
    let settings: Vec<_> = command.get_arguments().filter_map(|arg| arg.get_env()).collect();
    for (page, text) in in_both_languages() {
        let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        for name in words.filter(|word| word.starts_with("DUBAN_")) {
            let known =
                settings.iter().any(|setting| *setting == name) || others.iter().any(|text| text.contains(name));
            assert!(known, "{page}: {name}");
        }
    }
}

#[test]
fn the_version_of_rust_stands_in_one_place() {
    let toolchain: toml::Table = read("rust-toolchain.toml").parse().unwrap();
    let version = toolchain["toolchain"]["channel"].as_str().unwrap();
    let (minor, _) = version.rsplit_once('.').unwrap();
    let others = [
        ".github/workflows/ci.yml",
        "Dockerfile",
        "CONTRIBUTING.md",
        "README.md",
        "README.zh-CN.md",
    ];
    for other in others {
        assert!(!read(other).contains(minor), "{other} repeats {minor}");
    }
}

#[test]
fn configuration_files_are_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("duban.toml");
    let mut tried = 0;
    for (page, text) in in_both_languages() {
        for block in blocks(&text).iter().filter(|block| block.info == "toml") {
            fs::write(&path, &block.text).unwrap();
            let ran = Command::new(env!("CARGO_BIN_EXE_duban"))
                .arg("--config")
                .arg(&path)
                .arg("openapi")
                .output()
                .unwrap();
            assert!(ran.status.success(), "{page}: {}", String::from_utf8_lossy(&ran.stderr));
            tried += 1;
        }
    }
    assert!(tried > 0);
}
