//! What a time of the document means: one rule, or several where one phrase names several days.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use utoipa::ToSchema;

use crate::{
    domain::{
        deadline::Rule,
        fault::{Checker, Fault},
        import::document::Place,
        new_deadline::LONGEST_PHRASE,
        text,
    },
    say,
};

/// Rules of one phrase.
const MOST: usize = 20;

/// 一条规则；一处写有数个时间的，数条 (a rule, or several of a phrase that names several times)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportRules)]
#[serde(untagged)]
pub enum Rules {
    /// 一条 (one)
    One(Rule),
    /// 数条，各为一项时限 (several, each a deadline)
    Several(Vec<Rule>),
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Rules;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rule or an array of rules")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rules, A::Error> {
                Rule::deserialize(MapAccessDeserializer::new(map)).map(Rules::One)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Rules, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Rules::Several)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl Rules {
    /// All of them.
    pub fn all(&self) -> &[Rule] {
        match self {
            Self::One(rule) => std::slice::from_ref(rule),
            Self::Several(rules) => rules,
        }
    }

    /// What is wrong with them.
    pub fn check(&self, check: &mut Checker) {
        match self {
            Self::One(rule) => rule.check(check),
            Self::Several(rules) => check_several(rules, check),
        }
    }
}

fn check_several(rules: &[Rule], check: &mut Checker) {
    if rules.is_empty() || rules.len() > MOST {
        let detail = say!("应有 1 至 {MOST} 条规则", "there are 1 to {MOST} rules");
        check.fault(Fault::Invalid, detail);
    }
    for (index, rule) in rules.iter().enumerate() {
        check.at(index, |check| rule.check(check));
    }
}

/// 作为时限的正文时间：`time_in_text` 发现中的 `original`（和 `place`、`rules`）(a time of the text that is a deadline, as a
/// finding `time_in_text` has it)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportTextDeadline)]
#[serde(deny_unknown_fields)]
pub struct TextDeadline {
    /// 位置；省略则凡正文有此时间处 (where; absent: wherever the text says so)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Place, required = false)]
    pub place: Option<Place>,
    /// 正文 (what the text says)
    #[schema(example = "每季度末公布水质")]
    pub original: String,
    /// 规则；省略则按发现中的建议 (what it means; absent: as the finding proposes)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

impl TextDeadline {
    /// What is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        check.text("original", &self.original, LONGEST_PHRASE);
        if !self.rules.is_empty() {
            check.at("rules", |check| check_several(&self.rules, check));
        }
    }

    /// Whether it is of what stands there.
    pub fn is_of(&self, original: &str, at: Place) -> bool {
        let there = |place: Place| {
            place.table == at.table && place.row == at.row && (place.column.is_none() || place.column == at.column)
        };
        self.place.is_none_or(there) && text::normalize(&self.original) == text::normalize(original)
    }
}
