//! 附件: a file that belongs to what a progress report says. What it is, is read from its bytes; what it
//! is called must agree.

mod macros;

use std::io::Cursor;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;
use zip::ZipArchive;

use self::macros::{has_macros, runs_something};
use super::{
    fault::{Checker, Fault, FieldError},
    id::AttachmentId,
    step::Step,
    text,
};
use crate::say;

super::event::events! {
    ATTACHMENTS:
    ATTACHMENT_ADDED = "progress_report.attachment_added",
    ATTACHMENT_REMOVED = "progress_report.attachment_removed",
}

/// Files that one report can have.
pub const MOST: usize = 20;

/// A file, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// UUIDv7.
    pub id: AttachmentId,
    /// What it is called.
    pub name: String,
    /// What it is, such as `application/pdf`.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub sha256: String,
    /// Who added it, and when.
    pub added: Step,
}

/// A kind of file that is taken.
struct Kind {
    endings: &'static [&'static str],
    media_type: &'static str,
    looks: Looks,
}

/// What bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    Pdf,
    Png,
    Jpeg,
    Word,
    Sheet,
    Slides,
    /// GB/T 33190, the layout format of official documents.
    Ofd,
    /// The container of all Office formats before 2007: which of them it holds is in its own directory.
    Ole,
    Text,
}

/// What is taken, and nothing else: documents that office and archive know how to keep.
const KINDS: &[Kind] = &[
    Kind::new(&["pdf"], "application/pdf", Looks::Pdf),
    Kind::new(&["ofd"], "application/ofd", Looks::Ofd),
    Kind::new(
        &["docx"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Looks::Word,
    ),
    Kind::new(
        &["xlsx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Looks::Sheet,
    ),
    Kind::new(
        &["pptx"],
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Looks::Slides,
    ),
    Kind::new(&["doc"], "application/msword", Looks::Ole),
    Kind::new(&["xls"], "application/vnd.ms-excel", Looks::Ole),
    Kind::new(&["png"], "image/png", Looks::Png),
    Kind::new(&["jpg", "jpeg"], "image/jpeg", Looks::Jpeg),
    Kind::new(&["txt"], "text/plain; charset=utf-8", Looks::Text),
    Kind::new(&["csv"], "text/csv; charset=utf-8", Looks::Text),
];

impl Kind {
    const fn new(endings: &'static [&'static str], media_type: &'static str, looks: Looks) -> Self {
        Self {
            endings,
            media_type,
            looks,
        }
    }
}

/// The file name endings that are taken, for messages.
pub fn endings() -> String {
    let all: Vec<&str> = KINDS.iter().flat_map(|kind| kind.endings).copied().collect();
    all.join(", ")
}

/// The media types that files are served with.
pub fn media_types() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.media_type)
}

/// The media type of a file that is called `name`; `None`: it is not of a kind that is taken, or not what
/// its name says.
pub fn media_type(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let kind = KINDS.iter().find(|kind| kind.endings.contains(&ending.as_str()))?;
    (looks(bytes) == Some(kind.looks)).then_some(kind.media_type)
}

/// How a compound file begins (MS-CFB, 2.2). What is in it tells nobody for sure what wrote it.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

fn looks(bytes: &[u8]) -> Option<Looks> {
    if bytes.starts_with(b"PK\x03\x04") {
        return package(bytes);
    }
    if bytes.starts_with(OLE) {
        return (!has_macros(bytes)).then_some(Looks::Ole);
    }
    let found = infer::get(bytes);
    match found.map(|kind| kind.mime_type()) {
        Some("application/pdf") => return Some(Looks::Pdf),
        Some("image/png") => return Some(Looks::Png),
        Some("image/jpeg") => return Some(Looks::Jpeg),
        _ => {}
    }
    // Pages and scripts are text too, and nobody shall open one of ours. That some text begins like a
    // picture ("BM…") means nothing.
    let runs = found.is_some_and(|kind| kind.matcher_type() == infer::MatcherType::Text);
    (!runs && is_text(bytes)).then_some(Looks::Text)
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        !text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
    })
}

/// The formats that are zip archives, told apart by what is in them; nothing is unpacked.
fn package(bytes: &[u8]) -> Option<Looks> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    // A document that runs something is not a document, whatever its parts are called.
    if runs_something(&mut archive)? {
        return None;
    }
    let has = |name: &[u8]| archive.file_names_raw().any(|found| found == name);
    if has(b"OFD.xml") {
        return Some(Looks::Ofd);
    }
    if !has(b"[Content_Types].xml") {
        return None;
    }
    [
        (&b"word/document.xml"[..], Looks::Word),
        (b"xl/workbook.xml", Looks::Sheet),
        (b"ppt/presentation.xml", Looks::Slides),
    ]
    .into_iter()
    .find_map(|(part, looks)| has(part).then_some(looks))
}

/// The name as it is kept: composed (NFC), without blanks around it and what nobody sees. One that could be a path, or shows
/// as another than it is, is refused.
pub fn file_name(given: &str) -> Result<String, Vec<FieldError>> {
    let name: String = text::visible(given).nfc().collect();
    let mut check = Checker::default();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    check.text("file", if text::is_blank(stem) { "" } else { &name }, 200);
    // These turn the direction of writing: `fdp.exe` would show as `exe.pdf`.
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.contains(['/', '\\', '\n', '\t']) || given.chars().any(turns) {
        check.at("file", |check| {
            check.fault(
                Fault::Invalid,
                say!(
                    "文件名不能含路径分隔符或控制字符",
                    "a file's name has no path separators or control characters"
                ),
            );
        });
    }
    check.finish()?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn zip(names: &[&str]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            writer.start_file(*name, options).unwrap();
            writer.write_all(b"<x/>").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn bytes_say_what_a_file_is_and_its_name_must_agree() {
        let types = "[Content_Types].xml";
        let docx = zip(&[types, "word/document.xml"]);
        let ole = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        for (name, bytes, taken) in [
            ("证明.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), true),
            ("证明.PDF", b"%PDF-1.4\n".to_vec(), true),
            ("a.png", png.clone(), true),
            ("a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), true),
            ("a.docx", docx.clone(), true),
            ("a.xlsx", zip(&[types, "xl/workbook.xml"]), true),
            ("a.pptx", zip(&["ppt/presentation.xml", types]), true),
            ("a.ofd", zip(&["OFD.xml", "Doc_0/Document.xml"]), true),
            ("a.doc", ole.clone(), true),
            ("a.xls", ole.clone(), true),
            ("a.txt", "公开情况\r\n".into(), true),
            ("a.csv", "\u{feff}单位,件数\r\n".into(), true),
            ("BM.csv", "BM,1\n".into(), true),
            // The name says something else.
            ("a.xlsx", docx.clone(), false),
            ("a.pdf", png, false),
            ("a.doc", docx, false),
            ("a.docx", ole, false),
            ("a.txt", b"%PDF-1.7\n".to_vec(), false),
            // Not of a kind that is taken.
            (
                "a.docx",
                zip(&[types, "word/document.xml", "word/vbaProject.bin"]),
                false,
            ),
            ("a.docx", zip(&["word/document.xml"]), false),
            ("a.ofd", b"PK\x03\x04 cut off".to_vec(), false),
            ("a.zip", zip(&["a"]), false),
            ("a.exe", b"MZ\x90\0".to_vec(), false),
            ("a.txt", b"MZ\x90\0".to_vec(), false),
            ("a.txt", b"\xb9\xab\xbf\xaa".to_vec(), false),
            ("a.txt", b"<!DOCTYPE html><script>1</script>".to_vec(), false),
            ("a.txt", b"#!/bin/sh\n".to_vec(), false),
            ("a.svg", b"<svg/>".to_vec(), false),
            ("pdf", b"%PDF-1.7\n".to_vec(), false),
        ] {
            assert_eq!(media_type(name, &bytes).is_some(), taken, "{name}");
        }
    }

    #[test]
    fn names_are_no_paths() {
        assert_eq!(file_name(" Cafe\u{301}.pdf ").unwrap(), "Café.pdf");
        for name in [
            "",
            " ",
            "../a.pdf",
            "a\\b.pdf",
            "a\0.pdf",
            "a\n.pdf",
            "a\u{202e}fdp.exe",
            ".pdf",
            "\u{200b}.pdf",
        ] {
            assert!(file_name(name).is_err(), "{name:?}");
        }
        assert!(file_name(&format!("{}.pdf", "长".repeat(196))).is_ok());
        assert!(file_name(&format!("{}.pdf", "长".repeat(197))).is_err());
    }
}
