//! Numbered items within one cell.

use super::label::{self, Level};

/// The items of a cell: its lines from 1. on, where there are at least two; else the cell itself.
pub fn split(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut next = 1;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let begins = label::read(line).is_some_and(|found| {
            matches!(found.level, Level::Figure | Level::FigureInBrackets | Level::Circled) && found.number == next
        });
        match items.last_mut() {
            _ if begins => {
                items.push(line.to_owned());
                next += 1;
            }
            Some(item) => {
                item.push('\n');
                item.push_str(line);
            }
            // Something stands before the first item.
            None => return vec![text.to_owned()],
        }
    }
    if items.len() > 1 { items } else { vec![text.to_owned()] }
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
        for whole in ["4.推进\n二批", "1.只有一项", "前言\n1.甲\n2.乙", ""] {
            assert_eq!(split(whole), [whole]);
        }
    }
}
