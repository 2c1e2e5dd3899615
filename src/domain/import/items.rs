//! Numbered items within one cell.

use super::label::{self, Level};

/// The items of a cell, where there are at least two: from 1. on, each at the beginning of a line or behind the end of the
/// one before it; else the cell itself.
pub fn split(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let (mut next, mut of) = (1, None);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        for (index, clause) in clauses(line).into_iter().enumerate() {
            let begins = label::read(clause).filter(|found| {
                matches!(found.level, Level::Figure | Level::FigureInBrackets | Level::Circled)
                    && found.number == next
                    && of.is_none_or(|level| level == found.level)
                    && !found.rest.is_empty()
            });
            match items.last_mut() {
                _ if begins.is_some() => {
                    of = begins.map(|found| found.level);
                    items.push(clause.trim().to_owned());
                    next += 1;
                }
                Some(item) => {
                    if index == 0 {
                        item.push('\n');
                    }
                    item.push_str(clause);
                }
                // Something stands before the first item.
                None => return vec![text.to_owned()],
            }
        }
    }
    if items.len() > 1 { items } else { vec![text.to_owned()] }
}

/// A line behind each of its clauses: 1.甲；2.乙。3.丙.
fn clauses(line: &str) -> Vec<&str> {
    line.split_inclusive(['；', ';', '。']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_lines_of_a_cell_are_items() {
        assert_eq!(
            split("1.实行甲。\n2.实行乙，\n继续。\n\n3、实行丙"),
            ["1.实行甲。", "2.实行乙，\n继续。", "3、实行丙"]
        );
        assert_eq!(
            split("1.甲；2.乙，\n继续；丙。3.丁"),
            ["1.甲；", "2.乙，\n继续；丙。", "3.丁"]
        );
        assert_eq!(split("1.6月底；2.9月底；3.全年"), ["1.6月底；", "2.9月底；", "3.全年"]);
        for whole in [
            "1.增长1.5倍；2.5倍以上",
            "1.甲；(2)乙",
            "4.推进\n二批",
            "1.只有一项",
            "前言\n1.甲\n2.乙",
            "",
        ] {
            assert_eq!(split(whole), [whole]);
        }
    }
}
