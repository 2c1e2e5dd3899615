//! `sort=` and `cursor=`: the order of a list, and the place where its next page begins.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    domain::{
        fault::Fault,
        order::{By, Order, SortKey},
        time::Day,
    },
    error::{Code, Error, Result},
    http::input::{invalid_parameter, not_offered},
    say,
    store::page::Sorts,
};

/// Reads `sort=`; fields that are not offered are refused. The last of `offered` is the id, which breaks
/// ties: upwards, or with `following` in the direction of the field before it, as an index does.
pub fn order(text: &str, offered: &[&'static str], following: bool) -> Result<Order> {
    let mut fields: Vec<By> = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        // `+` in a query is a space, which trim has removed.
        let (name, descending) = item
            .strip_prefix('-')
            .map_or((item.trim_start_matches('+'), false), |name| (name, true));
        let Some(field) = offered.iter().copied().find(|known| *known == name) else {
            return Err(invalid_parameter("sort", not_offered(name, offered)));
        };
        if fields.iter().any(|by| by.field == field) {
            return Err(invalid_parameter("sort", say!("{name} 重复", "{name} is given twice")));
        }
        fields.push(By { field, descending });
    }
    if let Some(id) = offered.last().copied()
        && !fields.iter().any(|by| by.field == id)
    {
        let descending = following && fields.last().is_some_and(|by| by.descending);
        fields.push(By { field: id, descending });
    }
    Ok(Order::new(fields))
}

/// The place behind a row, bound to the question it was an answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    k: Vec<SortKey>,
    q: String,
    /// What "today" meant on the first page.
    d: Day,
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
    pub fn after(keys: Vec<SortKey>, question: &str, today: Day) -> Self {
        Self {
            k: keys,
            q: question.to_owned(),
            d: today,
        }
    }

    /// The keys of the row it stands behind.
    pub fn into_keys(self) -> Vec<SortKey> {
        self.k
    }

    /// What "today" meant on the first page.
    pub fn today(&self) -> Day {
        self.d
    }

    /// Reads a cursor that was given for the same question.
    pub fn parse(text: &str, question: &str, order: &Order, sorts: Sorts) -> Result<Self> {
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
        let fits = |(by, key): (&By, &SortKey)| sorts.iter().any(|sort| sort.field == by.field && sort.compares(key));
        let keys = cursor.k.len() == order.fields().len() && order.fields().iter().zip(&cursor.k).all(fits);
        if cursor.q != question || !keys {
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
    use crate::store::page::Sort;

    fn key() -> impl Strategy<Value = SortKey> {
        prop_oneof![
            any::<i64>().prop_map(SortKey::Int),
            ".{0,8}".prop_map(SortKey::Text),
            ("[a-z]{1,4}", proptest::collection::vec(any::<u32>(), 0..3))
                .prop_map(|(plan, numbers)| SortKey::Path(plan, numbers)),
            Just(SortKey::None),
        ]
    }

    const SORTS: Sorts = &[Sort::in_memory("id")];

    fn by_ids(count: usize) -> Order {
        let id = By {
            field: "id",
            descending: false,
        };
        Order::new(vec![id; count])
    }

    proptest! {
        #[test]
        fn a_cursor_round_trips(keys in proptest::collection::vec(key(), 1..4)) {
            let order = by_ids(keys.len());
            let cursor = Cursor::after(keys, "q", Day::MIN);
            prop_assert_eq!(Cursor::parse(&cursor.to_string(), "q", &order, SORTS).unwrap(), cursor);
        }

        #[test]
        fn a_tampered_cursor_is_refused(keys in proptest::collection::vec(key(), 1..3), at in 0usize..1000, with in "[A-Za-z0-9_-]") {
            let order = by_ids(keys.len());
            let text = Cursor::after(keys, "q", Day::MIN).to_string();
            let at = at % text.len();
            let tampered = format!("{}{with}{}", &text[..at], &text[at + 1..]);
            prop_assume!(tampered != text);
            // The last character may carry bits that base64 does not use; then it does not decode.
            prop_assert!(Cursor::parse(&tampered, "q", &order, SORTS).is_err());
        }
    }
}
