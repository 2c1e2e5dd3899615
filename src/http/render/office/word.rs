//! The Word file (ECMA-376): five small parts in an archive. Written here, as it is one table and no more.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Document, Line};
use crate::error::{Error, Result};

/// Twentieths of a point between the margins of A4 landscape.
const WIDTH: usize = 14_570;

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/></Types>"#;

const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const PARTS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/></Relationships>"#;

/// 宋体 throughout, in 10.5 points (五号); a title in 18.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="240"/><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/><w:szCs w:val="36"/></w:rPr></w:style></w:styles>"#;

const FOOTER: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#;

pub(super) fn write(document: &Document) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Without the time of day, the same document is the same bytes.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let (body, comments) = (body(document), comments(document));
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", PACKAGE),
        ("word/document.xml", &body),
        ("word/_rels/document.xml.rels", PARTS),
        ("word/styles.xml", STYLES),
        ("word/footer.xml", FOOTER),
        ("word/comments.xml", &comments),
    ] {
        archive.start_file(name, options).map_err(Error::internal)?;
        archive.write_all(text.as_bytes()).map_err(Error::internal)?;
    }
    Ok(archive.finish().map_err(Error::internal)?.into_inner())
}

/// The comments, in the order of the cells that they stand on.
fn comments(document: &Document) -> String {
    let mut xml = format!(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:comments xmlns:w="{MAIN}">"#);
    for (id, note) in document.notes.values().enumerate() {
        // Writing to a text cannot fail.
        let _ = write!(xml, r#"<w:comment w:id="{id}" w:author="duban" w:initials="db">"#);
        for line in note.split('\n') {
            let _ = write!(xml, "<w:p>{}</w:p>", run(line, false));
        }
        xml += "</w:comment>";
    }
    xml + "</w:comments>"
}

/// How a cell joins the one above it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    No,
    Begins,
    GoesOn,
}

fn body(document: &Document) -> String {
    let whole: usize = document.columns.iter().map(|column| usize::from(column.width)).sum();
    let widths = document.columns.iter();
    let widths: Vec<usize> = widths
        .map(|column| usize::from(column.width) * WIDTH / whole.max(1))
        .collect();
    let mut xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body><w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{}</w:p>"#,
        run(&document.title, false)
    );
    for remark in &document.remarks {
        let _ = write!(
            xml,
            r#"<w:p><w:pPr><w:spacing w:after="120"/><w:jc w:val="center"/></w:pPr>{}</w:p>"#,
            run(remark, false)
        );
    }
    xml += r#"<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>"#;
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        // Writing to a text cannot fail.
        let _ = write!(xml, r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#);
    }
    xml += r#"</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>"#;
    for width in &widths {
        let _ = write!(xml, r#"<w:gridCol w:w="{width}"/>"#);
    }
    xml += "</w:tblGrid>";
    xml += r"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
    for (column, width) in document.columns.iter().zip(&widths) {
        cell(&mut xml, *width, 1, Merge::No, &column.head, Look::Head);
    }
    xml += "</w:tr>";
    let mut noted = 0;
    for (index, line) in document.lines.iter().enumerate() {
        match line {
            Line::Heading(text) => {
                xml += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
                let across = document.columns.len();
                cell(&mut xml, widths.iter().sum(), across, Merge::No, text, Look::Heading);
                xml += "</w:tr>";
            }
            Line::Cells(cells) => {
                xml += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
                for (at, (text, column)) in cells.iter().zip(&document.columns).enumerate() {
                    let merge = match text {
                        None => Merge::GoesOn,
                        Some(_) if document.goes_on(index, at) > 1 => Merge::Begins,
                        Some(_) => Merge::No,
                    };
                    let look = if column.centred { Look::Centred } else { Look::Plain };
                    cell(
                        &mut xml,
                        widths[at],
                        1,
                        merge,
                        text.as_deref().unwrap_or_default(),
                        look,
                    );
                    if document.notes.contains_key(&(index, at)) {
                        refer(&mut xml, noted);
                        noted += 1;
                    }
                }
                xml += "</w:tr>";
            }
        }
    }
    xml += r#"</w:tbl><w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>"#;
    xml
}

/// How the text of a cell looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Head,
    Heading,
    Centred,
    Plain,
}

fn cell(xml: &mut String, width: usize, across: usize, merge: Merge, text: &str, look: Look) {
    let _ = write!(xml, r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>"#);
    if across > 1 {
        let _ = write!(xml, r#"<w:gridSpan w:val="{across}"/>"#);
    }
    xml.push_str(match merge {
        Merge::No => "",
        Merge::Begins => r#"<w:vMerge w:val="restart"/>"#,
        Merge::GoesOn => "<w:vMerge/>",
    });
    if look == Look::Head {
        xml.push_str(r#"<w:shd w:val="clear" w:color="auto" w:fill="E8EEF7"/>"#);
    }
    xml.push_str(r#"<w:vAlign w:val="center"/></w:tcPr>"#);
    let centred = matches!(look, Look::Head | Look::Centred);
    // A cell has a paragraph, if an empty one.
    for paragraph in text.split('\n') {
        xml.push_str("<w:p>");
        if centred {
            xml.push_str(r#"<w:pPr><w:jc w:val="center"/></w:pPr>"#);
        }
        xml.push_str(&run(paragraph, matches!(look, Look::Head | Look::Heading)));
        xml.push_str("</w:p>");
    }
    xml.push_str("</w:tc>");
}

/// Hangs a comment on the cell that was written last, at the end of its last paragraph.
fn refer(xml: &mut String, id: usize) {
    let end = "</w:p></w:tc>";
    xml.truncate(xml.len() - end.len());
    let _ = write!(xml, r#"<w:r><w:commentReference w:id="{id}"/></w:r>{end}"#);
}

fn run(text: &str, bold: bool) -> String {
    let bold = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
    let text = escape(text);
    format!(r#"<w:r>{bold}<w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

/// Text as XML has it; characters that it cannot have at all (XML 1.0, section 2.2) are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | ' '..='\u{fffd}' | '\u{10000}'.. => out.push(c),
            _ => {}
        }
    }
    out
}
