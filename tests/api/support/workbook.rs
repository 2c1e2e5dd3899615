//! Files for offices, read back.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use calamine::{Data, Reader as _, Xlsx};

/// The media type of an Excel file.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What a cell says of a text that is too long for it.
const CUT: &str = "Excel 的单元格放不下";

/// The rows of an Excel file with one worksheet, all of one length.
pub fn rows(file: &[u8]) -> Vec<Vec<Data>> {
    each_row_stands_once(file);
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    let names = book.sheet_names();
    assert_eq!(names.len(), 1, "{names:?}");
    let range = book.worksheet_range(&names[0]).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// Excel takes a worksheet with a row twice for a broken file.
fn each_row_stands_once(file: &[u8]) {
    let members = parts(file);
    let sheets = members
        .iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    for (name, text) in sheets {
        let number = |row: &str| row.split('"').next().unwrap().parse::<u32>().unwrap();
        let numbers: Vec<u32> = text.split("<row r=\"").skip(1).map(number).collect();
        assert!(
            numbers.is_sorted_by(|before, after| before < after),
            "{name}: {numbers:?}"
        );
    }
}

/// The members of a Word or Excel file, as text.
pub fn parts(file: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let mut text = String::new();
        archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// Whether a cell is what a CSV file has in its place: a number, a day, an instant or yes and no by its type, anything
/// else as text.
pub fn is(cell: &Data, csv: &str) -> bool {
    let local = |days: f64| {
        let epoch = chrono::NaiveDate::from_ymd_opt(1899, 12, 30)
            .unwrap()
            .and_time(chrono::NaiveTime::MIN);
        #[expect(clippy::cast_possible_truncation, reason = "days of this century")]
        let micros = (days * 86_400e6).round() as i64;
        epoch + chrono::TimeDelta::microseconds(micros)
    };
    match cell {
        Data::Empty => csv.is_empty(),
        Data::String(text) if text.contains(CUT) => text.starts_with(&csv.chars().take(1000).collect::<String>()),
        Data::String(text) => text == csv || format!("'{text}") == csv,
        Data::Float(number) => csv.parse() == Ok(*number),
        Data::Bool(truth) => csv == truth.to_string(),
        Data::DateTime(at) => match chrono::DateTime::parse_from_rfc3339(csv) {
            Ok(instant) => {
                let wall = instant.naive_utc() + chrono::TimeDelta::hours(8);
                (local(at.as_f64()) - wall).num_milliseconds().abs() < 2
            }
            Err(_) => csv.parse() == Ok(local(at.as_f64()).date()),
        },
        other => panic!("{other:?}"),
    }
}
