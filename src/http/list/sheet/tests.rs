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
fn a_page_has_all_columns_and_rows_are_as_high_as_their_texts() {
    let head = |text: &str| Head {
        text: text.to_owned(),
        aside: false,
    };
    let text = |length: usize| Cell::text("长".repeat(length));
    let heads = vec![
        head("单位"),
        head("具体要求"),
        head("完成时限"),
        head("到期日"),
        head("说明"),
    ];
    let rows: Vec<Vec<Cell>> = vec![
        vec![
            text(4),
            text(200),
            text(20),
            Cell::Day("2017-06-30".parse().unwrap()),
            text(60),
        ],
        vec![text(4), text(3), Cell::Empty, Cell::Empty, Cell::Empty],
    ];
    let widths = Widths::of(&heads, &rows, None);
    let wide: Vec<usize> = widths.iter().collect();
    assert!(wide.iter().sum::<usize>() <= 170, "{wide:?}");
    assert_eq!((wide[0], wide[3]), (10, 12), "{wide:?}");
    assert!(wide[1] == wide[4] && wide[1] >= 40, "{wide:?}");
    let mut sheet = Sheet::with_rows("台账", heads, None, 10).unwrap();
    for row in rows {
        sheet.row(row.into_iter()).unwrap();
    }
    let mut file = Vec::new();
    sheet.pack(&mut file).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut xml).unwrap();
    let heights: Vec<bool> = xml
        .split("<row ")
        .skip(1)
        .map(|row| row.split('>').next().unwrap().contains("ht="))
        .collect();
    assert_eq!(heights, [true, true, false]);
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
