//! Links between the papers lead somewhere.

use std::{fs, path::PathBuf};

use crate::support::source::{files, root};

/// Every page of the repository.
fn papers() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    for folder in ["docs", "seeds", ".github", "tests"] {
        found.extend(files(folder, "md"));
    }
    assert!(found.len() > 40);
    found
}

/// How a heading is addressed: lower case, without punctuation, with hyphens for blanks.
fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || " -_".contains(*character))
        .map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

#[test]
fn headings_have_addresses() {
    assert_eq!(anchor("What may change within /api/v1"), "what-may-change-within-apiv1");
    assert_eq!(anchor("读取、修改、再读取"), "读取修改再读取");
}

#[test]
fn links_lead_somewhere() {
    for file in papers() {
        let text = fs::read_to_string(&file).unwrap();
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap();
            if link.contains("://") {
                continue;
            }
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                file.clone()
            } else {
                file.parent().unwrap().join(path)
            };
            assert!(target.exists(), "{} links to {link}", file.display());
            if !place.is_empty() {
                let target = fs::read_to_string(&target).unwrap();
                let headings = target.lines().filter(|line| line.starts_with('#'));
                let found = headings
                    .map(|line| anchor(line.trim_start_matches('#')))
                    .any(|anchor| anchor == place);
                assert!(found, "{} links to {link}: no such heading", file.display());
            }
        }
    }
}
