//! The source as text, for rules about it.

use std::path::{Path, PathBuf};

/// A file of Rust.
pub struct Source {
    /// From the root of the repository.
    pub path: String,
    pub text: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files with this ending under `folder`, by path.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{ending} under {folder}");
    found
}

/// All Rust files under `folder`.
pub fn rust_files(folder: &str) -> Vec<Source> {
    let read = |path: PathBuf| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned(),
    };
    files(folder, "rs").into_iter().map(read).collect()
}

impl Source {
    /// The first folder or file below `src`: `http`, `app`, `db` …
    pub fn layer(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap();
        below.split(['/', '.']).next().unwrap()
    }

    /// The code without comments, texts and the tests at its end. Lines stay where they are.
    pub fn code(&self) -> String {
        scan(self.shipped()).0
    }

    /// The texts in the code, without the tests at its end.
    pub fn literals(&self) -> Vec<String> {
        scan(self.shipped()).1
    }

    fn shipped(&self) -> &str {
        // Not where it says `mod tests;`: the code goes on after that.
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap()
    }
}

/// Takes Rust apart into code and the texts in it.
fn scan(text: &str) -> (String, Vec<String>) {
    let characters: Vec<char> = text.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let (mut code, mut literals, mut index) = (String::new(), Vec::new(), 0);
    while index < characters.len() {
        let raw = match (at(index), at(index + 1)) {
            ('r', '"') => Some(0),
            ('r', '#') => Some((index + 1..characters.len()).take_while(|&i| at(i) == '#').count())
                .filter(|&n| at(index + 1 + n) == '"'),
            _ => None,
        };
        let in_name = index > 0 && (at(index - 1).is_alphanumeric() || at(index - 1) == '_');
        if at(index) == '/' && at(index + 1) == '/' {
            while index < characters.len() && at(index) != '\n' {
                index += 1;
            }
        } else if at(index) == '"' || (raw.is_some() && !in_name) {
            let fence = if at(index) == '"' { None } else { raw };
            let mut literal = String::new();
            index += fence.map_or(1, |n| n + 2);
            while index < characters.len() {
                let closes = at(index) == '"' && (0..fence.unwrap_or(0)).all(|n| at(index + 1 + n) == '#');
                if closes {
                    break;
                }
                if fence.is_none() && at(index) == '\\' {
                    literal.push(at(index));
                    index += 1;
                }
                literal.push(at(index));
                index += 1;
            }
            index += 1 + fence.unwrap_or(0);
            code.push_str("\"\"");
            code.extend(literal.chars().filter(|character| *character == '\n'));
            literals.push(literal);
        } else if at(index) == '\'' && (at(index + 2) == '\'' || at(index + 1) == '\\') {
            // A character, which may be a quotation mark; a lifetime has no second one.
            index += 2;
            while at(index) != '\'' {
                index += 1;
            }
            index += 1;
            code.push_str("' '");
        } else {
            code.push(at(index));
            index += 1;
        }
    }
    (code, literals)
}

#[test]
fn code_is_told_from_texts_and_comments() {
    let text = "let a = \"x // \\\" y\"; // \"z\"\nlet b = r#\"say \"w\"\"#; '\"' 'a: &'static str\n/// doc \"d\"\nfor";
    let (code, literals) = scan(text);
    assert_eq!(code, "let a = \"\"; \nlet b = \"\"; ' ' 'a: &'static str\n\nfor");
    assert_eq!(literals, ["x // \\\" y", "say \"w\""]);
}
