//! What Word and Excel show that is not in their text.

use super::{
    fixture::{docx, package, row, word_table},
    shapes::{assert_no_errors, proposed, who},
};
use crate::{
    document::read,
    domain::{
        deadline::Rule,
        import::{Block, FindingCode},
        requirement::UnitRole::Responsible,
    },
};

#[test]
fn word_numbers_what_it_shows_and_hides_what_was_deleted() {
    let numbering = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"（%1）\"/></w:lvl></w:abstractNum><w:num w:numId=\"7\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let numbered = |text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"7\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:ins><w:r><w:t>&amp;新&#x3002;</w:t></w:r></w:ins></w:p>"
        )
    };
    let body = format!(
        "{}{}<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        numbered("甲"),
        numbered("乙"),
        word_table(&[row(&["工作任务", "责任单位"])])
    );
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let file = package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &document),
        ("word/numbering.xml", numbering),
    ]);
    let document = read("a.docx", &file).unwrap();
    let blocks: Vec<_> = document.blocks.iter().take(2).collect();
    assert_eq!(
        blocks,
        [
            &Block::Paragraph("（一）甲&新。".into()),
            &Block::Paragraph("（二）乙&新。".into())
        ]
    );
    assert_eq!(document.tables().count(), 1);
}

#[test]
fn cells_typed_as_days_are_days() {
    let strings = [
        "2018年任务表",
        "工作任务",
        "责任单位",
        "完成时限",
        "甲项工作",
        "市教育局",
    ]
    .map(|text| format!("<si><t>{text}</t></si>"))
    .concat();
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>2</v></c><c r=\"C2\" t=\"s\"><v>3</v></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>4</v></c><c r=\"B3\" t=\"str\"><f>HYPERLINK(\"http://x\")</f><v>市教育局</v></c><c r=\"C3\" s=\"1\"><f>TODAY()</f><v>43281</v></c></row></sheetData>";
    let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    let workbook = "<workbook><sheets><sheet name=\"方案\" r:id=\"rId1\"/></sheets></workbook>";
    let relations = "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"/xl/worksheets/sheet1.xml\"/></Relationships>";
    let file = package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet>{sheet}</worksheet>")),
    ]);
    let proposal = proposed("a.xlsx", &file);
    assert_no_errors(&proposal);
    let requirement = &proposal.tasks[0].requirements[0];
    assert_eq!(
        requirement.deadlines[0]
            .rule
            .as_ref()
            .unwrap()
            .due_on()
            .unwrap()
            .to_string(),
        "2018-06-30"
    );
    assert_eq!(who(&requirement.units), [("jyj", Responsible)]);
}

#[test]
fn the_number_of_a_day_is_no_day_where_its_cell_is_not_typed() {
    let rows = [
        row(&["工作任务", "责任单位", "完成时限"]),
        row(&["甲项工作", "市教育局", "43281"]),
        row(&["乙项工作", "市教育局", "12"]),
    ];
    let lines = "2018年任务表\n工作任务,责任单位,完成时限\n甲项工作,市教育局,43281\n乙项工作,市教育局,12\n";
    for (name, bytes) in [
        ("a.csv", lines.as_bytes().to_vec()),
        ("a.docx", docx(&["2018年任务表"], &rows)),
    ] {
        let proposal = proposed(name, &bytes);
        assert_no_errors(&proposal);
        let unread: Vec<_> = proposal
            .findings
            .iter()
            .filter(|found| found.code == FindingCode::UnreadDeadline)
            .map(|found| {
                (
                    &*found.original,
                    found.remedy.as_ref().unwrap().zh.contains("2018-06-30"),
                )
            })
            .collect();
        assert_eq!(unread, [("43281", true), ("12", false)], "{name}");
        for task in &proposal.tasks {
            assert_eq!(task.requirements[0].deadlines[0].rule, Some(Rule::Undecided), "{name}");
        }
    }
}
