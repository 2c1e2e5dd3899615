//! What stands beside the cells is told: notes, comments, boxes, changes, what is hidden, tops and bottoms of pages.

use serde_json::{Value, json};

use super::{
    import,
    odd::{HEADER, ROW, package, paragraph, said, table, word_with},
};

/// Code, table, row and column, and what it says.
type Told = (&'static str, [Option<u32>; 3], &'static str);

fn told(import: &Value) -> Vec<(String, [Option<u64>; 3], String)> {
    let findings = import["preview"]["findings"].as_array().unwrap().iter();
    let own = findings.filter(|finding| finding["code"] != "no_plan_id");
    own.map(|finding| {
        assert!(finding["remedy"]["zh"].is_string(), "{finding}");
        let place = ["table", "row", "column"].map(|of| finding["place"][of].as_u64());
        let original = finding["original"].as_str().unwrap_or_default();
        (finding["code"].as_str().unwrap().to_owned(), place, original.to_owned())
    })
    .collect()
}

fn run(inner: &str) -> String {
    format!("<w:p><w:r>{inner}</w:r></w:p>")
}

fn notes(element: &str, text: &str) -> String {
    format!(
        "<w:{element}s xmlns:w=\"w\"><w:{element} w:id=\"0\" w:type=\"separator\"><w:p/></w:{element}>\
         <w:{element} w:id=\"1\">{}</w:{element}></w:{element}s>",
        paragraph(text)
    )
}

const AT_CELL: [Option<u32>; 3] = [Some(1), Some(2), Some(1)];
const ABOVE: [Option<u32>; 3] = [Some(0), Some(2), None];
const NOWHERE: [Option<u32>; 3] = [None; 3];

/// Word documents with one thing beside the table, and what is told of it.
fn documents() -> Vec<(&'static str, Vec<u8>, Vec<Told>)> {
    let in_cell = |inner: &str| table(&[HEADER, [inner, ROW[1], ROW[2]]]);
    let text = |inner: &str| format!("<w:p><w:r><w:t>公开预算</w:t></w:r><w:r>{inner}</w:r></w:p>");
    let note = |element: &str| in_cell(&text(&format!("<w:{element}Reference w:id=\"1\"/>")));
    let plain = table(&[HEADER, ROW]);
    let tracked = "<w:p><w:ins><w:r><w:t>公开</w:t></w:r></w:ins><w:del><w:r><w:delText>隐瞒</w:delText></w:r></w:del>\
                   <w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:r><w:t>预算</w:t></w:r></w:p>";
    let deleted_row = plain.replace(
        "</w:tbl>",
        "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:delText>旧任务</w:delText></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    let hidden = "<w:p><w:r><w:t>公开预算</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>并公开决算</w:t></w:r></w:p>";
    let text_box = format!(
        "<w:txbxContent>{}</w:txbxContent>",
        paragraph("市教育局6月底前完成评估")
    );
    let old_box = run(&format!(
        "<w:pict><v:shape><v:textbox>{text_box}</v:textbox></v:shape></w:pict>"
    ));
    let new_box = run(&format!(
        "<mc:AlternateContent><mc:Choice>{text_box}</mc:Choice><mc:Fallback><w:pict>{text_box}</w:pict></mc:Fallback></mc:AlternateContent>"
    ));
    let comments = notes("comment", "请加上市教育局");
    let header = format!("<w:hdr xmlns:w=\"w\">{}</w:hdr>", paragraph("未列事项由市教育局负责"));
    let footer = format!("<w:ftr xmlns:w=\"w\">{}</w:ftr>", paragraph("— 第 3 页 —"));
    let body = |above: &str| format!("{above}{plain}");
    vec![
        (
            "脚注.docx",
            word_with(
                &note("footnote"),
                &[("word/footnotes.xml", &notes("footnote", "含决算"))],
            ),
            vec![("footnote", AT_CELL, "含决算")],
        ),
        (
            "尾注.docx",
            word_with(&note("endnote"), &[("word/endnotes.xml", &notes("endnote", "含决算"))]),
            vec![("footnote", AT_CELL, "含决算")],
        ),
        (
            "表外脚注.docx",
            word_with(
                &body(&text("<w:footnoteReference w:id=\"1\"/>")),
                &[("word/footnotes.xml", &notes("footnote", "含决算"))],
            ),
            vec![("footnote", ABOVE, "含决算")],
        ),
        (
            "表外批注.docx",
            word_with(
                &body(&text("<w:commentReference w:id=\"1\"/>")),
                &[("word/comments.xml", &comments)],
            ),
            vec![("comment", ABOVE, "请加上市教育局")],
        ),
        (
            "无处批注.docx",
            word_with(&plain, &[("word/comments.xml", &comments)]),
            vec![("comment", NOWHERE, "请加上市教育局")],
        ),
        (
            "表头批注.docx",
            word_with(
                &table(&[
                    [
                        &text("<w:commentReference w:id=\"1\"/>").replace("公开预算", HEADER[0]),
                        HEADER[1],
                        HEADER[2],
                    ],
                    ROW,
                ]),
                &[("word/comments.xml", &comments)],
            ),
            vec![("comment", [Some(1), Some(1), Some(1)], "请加上市教育局")],
        ),
        (
            "修订.docx",
            word_with(&in_cell(tracked), &[]),
            vec![("tracked_changes", AT_CELL, "")],
        ),
        (
            "删行.docx",
            word_with(&deleted_row, &[]),
            vec![("tracked_changes", [Some(1), Some(3), None], "")],
        ),
        (
            "隐藏文字.docx",
            word_with(&in_cell(hidden), &[]),
            vec![("hidden", AT_CELL, "并公开决算")],
        ),
        (
            "旧文本框.docx",
            word_with(&body(&old_box), &[]),
            vec![("text_box", ABOVE, "市教育局6月底前完成评估")],
        ),
        (
            "新文本框.docx",
            word_with(&body(&new_box), &[]),
            vec![("text_box", ABOVE, "市教育局6月底前完成评估")],
        ),
        (
            "图片.docx",
            word_with(&body(&run("<w:drawing><a:blip r:embed=\"rId9\"/></w:drawing>")), &[]),
            vec![("picture", ABOVE, "")],
        ),
        (
            "页眉页脚.docx",
            word_with(&plain, &[("word/header1.xml", &header), ("word/footer1.xml", &footer)]),
            vec![("running_text", NOWHERE, "未列事项由市教育局负责")],
        ),
    ]
}

/// A workbook with something beside the cells of its sheet.
fn workbook(inside: &str, relation: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let rows = [["2018年任务表", "", ""], HEADER, ROW];
    let cell = |text: &&str| format!("<c t=\"str\"><v>{text}</v></c>");
    let row = |(number, row): (u32, [&str; 3])| {
        let hidden = if number == 9 { " hidden=\"1\"" } else { "" };
        format!(
            "<row r=\"{number}\"{hidden}>{}</row>",
            row.iter().map(cell).collect::<String>()
        )
    };
    let rows: String = (1..).zip(rows).map(row).collect();
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData>{inside}</worksheet>");
    let relations = format!("<Relationships><Relationship Id=\"r\" {relation}/></Relationships>");
    let own = [
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"方案\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", &*sheet),
        ("xl/worksheets/_rels/sheet1.xml.rels", &*relations),
    ];
    package(&[&own, more].concat())
}

fn workbooks() -> Vec<(&'static str, Vec<u8>, Vec<Told>)> {
    let comment = "<comments><commentList><comment ref=\"F9\"><text><t>另有市教育局一项</t></text></comment></commentList></comments>";
    let drawing = "<xdr:wsDr><xdr:twoCellAnchor><xdr:from><xdr:col>4</xdr:col><xdr:row>8</xdr:row></xdr:from>\
                   <xdr:to><xdr:col>6</xdr:col><xdr:row>9</xdr:row></xdr:to><xdr:sp><xdr:txBody><a:p><a:r><a:t>另有市教育局一项\
                   </a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:pic/></xdr:twoCellAnchor></xdr:wsDr>";
    vec![
        (
            "空格批注.xlsx",
            workbook(
                "",
                "Type=\"x/comments\" Target=\"../comments1.xml\"",
                &[("xl/comments1.xml", comment)],
            ),
            vec![("comment", [Some(1), Some(9), Some(6)], "另有市教育局一项")],
        ),
        (
            "文本框.xlsx",
            workbook(
                "",
                "Type=\"x/drawing\" Target=\"../drawings/drawing1.xml\"",
                &[("xl/drawings/drawing1.xml", drawing)],
            ),
            vec![
                ("picture", [Some(1), None, None], ""),
                ("text_box", [Some(1), Some(9), Some(5)], "另有市教育局一项"),
            ],
        ),
        (
            "页眉.xlsx",
            workbook(
                "<headerFooter><oddHeader>&amp;L&amp;12未列事项由市教育局负责</oddHeader><oddFooter>&amp;C第 &amp;P 页</oddFooter></headerFooter>",
                "Type=\"x\" Target=\"x\"",
                &[],
            ),
            vec![("running_text", [Some(1), None, None], "未列事项由市教育局负责")],
        ),
    ]
}

on_both! {
    async fn is_told_where_it_stands(app: &TestApp) {
        let zhao = app.coordinator();
        for (name, bytes, expected) in documents().into_iter().chain(workbooks()) {
            let made = import(&zhao, name, &bytes).await.expect(201).json();
            assert_eq!(json!(said(&made["preview"])), json!(["公开预算 2018-06-30"]), "{name}");
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(code, place, original)| (code.to_owned(), place.map(|at| at.map(u64::from)), original.to_owned()))
                .collect();
            assert_eq!(told(&made), expected, "{name}");
        }
    }
}
