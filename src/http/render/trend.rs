//! How a plan went, as SVG that a portal can embed: what was expected, reported, on time and overdue over time.

use std::fmt::Write as _;

use super::escape;
use crate::domain::time::Day;

/// How things stood on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The day.
    pub as_of: Day,
    /// Due by then.
    pub expected: i64,
    /// Of those: reported.
    pub reported: i64,
    /// Of those: by the due day.
    pub on_time: i64,
    /// To be done, and past the due day.
    pub overdue: i64,
}

/// Paper and ink, and a colour for each line, on a light page and on a dark one. Contrast to the paper is 4.5 at
/// least.
const STYLE: &str = ".paper{fill:#ffffff}.ink{fill:#1a1a1a}.soft{fill:#424242}.grid{stroke:#d0d0d0}\
                     .expected{stroke:#616161;fill:#616161}.reported{stroke:#1565c0;fill:#1565c0}\
                     .on-time{stroke:#2e7d32;fill:#2e7d32}.overdue{stroke:#b3261e;fill:#b3261e}\
                     .line{fill:none;stroke-width:2;stroke-linejoin:round}.name{stroke:none}\
                     @media (prefers-color-scheme:dark){.paper{fill:#121212}.ink{fill:#f2f2f2}.soft{fill:#c7c7c7}\
                     .grid{stroke:#3a3a3a}.expected{stroke:#bdbdbd;fill:#bdbdbd}.reported{stroke:#82b1ff;fill:#82b1ff}\
                     .on-time{stroke:#81c784;fill:#81c784}.overdue{stroke:#ff8a80;fill:#ff8a80}.line{fill:none}.name{stroke:none}}";

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 348.0;
const TOP: f64 = 74.0;
const BOTTOM: f64 = 212.0;

/// A line: its class, its name, how it is dashed (told apart without colour too), and its value at a point.
type Line = (&'static str, &'static str, &'static str, fn(&Point) -> i64);

const LINES: [Line; 4] = [
    ("expected", "应报 expected", "1 3", |point| point.expected),
    ("reported", "已报 reported", "none", |point| point.reported),
    ("on-time", "按时 on time", "7 3", |point| point.on_time),
    ("overdue", "逾期 overdue", "2 2", |point| point.overdue),
];

/// A round number that is not less.
fn ceiling(most: i64) -> i64 {
    let mut step = 1;
    loop {
        if let Some(round) = [1, 2, 4, 5, 8]
            .into_iter()
            .map(|by| by * step)
            .find(|round| *round >= most.max(4))
        {
            return round;
        }
        step *= 10;
    }
}

#[expect(clippy::cast_precision_loss, reason = "places on a picture")]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The trend as an SVG document.
pub fn render(title: &str, points: &[Point]) -> String {
    let title = escape(title);
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    let most = points
        .iter()
        .flat_map(|point| LINES.map(|(.., value)| value(point)))
        .max();
    let most = ceiling(most.unwrap_or(0));
    let days = (last.as_of - first.as_of).num_days();
    let x = |point: &Point| {
        if days == 0 {
            RIGHT
        } else {
            LEFT + (RIGHT - LEFT) * share((point.as_of - first.as_of).num_days(), days)
        }
    };
    let y = |value: i64| BOTTOM - (BOTTOM - TOP) * share(value, most);
    let (from, to) = (first.as_of, last.as_of);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" \
         aria-labelledby=\"trend-title trend-desc\" font-family=\"'Noto Sans CJK SC','Microsoft YaHei',sans-serif\" font-size=\"12\">\n\
         <title id=\"trend-title\">{title}：报送趋势（{from} 至 {to}）</title>\n\
         <desc id=\"trend-desc\">应报、已报、按时和逾期的件数。How many were expected, reported, on time and overdue.</desc>\n\
         <style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" class=\"paper\"/>\n\
         <text x=\"8\" y=\"20\" font-size=\"13\" class=\"ink\">{}</text>\n",
        shortened(&title)
    );
    for (index, (class, name, dashes, value)) in LINES.iter().enumerate() {
        let (left, top) = (8 + index % 2 * 176, 40 + index / 2 * 18);
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {}h22\" class=\"line {class}\" stroke-dasharray=\"{dashes}\"/>\
             <text x=\"{}\" y=\"{top}\" class=\"name {class}\">{name} {}</text>",
            top - 4,
            left + 27,
            value(last)
        );
    }
    for quarter in [0, 2, 4] {
        let value = most * quarter / 4;
        let level = y(value);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {level:.1}H{RIGHT}\" class=\"grid\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" class=\"soft\">{value}</text>",
            LEFT - 5.0,
            level + 4.0
        );
    }
    for (day, place, anchor) in [(from, LEFT, "start"), (to, RIGHT, "end")] {
        let _ = writeln!(
            svg,
            "<text x=\"{place}\" y=\"230\" text-anchor=\"{anchor}\" class=\"soft\">{day}</text>"
        );
    }
    for (class, name, dashes, value) in LINES {
        let mut path = String::new();
        for point in points {
            let _ = write!(
                path,
                "{}{:.1} {:.1}",
                if path.is_empty() { "M" } else { "L" },
                x(point),
                y(value(point))
            );
        }
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" class=\"line {class}\" stroke-dasharray=\"{dashes}\"><title>{name}</title></path>\
             <circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" class=\"{class}\"><title>{to} {name} {}</title></circle>",
            x(last),
            y(value(last)),
            value(last)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// A title that fits; it is escaped, and is cut at none of its escapes.
fn shortened(title: &str) -> String {
    const FITS: usize = 25;
    let end = title.char_indices().nth(FITS).map(|(end, _)| end);
    match end {
        None => title.to_owned(),
        Some(end) => {
            let cut = &title[..end];
            let cut = cut
                .rfind('&')
                .filter(|at| !cut[*at..].contains(';'))
                .map_or(cut, |at| &cut[..at]);
            format!("{cut}…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(as_of: &str, expected: i64, reported: i64) -> Point {
        Point {
            as_of: as_of.parse().unwrap(),
            expected,
            reported,
            on_time: reported,
            overdue: expected - reported,
        }
    }

    #[test]
    fn every_point_is_on_the_paper_and_text_cannot_break_out() {
        for points in [
            vec![point("2017-06-30", 0, 0)],
            vec![
                point("2017-01-31", 0, 0),
                point("2017-02-28", 8053, 17),
                point("2017-06-30", 8053, 8053),
            ],
        ] {
            let svg = render("<b>&\"一二三四五六七八九十一二三四五六七八九十", &points);
            assert!(!svg.contains("<b>") && svg.matches("<circle").count() == 4, "{svg}");
            let drawn = svg
                .lines()
                .filter_map(|line| line.strip_prefix("<path d=\"M"))
                .filter(|line| line.contains("<circle"));
            for line in drawn {
                let places = line.split('"').next().unwrap().split(['L', ' ']);
                let places: Vec<f64> = places.map(|place| place.parse().unwrap()).collect();
                assert!(
                    places
                        .chunks(2)
                        .all(|at| (LEFT..=RIGHT).contains(&at[0]) && (TOP..=BOTTOM).contains(&at[1])),
                    "{line}"
                );
            }
        }
        assert_eq!([0, 4, 5, 17, 8053].map(ceiling), [4, 4, 5, 20, 10_000]);
    }
}
