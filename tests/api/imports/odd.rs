//! Odd and hostile files: each is refused and says why, or read rightly.

use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{codes, import};

pub(super) const HEADER: [&str; 3] = ["工作任务", "责任单位", "完成时限"];
pub(super) const ROW: [&str; 3] = ["公开预算", "市财政局", "6月底"];
const CSV: &str = "2018年任务表\n工作任务,责任单位,完成时限\n公开预算,市财政局,6月底\n";

pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A table of Word; what begins with `<` is what its cell has in it.
pub(super) fn table(rows: &[[&str; 3]]) -> String {
    let cell = |text: &&str| {
        let inner = if text.starts_with('<') {
            (*text).to_owned()
        } else {
            paragraph(text)
        };
        format!("<w:tc>{inner}</w:tc>")
    };
    let row = |row: &[&str; 3]| format!("<w:tr>{}</w:tr>", row.iter().map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

pub(super) fn word_with(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>{}{body}</w:body></w:document>",
        paragraph("2018年任务表")
    );
    let own = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", &*document)];
    package(&[&own, more].concat())
}

fn word(rows: &[[&str; 3]]) -> Vec<u8> {
    word_with(&table(rows), &[])
}

/// A workbook with these rows of `(type and style, value)`, and what else its sheet, its workbook and its archive have.
fn workbook(last: [(&str, &str); 3], merges: &str, properties: &str, target: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let text = |text| ("t=\"str\"", text);
    let rows = [[text("2018年任务表"), text(""), text("")], HEADER.map(text), last];
    let cell = |row: usize, column: usize, (kind, value): (&str, &str)| {
        let letter = ["A", "B", "C"][column];
        format!("<c r=\"{letter}{row}\" {kind}><v>{value}</v></c>")
    };
    let row = |(number, row): (usize, [(&str, &str); 3])| {
        let cells: String = row
            .into_iter()
            .enumerate()
            .map(|(at, of)| cell(number, at, of))
            .collect();
        format!("<row r=\"{number}\">{cells}</row>")
    };
    let rows: String = (1..).zip(rows).map(row).collect();
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>");
    let book =
        format!("<workbook>{properties}<sheets><sheet name=\"方案\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
    let relations =
        format!("<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"{target}\"/></Relationships>");
    let own = [
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", &*book),
        ("xl/_rels/workbook.xml.rels", &*relations),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        ),
        ("xl/worksheets/sheet1.xml", &*sheet),
    ];
    package(&[&own, more].concat())
}

fn plain() -> [(&'static str, &'static str); 3] {
    ROW.map(|text| ("t=\"str\"", text))
}

const SHEET: &str = "worksheets/sheet1.xml";

/// What is refused, with the status that says so.
fn refused() -> Vec<(&'static str, Vec<u8>, u16)> {
    let within = (0..90).fold(paragraph("x"), |inner, _| {
        format!("<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>")
    });
    let absolute = package(&[("/[Content_Types].xml", "<Types/>"), ("/word/document.xml", "<x/>")]);
    let mut half = CSV.as_bytes().to_vec();
    half.truncate(half.len() - 6);
    vec![
        ("空.docx", Vec::new(), 415),
        ("空.xlsx", Vec::new(), 415),
        ("空.csv", Vec::new(), 415),
        ("空.tsv", Vec::new(), 415),
        ("空.txt", Vec::new(), 415),
        ("绝对路径.docx", absolute, 415),
        ("嵌套.docx", word(&[HEADER, [&within, "市财政局", "6月底"]]), 413),
        ("两万列.csv", ["工作任务"; 20_000].join(",").into_bytes(), 413),
        ("半个字.csv", half, 415),
        ("乱码.csv", b"\xff\xff\xfa,\x80\n".to_vec(), 415),
        ("名不副实.xlsx", word(&[HEADER, ROW]), 415),
    ]
}

/// What is read: the texts, and the days that are due.
fn read() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let nested = format!("{}{}<w:p/>", paragraph("公开"), table(&[["预算", "", ""]]));
    let field = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> 9月底 </w:instrText></w:r>\
                 <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>6月底</w:t></w:r></w:p>";
    let boxed = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice>\
         <mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        paragraph("公开预算")
    );
    let outside = [("/etc/passwd", "x"), ("../../x", "x"), ("C:\\\\x", "x")];
    let around = [(
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships><Relationship Id=\"a\" Type=\"x/comments\" Target=\"_rels/sheet1.xml.rels\"/></Relationships>",
    )];
    let wide: Vec<u8> = CSV.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let of_1904 = [plain()[0], plain()[1], ("s=\"1\"", "41819")];
    let one: &[&str] = &["公开预算 2018-06-30"];
    vec![
        ("嵌套.docx", word(&[HEADER, [&nested, "市财政局", "6月底"]]), one),
        (
            "域.docx",
            word(&[HEADER, [&paragraph("公开预算"), "市财政局", field]]),
            one,
        ),
        ("文本框.docx", word(&[HEADER, [&boxed, "市财政局", "6月底"]]), one),
        ("路径.docx", word_with(&table(&[HEADER, ROW]), &outside), one),
        (
            "每页表头.docx",
            word(&[HEADER, ROW, HEADER, ["公开决算", "市财政局", "9月底"]]),
            &["公开预算 2018-06-30", "公开决算 2018-09-30"],
        ),
        (
            "合并.xlsx",
            workbook(
                plain(),
                "<mergeCell ref=\"A1:C1\"/><mergeCell ref=\"Q9:Z99999\"/>",
                "",
                SHEET,
                &[],
            ),
            one,
        ),
        ("绕回.xlsx", workbook(plain(), "", "", SHEET, &around), one),
        (
            "一九零四.xlsx",
            workbook(of_1904, "", "<workbookPr date1904=\"1\"/>", SHEET, &[]),
            one,
        ),
        ("宽字.csv", wide, one),
        ("空字符.csv", CSV.replace("公开", "公\0开").into_bytes(), one),
        ("引号.csv", CSV.replace("公开预算", "\"公开预算\"").into_bytes(), one),
    ]
}

/// What cannot be committed, and why.
fn wrong() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let formula = [plain()[0], ("t=\"e\"", "#N/A"), ("t=\"e\"", "#REF!")];
    vec![
        ("公式错误.xlsx", workbook(formula, "", "", SHEET, &[]), "unknown_unit"),
        (
            "公式错误.xlsx",
            workbook(formula, "", "", SHEET, &[]),
            "unread_deadline",
        ),
        (
            "全表合并.xlsx",
            workbook(plain(), "<mergeCell ref=\"A3:XFD1048576\"/>", "", SHEET, &[]),
            "no_tasks",
        ),
        (
            "指向自己.xlsx",
            workbook(plain(), "", "", "workbook.xml", &[]),
            "no_table",
        ),
        (
            "没有正文.docx",
            package(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<x/>")]),
            "no_table",
        ),
        (
            "只有表头.csv",
            b"2018\xe5\xb9\xb4\xe8\xa1\xa8\n\xe4\xbb\xbb\xe5\x8a\xa1,\xe5\x8d\x95\xe4\xbd\x8d\n".to_vec(),
            "no_tasks",
        ),
    ]
}

pub(super) fn said(preview: &Value) -> Vec<String> {
    let tasks = preview["tasks"].as_array().unwrap().iter();
    let requirements = tasks.flat_map(|task| task["requirements"].as_array().unwrap());
    let day = |one: &Value| {
        one["deadlines"][0]["rule"]["due_on"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    requirements
        .map(|one| format!("{} {}", one["text"].as_str().unwrap(), day(one)))
        .collect()
}

on_both! {
    async fn are_refused_or_read_rightly(app: &TestApp) {
        let zhao = app.coordinator();
        for (name, bytes, status) in refused() {
            let reply = import(&zhao, name, &bytes).await;
            assert_eq!(reply.status, status, "{name}: {}", reply.text());
            assert!(!reply.json()["detail"].as_str().unwrap().is_empty(), "{name}");
        }
        for (name, bytes, texts) in read() {
            let made = import(&zhao, name, &bytes).await.expect(201).json();
            assert_eq!(said(&made["preview"]), texts, "{name}");
            let counts = &made["preview"]["counts"];
            // Only the plan's id is asked for.
            assert_eq!((&counts["errors"], &counts["warnings"]), (&json!(1), &json!(0)), "{name}: {:?}", codes(&made));
        }
        for (name, bytes, code) in wrong() {
            let made = import(&zhao, name, &bytes).await.expect(201).json();
            assert!(codes(&made).contains(&code), "{name}: {:?}", codes(&made));
        }
    }
}
