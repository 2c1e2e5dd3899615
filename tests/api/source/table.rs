//! Reads the plan's Word table as a careful person would, knowing nothing of the service.

const SOURCE: &str = include_str!("../../../seeds/source/dongguan-2017.txt");

/// One requirement, with what its row leaves blank taken from above.
pub struct Row {
    pub task: u32,
    pub title: String,
    pub number: u32,
    pub text: String,
    /// The cell 牵头单位 without its line breaks.
    pub units: String,
    /// One for each line of the cell 完成时限.
    pub deadlines: Vec<String>,
}

pub struct Table {
    pub title: String,
    pub rows: Vec<Row>,
    /// Numbers the word processor gave to rows that continue a task.
    pub spurious: Vec<u32>,
}

impl Row {
    pub fn id(&self) -> String {
        format!("dg-2017.{}.{}", self.task, self.number)
    }

    /// The units of the cell, each as it is written there.
    pub fn unit_names(&self) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut depth = 0;
        for c in self.units.chars() {
            match c {
                '（' => depth += 1,
                '）' => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(c, '、' | '，') {
                names.push(String::new());
            } else {
                names.last_mut().unwrap().push(c);
            }
        }
        names
    }
}

/// A cell starts with a tab and may go on over lines, some of them blank.
fn cells<'s>(lines: impl Iterator<Item = &'s str>) -> Vec<Vec<&'s str>> {
    let mut cells: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        if let Some(start) = line.strip_prefix('\t') {
            cells.push(vec![start]);
        } else {
            cells.last_mut().unwrap().push(line);
        }
    }
    for cell in &mut cells {
        *cell = cell
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty())
            .collect();
    }
    cells
}

/// `3.…` is number 3; a task's only requirement has no number.
fn numbered(text: &str) -> (u32, String) {
    let split = text
        .split_once('.')
        .and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
    let (number, text) = split.unwrap_or((1, text));
    (number, text.to_owned())
}

impl Table {
    pub fn read() -> Self {
        let mut lines = SOURCE.lines();
        let title = lines.next().unwrap().to_owned();
        let cells = cells(lines);
        assert_eq!(cells.len() % 5, 0, "five columns");
        let (mut rows, mut spurious) = (Vec::<Row>::new(), Vec::new());
        for cells in cells.chunks(5).skip(1) {
            let number = cells[0].first().map(|number| number.parse::<u32>().unwrap());
            let mut heading = cells[1].clone();
            heading.dedup(); // the title of task 38 stands twice in its cell
            let above = rows.last();
            let (task, title) = if heading.is_empty() {
                spurious.extend(number);
                let above = above.unwrap();
                (above.task, above.title.clone())
            } else {
                (number.unwrap(), heading.concat())
            };
            // A title after a page break repeats the one above; any other begins the next task.
            let above = above.filter(|above| above.task == task);
            assert!(above.is_none_or(|above| above.title == title), "{task} {title}");
            let (number, text) = numbered(&cells[2].concat());
            let units = cells[3].concat();
            let deadlines: Vec<String> = cells[4].iter().map(|&line| line.to_owned()).collect();
            rows.push(Row {
                task,
                title,
                number,
                text,
                units: if units.is_empty() {
                    above.unwrap().units.clone()
                } else {
                    units
                },
                deadlines: if deadlines.is_empty() {
                    above.unwrap().deadlines.clone()
                } else {
                    deadlines
                },
            });
        }
        Self { title, rows, spurious }
    }
}

mod tests {
    use super::*;

    #[test]
    fn tasks_and_requirements_are_numbered_without_gaps() {
        let table = Table::read();
        let mut above = (0, 0);
        for row in &table.rows {
            let (task, number) = above;
            above = (row.task, row.number);
            assert!(above == (task, number + 1) || above == (task + 1, 1), "{}", row.id());
        }
        assert_eq!((above.0, table.rows.len()), (39, 127));
        assert_eq!(table.spurious, (1..=47).collect::<Vec<u32>>());
    }

    #[test]
    fn commas_inside_parentheses_separate_nothing() {
        let table = Table::read();
        let units = |id: &str| table.rows.iter().find(|row| row.id() == id).unwrap().unit_names();
        assert_eq!(
            units("dg-2017.1.1"),
            ["市政务服务办", "市各有关单位", "各镇（街、园区）"]
        );
        assert_eq!(
            units("dg-2017.4.4"),
            ["市编办", "市发改局"],
            "one of them after blank lines"
        );
        assert_eq!(
            units("dg-2017.10.2"),
            ["市公共资源交易工作委员会（市发改局）", "市公共资源交易中心"]
        );
        assert_eq!(
            units("dg-2017.24.4"),
            ["市政府新闻办", "市政务服务办", "各镇（街、园区）"],
            "broken over lines, and inherited"
        );
    }

    #[test]
    fn each_column_inherits_on_its_own() {
        let table = Table::read();
        let row = |id: &str| table.rows.iter().find(|row| row.id() == id).unwrap();
        assert_eq!(
            (row("dg-2017.4.6").units.as_str(), &row("dg-2017.4.6").deadlines[..]),
            ("市财政局", &["12月".to_owned()][..])
        );
        assert_eq!(
            (row("dg-2017.23.3").units.as_str(), &row("dg-2017.23.3").deadlines[..]),
            ("市政府新闻办", &["12月底".to_owned()][..])
        );
        assert_eq!(row("dg-2017.18.1").deadlines, ["中考3月", "高考11月"]);
    }
}
