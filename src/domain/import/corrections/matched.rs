//! Which corrections are of something that the document says: what matches nothing is a slip of whoever wrote it.

use std::collections::BTreeSet;

use super::{Corrections, CorrectionsPatch, column_at};
use crate::{
    domain::{
        fault::{Checker, Fault, FieldError},
        import::{
            document::Document,
            finding::{FindingCode, Findings},
        },
    },
    say,
};

/// A correction by its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Of `columns`.
    Column(String),
    /// Of `column_names`.
    ColumnName(String),
    /// Of `units`.
    Unit(String),
    /// Of `rules`.
    Rule(String),
    /// Of `text_deadlines`.
    Text(usize),
}

impl Key {
    /// The correction, as it was written.
    fn said(&self, corrections: &Corrections) -> String {
        match self {
            Self::Column(key) | Self::ColumnName(key) | Self::Unit(key) | Self::Rule(key) => key.clone(),
            Self::Text(index) => corrections
                .text_deadlines
                .get(*index)
                .map(|of| of.original.clone())
                .unwrap_or_default(),
        }
    }
}

impl Corrections {
    /// Those that are of nothing in `document`, where `used` are of something.
    pub fn unmatched(&self, document: &Document, used: &BTreeSet<Key>) -> BTreeSet<Key> {
        let has_column = |key: &str| {
            let Some((table, column)) = column_at(key) else {
                return false;
            };
            let mut tables = document.tables();
            tables.any(|(number, of, _)| number == table && (1..=of.width()).contains(&column))
        };
        let columns = self.columns.keys().cloned().map(|key| (Key::Column(key.clone()), key));
        let names = self
            .column_names
            .keys()
            .cloned()
            .map(|key| (Key::ColumnName(key.clone()), key));
        let columns = columns.chain(names).filter(|(_, place)| !has_column(place));
        let rules = self.rules.keys().cloned().map(Key::Rule);
        let texts = (0..self.text_deadlines.len()).map(Key::Text);
        let others = self.units.keys().cloned().map(Key::Unit);
        let others = others.chain(rules).chain(texts).filter(|key| !used.contains(key));
        columns.map(|(key, _)| key).chain(others).collect()
    }

    /// Tells of corrections that are of nothing, now.
    pub fn tell_unmatched(&self, unmatched: &BTreeSet<Key>, findings: &mut Findings) {
        for key in unmatched {
            let said = key.said(self);
            let detail = say!(
                "更正“{said}”在文件中没有对应之处，未起作用",
                "the correction of “{said}” is of nothing in the file, and does nothing"
            );
            let remedy = say!("改正其键，或以 null 取消", "mend its key, or take it back by null");
            findings
                .note(FindingCode::UnusedCorrection, None, &said, detail)
                .remedy(remedy);
        }
    }
}

impl CorrectionsPatch {
    /// What it corrects that the document does not say, of what is `unmatched` with it.
    pub fn check_matched(&self, unmatched: &BTreeSet<Key>) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        let mut refuse = |field: &str, place: &str, zh: &str, en: &str| {
            check.at(field, |check| {
                check.at(place, |check| {
                    check.fault(Fault::NotFound, say!("{zh}", "{en}"));
                });
            });
        };
        for key in unmatched {
            match key {
                Key::Column(key) if self.columns.get(key).is_some_and(Option::is_some) => {
                    refuse("columns", key, "文件中没有这一列", "the file has no such column");
                }
                Key::ColumnName(key) if self.column_names.get(key).is_some_and(Option::is_some) => {
                    refuse("column_names", key, "文件中没有这一列", "the file has no such column");
                }
                Key::Unit(key) if self.units.get(key).is_some_and(Option::is_some) => {
                    refuse(
                        "units",
                        key,
                        "没有一格单位写有这个名称",
                        "no cell of units has this name",
                    );
                }
                Key::Rule(key) if self.rules.get(key).is_some_and(Option::is_some) => {
                    refuse(
                        "rules",
                        key,
                        "没有一处时限这样写；键为预览中时限的 phrase，正文中的时间用 text_deadlines",
                        "no deadline is written so: the key is the `phrase` of one in the preview; a time of the text goes to `text_deadlines`",
                    );
                }
                Key::Text(index) if self.text_deadlines.value().is_some() => {
                    refuse(
                        "text_deadlines",
                        &index.to_string(),
                        "正文中没有这个时间；照 time_in_text 发现中的 original 和 place 填写",
                        "the text has no such time: write `original` and `place` as a finding `time_in_text` has them",
                    );
                }
                _ => {}
            }
        }
        check.finish()
    }
}
