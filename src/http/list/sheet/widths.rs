//! How wide the columns of a sheet are, so that a page of A4 across has them in letters that can be read.

use super::Head;
use crate::http::{
    list::cell::{Cell, Headers},
    render::office::{lines, width},
};

/// How wide a page is, in Latin letters.
const PAGE: usize = 170;
/// How narrow a column of long texts may become.
const NARROWEST: usize = 24;
/// How wide a column may be.
const WIDEST: usize = 60;
/// The arrow of a filter, and some air.
const ARROW: usize = 4;

/// The columns of a sheet, by what stands in its first rows.
pub struct Widths(Vec<Width>);

#[derive(Clone, Copy)]
struct Width {
    wide: usize,
    /// Whether texts stand in it, which go on below; figures do not.
    wraps: bool,
}

impl Widths {
    /// As narrow as a page wants them.
    pub fn of(heads: &[Head], rows: &[Vec<Cell>], headers: Option<Headers>) -> Self {
        let column = |(at, head): (usize, &Head)| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            let (wide, wraps) = cells.fold((0, false), |(wide, wraps), cell| {
                (natural(cell, headers).max(wide), wraps || is_text(cell))
            });
            // A long head goes on below.
            let head = width(&head.text);
            let head = (head + ARROW).min(head / 2 + ARROW + 1);
            Width {
                wide: wide.max(head),
                wraps,
            }
        };
        let mut columns: Vec<Width> = heads.iter().enumerate().map(column).collect();
        let total = |columns: &[Width], most: usize| {
            let seen = columns.iter().zip(heads).filter(|(_, head)| !head.aside);
            seen.map(|(column, _)| column.at_most(most).wide).sum::<usize>()
        };
        let most = (NARROWEST..=WIDEST).rev().find(|most| total(&columns, *most) <= PAGE);
        for column in &mut columns {
            *column = column.at_most(most.unwrap_or(NARROWEST));
        }
        Self(columns)
    }

    /// Makes room for a cell of figures, which do not go on below.
    pub fn fit(&mut self, at: usize, cell: &Cell, headers: Option<Headers>) {
        if let Some(column) = self.0.get_mut(at).filter(|column| !column.wraps) {
            column.wide = natural(cell, headers).clamp(column.wide, WIDEST.max(column.wide));
        }
    }

    /// How many lines the text takes in its column.
    pub fn lines(&self, at: usize, text: &str) -> usize {
        self.0.get(at).map_or(1, |column| lines(text, column.wide))
    }

    /// From the left.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|column| column.wide)
    }
}

impl Width {
    fn at_most(self, most: usize) -> Self {
        Self {
            wide: if self.wraps { self.wide.min(most) } else { self.wide },
            ..self
        }
    }
}

fn is_text(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(_) | Cell::All(_))
}

/// How wide a cell is that stands in one line.
fn natural(cell: &Cell, headers: Option<Headers>) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Day(_) => 12,
        Cell::Instant(_) => 21,
        cell => {
            let text = cell.clone().into_text(headers);
            text.lines().map(width).max().unwrap_or_default() + 2
        }
    }
}
