//! The order of a list and the place in it: declared together, so that they cannot disagree.

use std::{cmp::Ordering, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::extract::{invalid_parameter, not_offered};
use crate::{
    domain::{check::Fault, time::Day},
    error::{Code, Error, Result},
    say,
};

/// A value to sort by. Natural ids sort by their numbers: 2 before 10.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    /// A number.
    Int(i64),
    /// A day.
    Day(Day),
    /// A text.
    Text(String),
    /// A plan's id and the numbers below it.
    Path(String, Vec<u32>),
    /// No value: last in either direction.
    None,
}

/// `sort=`: fields and directions, the id last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<(&'static str, bool)>);

impl Order {
    /// Reads `sort=`; fields that are not offered are refused.
    pub fn parse(text: Option<&str>, offered: &'static [&'static str]) -> Result<Self> {
        let mut order: Vec<(&'static str, bool)> = Vec::new();
        for item in text
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
        {
            // `+` in a query is a space, which trim has removed.
            let (name, descending) = item
                .strip_prefix('-')
                .map_or((item.trim_start_matches('+'), false), |name| (name, true));
            let Some(known) = offered.iter().find(|known| **known == name) else {
                return Err(invalid_parameter("sort", not_offered(name, offered)));
            };
            if order.iter().any(|(seen, _)| seen == known) {
                return Err(invalid_parameter("sort", say!("{name} 重复", "{name} is given twice")));
            }
            order.push((known, descending));
        }
        if let Some(id) = offered.last()
            && !order.iter().any(|(seen, _)| seen == id)
        {
            order.push((id, false));
        }
        Ok(Self(order))
    }

    /// How many fields it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys of a row.
    pub fn keys(&self, key: impl Fn(&str) -> Key) -> Vec<Key> {
        self.0.iter().map(|(name, _)| key(name)).collect()
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(name, descending)| write!(f, "{}{name},", if *descending { "-" } else { "" }))
    }
}

/// Compares two rows by their keys.
pub fn compare(a: &[Key], b: &[Key], order: &Order) -> Ordering {
    for ((a, b), (_, descending)) in a.iter().zip(b).zip(&order.0) {
        let ordering = match (a, b) {
            (Key::None, Key::None) => Ordering::Equal,
            (Key::None, _) => Ordering::Greater,
            (_, Key::None) => Ordering::Less,
            (a, b) if *descending => b.cmp(a),
            (a, b) => a.cmp(b),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}

/// The place behind a row, bound to the question it was an answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    k: Vec<Key>,
    q: String,
}

/// Bytes of the checksum: a mistyped or patched cursor is refused. It guards nothing secret.
const CHECKSUM: usize = 6;

fn checksum(payload: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    let hash = Sha256::new()
        .chain_update(b"duban cursor")
        .chain_update(payload)
        .finalize();
    sum.copy_from_slice(&hash[..CHECKSUM]);
    sum
}

impl Cursor {
    /// What a cursor is bound to: the list, its filters and its order, but not how the page looks.
    pub fn question(path: &str, pairs: &[(String, String)], order: &Order) -> String {
        let presentation = ["limit", "cursor", "fields", "embed", "format", "sort"];
        let mut filters: Vec<_> = pairs
            .iter()
            .filter(|(name, _)| !presentation.contains(&name.as_str()))
            .collect();
        filters.sort();
        let hash = Sha256::digest(format!("{path} {order}{filters:?}"));
        URL_SAFE_NO_PAD.encode(&hash[..6])
    }

    /// The place behind the row with these keys.
    pub fn after(keys: Vec<Key>, question: &str) -> Self {
        Self {
            k: keys,
            q: question.to_owned(),
        }
    }

    /// The keys of the row it stands behind.
    pub fn keys(&self) -> &[Key] {
        &self.k
    }

    /// Reads a cursor that was given for the same question.
    pub fn parse(text: &str, question: &str, keys: usize) -> Result<Self> {
        let refused = |detail| Error::parameter(Code::InvalidCursor, "cursor", Fault::Invalid, detail);
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let (payload, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
            if sum != checksum(payload) {
                return None;
            }
            serde_json::from_slice::<Self>(payload).ok()
        };
        let cursor = read().ok_or_else(|| refused(say!("游标不是本服务给出的", "the cursor is not one of ours")))?;
        if cursor.q != question || cursor.k.len() != keys {
            return Err(refused(say!(
                "游标属于另一个查询条件或排序",
                "the cursor belongs to another filter or order"
            )));
        }
        Ok(cursor)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        bytes.extend(checksum(&bytes));
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![
            any::<i64>().prop_map(Key::Int),
            ".{0,8}".prop_map(Key::Text),
            ("[a-z]{1,4}", proptest::collection::vec(any::<u32>(), 0..3))
                .prop_map(|(plan, numbers)| Key::Path(plan, numbers)),
            Just(Key::None),
        ]
    }

    proptest! {
        #[test]
        fn a_cursor_round_trips(keys in proptest::collection::vec(key(), 1..4)) {
            let cursor = Cursor::after(keys.clone(), "q");
            prop_assert_eq!(Cursor::parse(&cursor.to_string(), "q", keys.len()).unwrap(), cursor);
        }

        #[test]
        fn a_tampered_cursor_is_refused(keys in proptest::collection::vec(key(), 1..3), at in 0usize..1000, with in "[A-Za-z0-9_-]") {
            let text = Cursor::after(keys.clone(), "q").to_string();
            let at = at % text.len();
            let tampered = format!("{}{with}{}", &text[..at], &text[at + 1..]);
            prop_assume!(tampered != text);
            // The last character may carry bits that base64 does not use; then it does not decode.
            prop_assert!(Cursor::parse(&tampered, "q", keys.len()).is_err());
        }
    }

    #[test]
    fn nothing_is_last_in_either_direction() {
        for sort in ["due_on", "-due_on"] {
            let order = Order::parse(Some(sort), &["due_on", "id"]).unwrap();
            let row = |due: Key| vec![due, Key::Int(1)];
            assert_eq!(compare(&row(Key::Int(1)), &row(Key::None), &order), Ordering::Less);
        }
    }
}
