//! A plan at a glance: units × months as a heat map of lights, as SVG that a portal can embed.

use std::fmt::Write as _;

use crate::domain::{obligation::Light, time::Day};

/// A row of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The unit's name.
    pub name: String,
    /// The cell of each month.
    pub cells: Vec<Cell>,
}

/// What falls due in one month: how many of each light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Green, yellow, red, none, unknown.
    pub counts: [i64; 5],
}

impl Cell {
    /// Adds to the count of a light.
    pub fn add(&mut self, light: Light, count: i64) {
        self.counts[light as usize] += count;
    }

    fn total(self) -> i64 {
        self.counts.iter().sum()
    }

    /// The light that the cell shows: the worst there is.
    pub fn light(self) -> Light {
        let [green, yellow, red, _, unknown] = self.counts;
        if red > 0 {
            Light::Red
        } else if yellow > 0 {
            Light::Yellow
        } else if unknown > 0 {
            Light::Unknown
        } else if green > 0 {
            Light::Green
        } else {
            Light::None
        }
    }
}

/// Fill and text colour of a light: told apart without colour by the sign as well.
fn look(light: Light) -> (&'static str, &'static str, &'static str, &'static str) {
    match light {
        Light::Green => ("#2e7d32", "#ffffff", "绿灯 green", "✓"),
        Light::Yellow => ("#f9c74f", "#1a1a1a", "黄灯 yellow", "!"),
        Light::Red => ("#b3261e", "#ffffff", "红灯 red", "✕"),
        Light::None => ("#e0e0e0", "#424242", "未开始 not open", "·"),
        Light::Unknown => ("#b3d4fc", "#1a1a1a", "灯色未知 unknown", "?"),
    }
}

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
         <desc id=\"board-desc\">每行一个责任单位，每列一个月；格内为当月到期的应办事项数，颜色取其中最差的灯。\
         One row a unit, one column a month; the number is what falls due, the colour the worst light.</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"12\" y=\"24\" font-size=\"16\" fill=\"#1a1a1a\">{title}</text>\n\
         <text x=\"12\" y=\"44\" fill=\"#424242\">截至 {as_of} (as of {as_of}){known}</text>\n"
    );
    for (index, light) in [Light::Green, Light::Yellow, Light::Red, Light::None]
        .into_iter()
        .enumerate()
    {
        let (fill, ink, name, sign) = look(light);
        let x = 12 + index * 140;
        let _ = writeln!(
            svg,
            "<g><rect x=\"{x}\" y=\"54\" width=\"18\" height=\"16\" fill=\"{fill}\"/><text x=\"{}\" y=\"67\" text-anchor=\"middle\" fill=\"{ink}\">{sign}</text>\
             <text x=\"{}\" y=\"67\" fill=\"#1a1a1a\">{name}</text></g>",
            x + 9,
            x + 24
        );
    }
    for (column, month) in months.iter().enumerate() {
        let x = LEFT + column * WIDTH + WIDTH / 2;
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" fill=\"#1a1a1a\">{}</text>",
            TOP - 8,
            escape(month)
        );
    }
    for (index, row) in rows.iter().enumerate() {
        let y = TOP + index * HEIGHT;
        let name = escape(&row.name);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#1a1a1a\">{name}</text>",
            LEFT - 8,
            y + 16
        );
        for (column, (cell, month)) in row.cells.iter().zip(months).enumerate() {
            let x = LEFT + column * WIDTH;
            let total = cell.total();
            if total == 0 {
                continue;
            }
            let (fill, ink, word, sign) = look(cell.light());
            let _ = writeln!(
                svg,
                "<g><title>{name} {} {word}：{total}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"{fill}\"/>\
                 <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{sign} {total}</text></g>",
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

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_shows_the_worst_light_and_text_cannot_break_out() {
        let mut cell = Cell::default();
        cell.add(Light::Green, 5);
        assert_eq!(cell.light(), Light::Green);
        cell.add(Light::Red, 1);
        assert_eq!((cell.light(), cell.total()), (Light::Red, 6));
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
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>") && svg.contains("✕ 6"));
    }
}
