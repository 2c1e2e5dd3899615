//! 附加列: columns of a document that the model has no word for (责任领导, 总投资, 分值), kept verbatim.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault},
    text,
};
use crate::say;

/// Columns of their own that a plan has, at most.
const MOST_COLUMNS: usize = 50;
/// The longest name of one.
pub const LONGEST_NAME: usize = 50;
/// The longest text of a cell in one.
pub const LONGEST_CELL: usize = 2000;

/// 附加列 (a column of the document that the model has no word for)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraColumn {
    /// 列名，原文 (its header, verbatim)
    #[schema(example = "责任领导")]
    pub name: String,
    /// 是否公开；未注明的不公开 (whether the public sees it)
    #[serde(default)]
    pub public: bool,
}

/// 附加列的一格 (a cell of such a column)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraCell {
    /// 列名，见方案的 `extra_columns` (one of the plan's `extra_columns`)
    #[schema(example = "分值")]
    pub name: String,
    /// 内容，原文 (what it says, verbatim)
    #[schema(example = "5 分")]
    pub text: String,
}

/// Notes what is wrong with the columns of a plan.
pub fn check_columns(check: &mut Checker, columns: &[ExtraColumn]) {
    check.at("extra_columns", |check| {
        if columns.len() > MOST_COLUMNS {
            let why = say!("最多 {MOST_COLUMNS} 列", "at most {MOST_COLUMNS} of them");
            check.fault(Fault::TooLong, why);
        }
        for (index, column) in columns.iter().enumerate() {
            check.at(index, |check| {
                check.text("name", &column.name, LONGEST_NAME);
                once(check, &column.name, columns[..index].iter().map(|column| &column.name));
            });
        }
    });
}

/// Notes what is wrong with the cells of a task or requirement of a plan that has `columns`.
pub fn check_cells(check: &mut Checker, cells: &[ExtraCell], columns: &[ExtraColumn]) {
    check.at("extra", |check| {
        for (index, cell) in cells.iter().enumerate() {
            check.at(index, |check| {
                check.text("text", &cell.text, LONGEST_CELL);
                once(check, &cell.name, cells[..index].iter().map(|cell| &cell.name));
                if !columns.iter().any(|column| column.name == cell.name) {
                    let name = &cell.name;
                    let why = say!(
                        "方案没有附加列 {name}，请先在 extra_columns 中写明",
                        "the plan has no extra column {name}; declare it in extra_columns first"
                    );
                    check.at("name", |check| check.fault(Fault::NotFound, why));
                }
            });
        }
    });
}

fn once<'n>(check: &mut Checker, name: &str, mut before: impl Iterator<Item = &'n String>) {
    let wanted = text::normalize(name);
    if before.any(|before| text::normalize(before) == wanted) {
        let why = say!("{name} 重复", "{name} is given twice");
        check.at("name", |check| check.fault(Fault::Duplicate, why));
    }
}

/// The cells that are public.
pub fn public<'c>(cells: &'c [ExtraCell], columns: &[ExtraColumn]) -> impl Iterator<Item = &'c ExtraCell> {
    cells.iter().filter(|cell| {
        let of = columns.iter().find(|column| column.name == cell.name);
        of.is_some_and(|column| column.public)
    })
}
