//! The blocks of a page: which there are, and whether a command printed what one of them shows.

use serde_json::Value;

/// What stands between two fences.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The words after the opening fence.
    pub info: String,
    pub text: String,
}

impl Block {
    /// The file that it is, where it names one after its language, and what is in it.
    pub fn file(&self) -> Option<(&str, &str)> {
        let (language, name) = self.info.split_once(' ')?;
        let is_one = ["html", "python", "ts"].contains(&language) && name.contains('.');
        is_one.then_some((name, &self.text))
    }
}

/// The blocks of a page, in order. Those of a list item lose its indentation.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = None;
    for line in page.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        match (bare.strip_prefix("```"), open) {
            (Some(_), Some(_)) => open = None,
            (Some(info), None) => {
                open = Some(indent);
                found.push(Block {
                    info: info.to_owned(),
                    text: String::new(),
                });
            }
            (None, Some(outer)) => {
                let block = found.last_mut().unwrap();
                block.text.push_str(line.get(outer..).unwrap_or_default());
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
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

/// Whether a page may show `actual` as `shown`.
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

/// Fails unless `output` is what `block` shows.
pub fn compare(block: &Block, output: &str) {
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

#[test]
fn blocks_are_read_with_and_without_indentation() {
    let page = "text\n```sh\none\n  two\n```\n1. item\n\n   ```text output\n   three\n   ```\n";
    let block = |info: &str, text: &str| Block {
        info: info.into(),
        text: text.into(),
    };
    assert_eq!(
        blocks(page),
        [block("sh", "one\n  two\n"), block("text output", "three\n")]
    );
}

#[test]
fn outputs_are_told_apart() {
    let block = |info: &str, text: &str| Block {
        info: info.into(),
        text: text.into(),
    };
    let shown = |info: &str, text: &str, output: &str| {
        let block = block(info, text);
        std::panic::catch_unwind(|| compare(&block, output)).is_ok()
    };
    let output = "{\"a\": [1, 2], \"b\": \"xyz\"}\n{\"c\": 3}\nHTTP/1.1 200 OK\n";
    assert!(shown("json output", "{\"a\": [1], \"b\": \"x…\"}", output));
    assert!(shown("json output", "{\"c\": 3}", output));
    assert!(!shown("json output", "{\"a\": [2]}", output));
    assert!(!shown("json output", "{\"c\": 3, \"a\": [1]}", output));
    assert!(shown("text output", "200 OK\n", output));
    assert!(!shown("text output", "304\n", output));
}
