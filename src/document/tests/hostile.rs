//! Whatever the bytes are, a reader ends.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::DeflateEncoder};
use proptest::prelude::*;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::fixture::{docx, package, row, word, workbook, xlsx};
use crate::{
    document::{FileRefusal, read},
    domain::{
        import::{Corrections, understand},
        unit::UnitDirectory,
    },
};

fn refused(name: &str, bytes: &[u8]) -> &'static str {
    match read(name, bytes) {
        Err(FileRefusal::Kind(_)) => "kind",
        Err(FileRefusal::Broken(_)) => "broken",
        Err(FileRefusal::TooLarge(_)) => "too large",
        Ok(_) => "read",
    }
}

#[test]
fn other_kinds_are_refused_with_what_to_do() {
    for name in ["a.doc", "a.wps", "a.pdf", "a.ofd", "a.xls", "a.et", "a.zip", "a", ""] {
        assert_eq!(refused(name, b"x"), "kind", "{name}");
    }
    let Err(FileRefusal::Kind(said)) = read("方案.wps", b"x") else {
        panic!()
    };
    assert!(said.zh.contains("另存为 .docx"));
}

#[test]
fn bombs_and_what_runs_are_refused() {
    let types = ("[Content_Types].xml", "<Types/>");
    // A gigabyte of blanks in a megabyte.
    let mut bomb = DeflateEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let packed = bomb.finish().unwrap();
    let deflated = raw_zip("word/document.xml", &packed);
    assert_eq!(refused("a.docx", &deflated), "too large");

    let deep = word(&("<w:p>".repeat(5000) + &"</w:p>".repeat(5000)));
    assert_eq!(refused("a.docx", &deep), "too large");
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><w:document><w:body><w:p><w:t>&b;</w:t></w:p></w:body></w:document>";
    assert_eq!(
        refused("a.docx", &package(&[types, ("word/document.xml", laughs)])),
        "broken"
    );
    let macros = package(&[types, ("word/document.xml", "<x/>"), ("word/vbaProject.bin", "x")]);
    assert_eq!(refused("a.docx", &macros), "broken");
    assert_eq!(
        refused(
            "a.docx",
            &[&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat()
        ),
        "broken"
    );
    assert_eq!(refused("a.docx", &docx(&[], &[])[..60]), "broken");
    assert_eq!(
        refused("a.docx", &package(&[types, ("word/document.xml", "<a><b></a>")])),
        "broken"
    );
    assert_eq!(refused("a.docx", &xlsx("x", &[])), "broken");
    assert_eq!(refused("a.csv", &vec![b'a'; 17 * 1024 * 1024]), "too large");
    assert_eq!(refused("a.csv", &vec![b','; 300]), "too large");
    assert_eq!(refused("a.csv", b"\xff\xff\xff"), "broken");
    assert_eq!(refused("a.txt", "\t甲\n".repeat(300).as_bytes()), "too large");
}

#[test]
fn spans_cost_no_more_than_what_is_there() {
    let huge = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2000000000\"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>";
    assert_eq!(refused("a.docx", &word(huge)), "too large");
    let negative =
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"-3\"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>";
    assert_eq!(refused("a.docx", &word(negative)), "read");
    let far = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"IV1048576\"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>";
    assert_eq!(refused("a.xlsx", &workbook(far, "")), "read");
    let wide = "<sheetData><row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row></sheetData>";
    assert_eq!(refused("a.xlsx", &workbook(wide, "")), "too large");
    let merges = "<mergeCell ref=\"A1:B9\"/>".repeat(200_001);
    assert_eq!(
        refused("a.xlsx", &workbook(&format!("<mergeCells>{merges}</mergeCells>"), "")),
        "too large"
    );
    let strings = "<si/>".repeat(200_001);
    assert_eq!(refused("a.xlsx", &workbook("<sheetData/>", &strings)), "too large");
}

/// A Word document whose one part is these deflated bytes.
fn raw_zip(name: &str, deflated: &[u8]) -> Vec<u8> {
    // Written as if stored, then said to be deflated: in its own header, and in the directory.
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file("[Content_Types].xml", options).unwrap();
    writer.write_all(b"<Types/>").unwrap();
    writer.start_file(name, options).unwrap();
    writer.write_all(deflated).unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    let at = |signature: &[u8], bytes: &[u8]| -> Vec<usize> {
        (0..bytes.len() - 4)
            .filter(|at| &bytes[*at..at + 4] == signature)
            .collect()
    };
    let local = at(b"PK\x03\x04", &bytes)[1];
    let central = at(b"PK\x01\x02", &bytes)[1];
    bytes[local + 8] = 8;
    bytes[central + 10] = 8;
    bytes
}

fn no_panic(name: &str, bytes: &[u8]) {
    if let Ok(document) = read(name, bytes) {
        let _ = understand(&document, &Corrections::default(), &UnitDirectory::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for name in ["a.csv", "a.tsv", "a.txt", "a.docx", "a.xlsx"] {
            no_panic(name, &bytes);
        }
    }

    #[test]
    fn no_table_panics_whoever_understands_it(cells in prop::collection::vec(prop::collection::vec(
        "(|\\^|序号|工作任务|具体要求|责任单位|完成时限|一、甲|（一）乙|1\\.丙|12月底|市教育局牵头，|合计|注：|（|）|、|\\n|等|第|①|2017年)(、|（责任单位：甲，6月底）)?", 0..6), 0..8)) {
        let rows: Vec<_> = cells.iter().map(|texts| row(&texts.iter().map(String::as_str).collect::<Vec<_>>())).collect();
        no_panic("a.docx", &docx(&["2017年方案"], &rows));
        no_panic("a.xlsx", &xlsx("2017年方案", &rows));
        let lines: Vec<Vec<String>> = cells.iter().filter(|row| !row.is_empty()).cloned().collect();
        no_panic("a.csv", super::fixture::csv(&lines).as_bytes());
        no_panic("a.txt", lines.iter().map(|row| format!("\t{}\n\n", row.join("\n\t"))).collect::<Vec<_>>().concat().as_bytes());
    }

    #[test]
    fn no_damage_to_a_document_panics_its_reader(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let rows = [row(&["工作任务", "责任单位", "完成时限"]), row(&["甲", "乙", "12月底"])];
        for (name, mut bytes) in [("a.docx", docx(&["2017年"], &rows)), ("a.xlsx", xlsx("2017年", &rows))] {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            no_panic(name, &bytes);
        }
    }
}
