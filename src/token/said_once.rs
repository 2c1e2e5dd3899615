//! Claims that are given twice. Which of the two holds is left to the reader (RFC 7519, section 4), so that whoever issues a
//! token and whoever reads it may not mean the same: none is taken.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// Any JSON, in which no name is given twice at any depth.
pub(super) struct SaidOnce;

impl<'de> Deserialize<'de> for SaidOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = SaidOnce;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without names that are given twice")
    }

    fn visit_bool<E>(self, _: bool) -> Result<SaidOnce, E> {
        Ok(SaidOnce)
    }

    fn visit_i64<E>(self, _: i64) -> Result<SaidOnce, E> {
        Ok(SaidOnce)
    }

    fn visit_u64<E>(self, _: u64) -> Result<SaidOnce, E> {
        Ok(SaidOnce)
    }

    fn visit_f64<E>(self, _: f64) -> Result<SaidOnce, E> {
        Ok(SaidOnce)
    }

    fn visit_str<E>(self, _: &str) -> Result<SaidOnce, E> {
        Ok(SaidOnce)
    }

    fn visit_unit<E>(self) -> Result<SaidOnce, E> {
        Ok(SaidOnce)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<SaidOnce, A::Error> {
        while items.next_element::<SaidOnce>()?.is_some() {}
        Ok(SaidOnce)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<SaidOnce, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name is given twice"));
            }
            members.next_value::<SaidOnce>()?;
        }
        Ok(SaidOnce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_once_in_an_object_however_it_is_spelled() {
        let is_read = |text: &str| serde_json::from_str::<SaidOnce>(text).is_ok();
        assert!(is_read(
            r#"{"a": {"b": [1, -1, 0.5, null, true, "b", {"b": 1}]}, "b": 1}"#
        ));
        assert!(!is_read(r#"{"unit": "hbj", "unit": "hbj"}"#));
        assert!(!is_read(r#"{"realm": [{"roles": [], "rol\u0065s": []}]}"#));
    }
}
