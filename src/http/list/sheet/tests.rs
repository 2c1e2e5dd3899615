//! Files that are read back.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use super::*;
use crate::http::render::office::MOST_CHARACTERS;

fn of_rows(most: u32, rows: &[&str]) -> Xlsx<Cursor<Vec<u8>>> {
    let head = Head {
        text: "正文".to_owned(),
        aside: false,
    };
    let mut sheet = Sheet::with_rows("要求", vec![head], None, most).unwrap();
    for row in rows {
        sheet.row([Cell::text(*row)].into_iter()).unwrap();
    }
    let mut file = Vec::new();
    sheet.pack(&mut file).unwrap();
    calamine::open_workbook_from_rs(Cursor::new(file)).unwrap()
}

#[test]
fn rows_that_do_not_fit_go_on_another_sheet_with_its_own_head() {
    let mut book = of_rows(3, &["一", "二", "三", "四", "五"]);
    assert_eq!(book.sheet_names(), ["要求", "要求 2", "要求 3"]);
    for (name, expected) in [
        ("要求", vec!["正文", "一", "二"]),
        ("要求 2", vec!["正文", "三", "四"]),
        ("要求 3", vec!["正文", "五"]),
    ] {
        let range = book.worksheet_range(name).unwrap();
        let found: Vec<String> = range.rows().map(|row| row[0].to_string()).collect();
        assert_eq!(found, expected);
    }
    assert_eq!(of_rows(3, &[]).worksheet_range("要求").unwrap().height(), 1);
}

#[test]
fn a_text_that_does_not_fit_is_cut_and_says_so() {
    for text in ["长".repeat(40_000), "𠮷".repeat(20_000), "_x0041_".repeat(5_000)] {
        let cut = fitting(&text);
        assert!(cut.encode_utf16().count() <= MOST_CHARACTERS);
        assert!(
            cut.contains(&text.chars().count().to_string()) && cut.ends_with('）'),
            "{cut}"
        );
        let mut book = of_rows(9, &[&text]);
        let range = book.worksheet_range("要求").unwrap();
        assert!(matches!(range.get((1, 0)), Some(Data::String(_))));
    }
    let fits = "长".repeat(MOST_CHARACTERS);
    assert_eq!(fitting(&fits), fits);
}

#[test]
fn days_are_those_of_excel() {
    let day = |text: &str| serial(text.parse().unwrap());
    assert_eq!(day("1900-03-01"), Some(61.0));
    assert_eq!(day("2017-06-30"), Some(42_916.0));
    assert_eq!(day("9999-12-31"), Some(2_958_465.0));
    assert_eq!(day("1900-02-28"), None);
    assert_eq!(Day::from_ymd_opt(10_000, 1, 1).and_then(serial), None);
}
