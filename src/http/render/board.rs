//! A plan at a glance: units × months as a heat map of lights, as SVG that a portal can embed.

use std::fmt::Write as _;

use super::escape;
use crate::domain::time::Day;

/// A row of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The unit's name.
    pub name: String,
    /// The cell of each month.
    pub cells: Vec<Cell>,
}

/// How something stands, as a cell shows it: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Late.
    Red,
    /// Due soon.
    Yellow,
    /// Unknown, because a calendar is missing.
    Unknown,
    /// Under way.
    Green,
    /// Not begun, and not to be yet.
    NotOpen,
    /// Done.
    Done,
}

impl Standing {
    const ALL: [Self; 6] = [
        Self::Red,
        Self::Yellow,
        Self::Unknown,
        Self::Green,
        Self::NotOpen,
        Self::Done,
    ];

    /// By the name of its light, or `done`.
    pub fn named(name: &str) -> Self {
        match name {
            "red" => Self::Red,
            "yellow" => Self::Yellow,
            "green" => Self::Green,
            "unknown" => Self::Unknown,
            "done" => Self::Done,
            _ => Self::NotOpen,
        }
    }
}

/// What falls due in one month: how many of each standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    counts: [i64; Standing::ALL.len()],
}

impl Cell {
    /// Adds to the count of a standing.
    pub fn add(&mut self, standing: Standing, count: i64) {
        self.counts[standing as usize] += count;
    }

    fn total(self) -> i64 {
        self.counts.iter().sum()
    }

    /// The standing that the cell shows, the worst there is, and how many of its things stand so.
    fn worst(self) -> Option<(Standing, i64)> {
        let mut counts = Standing::ALL.into_iter().zip(self.counts);
        counts.find(|(_, count)| *count > 0)
    }
}

/// Fill and text colour of a standing: told apart without colour by the sign as well.
fn look(standing: Standing) -> (&'static str, &'static str, &'static str, &'static str) {
    match standing {
        Standing::Green => ("#2e7d32", "#ffffff", "绿灯 green", "○"),
        Standing::Yellow => ("#f9c74f", "#1a1a1a", "黄灯 yellow", "!"),
        Standing::Red => ("#b3261e", "#ffffff", "红灯 red", "✕"),
        Standing::NotOpen => ("#e0e0e0", "#424242", "未开始 not open", "·"),
        Standing::Done => ("#1565c0", "#ffffff", "已办结 done", "✓"),
        Standing::Unknown => ("#b3d4fc", "#1a1a1a", "灯色未知 unknown", "?"),
    }
}

/// The colours of paper and ink, which a dark page turns round.
const STYLE: &str = ".paper{fill:#ffffff}.ink{fill:#1a1a1a}.soft{fill:#424242}\
                     @media (prefers-color-scheme:dark){.paper{fill:#121212}.ink{fill:#f2f2f2}.soft{fill:#c7c7c7}}";

const LEFT: usize = 190;
const TOP: usize = 96;
const WIDTH: usize = 58;
const HEIGHT: usize = 24;

/// The board as an SVG document: how things stand on `as_of`, as far as it was known at the end of another day.
pub fn render(title: &str, as_of: Day, known_on: Option<Day>, months: &[String], rows: &[Row]) -> String {
    let (width, height) = (LEFT + months.len() * WIDTH + 20, TOP + rows.len() * HEIGHT + 20);
    let title = escape(title);
    let known = known_on.filter(|day| *day < as_of).map_or_else(String::new, |day| {
        format!("，按 {day} 终了时所知 (as known at the end of {day})")
    });
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"board-title board-desc\" font-family=\"'Noto Sans CJK SC','Microsoft YaHei',sans-serif\" font-size=\"12\">\n\
         <title id=\"board-title\">{title}：各单位各月红绿灯（截至 {as_of}）</title>\n\
         <desc id=\"board-desc\">每行一个责任单位，每列一个月；颜色取当月到期事项中最差的情形，格内为属于该情形的件数及总件数。\
         One row a unit, one column a month; the colour is the worst there is of what falls due, the numbers how many stand so, of \
         how many.</desc>\n\
         <style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" class=\"paper\"/>\n\
         <text x=\"12\" y=\"24\" font-size=\"16\" class=\"ink\">{title}</text>\n\
         <text x=\"12\" y=\"44\" class=\"soft\">截至 {as_of} (as of {as_of}){known}</text>\n"
    );
    let explained = [
        Standing::Done,
        Standing::Green,
        Standing::Yellow,
        Standing::Red,
        Standing::NotOpen,
    ];
    for (index, standing) in explained.into_iter().enumerate() {
        let (fill, ink, name, sign) = look(standing);
        let x = 12 + index * 140;
        let _ = writeln!(
            svg,
            "<g><rect x=\"{x}\" y=\"54\" width=\"18\" height=\"16\" fill=\"{fill}\"/><text x=\"{}\" y=\"67\" text-anchor=\"middle\" fill=\"{ink}\">{sign}</text>\
             <text x=\"{}\" y=\"67\" class=\"ink\">{name}</text></g>",
            x + 9,
            x + 24
        );
    }
    for (column, month) in months.iter().enumerate() {
        let x = LEFT + column * WIDTH + WIDTH / 2;
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" class=\"ink\">{}</text>",
            TOP - 8,
            escape(month)
        );
    }
    for (index, row) in rows.iter().enumerate() {
        let y = TOP + index * HEIGHT;
        let name = escape(&row.name);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" class=\"ink\">{name}</text>",
            LEFT - 8,
            y + 16
        );
        for (column, (cell, month)) in row.cells.iter().zip(months).enumerate() {
            let x = LEFT + column * WIDTH;
            let Some((standing, count)) = cell.worst() else {
                continue;
            };
            let total = cell.total();
            let of = if count == total {
                String::new()
            } else {
                format!("/{total}")
            };
            let (fill, ink, word, sign) = look(standing);
            let _ = writeln!(
                svg,
                "<g><title>{name} {} {word}：{count}{of}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"{fill}\"/>\
                 <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{sign} {count}{of}</text></g>",
                escape(month),
                x + 1,
                y + 1,
                WIDTH - 2,
                HEIGHT - 2,
                x + WIDTH / 2,
                y + 16
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_shows_the_worst_light_and_text_cannot_break_out() {
        let mut cell = Cell::default();
        cell.add(Standing::Done, 3);
        assert_eq!(cell.worst(), Some((Standing::Done, 3)));
        cell.add(Standing::Green, 5);
        assert_eq!(cell.worst(), Some((Standing::Green, 5)));
        cell.add(Standing::Red, 1);
        assert_eq!((cell.worst(), cell.total()), (Some((Standing::Red, 1)), 9));
        let row = Row {
            name: "<script>".into(),
            cells: vec![cell],
        };
        let svg = render(
            "方案 & \"引号\"",
            "2017-06-30".parse().unwrap(),
            None,
            &["2017-06".into()],
            &[row],
        );
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>") && svg.contains("✕ 1/9"));
    }
}
