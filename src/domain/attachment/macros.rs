//! Whether an office document runs something: that is no document.

use std::io::{Cursor, Read as _};

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

/// Names of what holds the macros of an Office document before 2007 (MS-OVBA, 2.2).
const MACROS: &[&str] = &["Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"];

/// Whether a compound file has a directory entry of macros. Entries are 128 bytes long and begin at multiples of
/// that (MS-CFB, 2.6.1): a name in UTF-16, in 64 bytes, and its length.
pub(super) fn has_macros(bytes: &[u8]) -> bool {
    bytes.chunks_exact(128).any(|entry| {
        let length = usize::from(u16::from_le_bytes([entry[64], entry[65]]));
        let Some(name) = length.checked_sub(2).and_then(|length| entry.get(..length)) else {
            return false;
        };
        let (letters, rest) = name.as_chunks::<2>();
        let name: Option<String> = letters
            .iter()
            .map(|[low, high]| (*high == 0).then_some(char::from(*low)))
            .collect();
        rest.is_empty() && name.is_some_and(|name| MACROS.iter().any(|macros| name.eq_ignore_ascii_case(macros)))
    })
}

/// What says what the parts of a package are is not longer than this, all together.
const LONGEST_INDEX: u64 = 4 * 1024 * 1024;

/// Whether a package has parts that run: their names are free, but what they are must be told where programs
/// look for it, in the list of types and in the relations between parts.
pub(super) fn runs_something(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Option<bool> {
    let mut left = LONGEST_INDEX;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).ok()?;
        let name = part.name_raw().to_ascii_lowercase();
        if name.ends_with(b"vbaproject.bin") || name.starts_with(b"xl/macrosheets/") {
            return Some(true);
        }
        let is_index = name == b"[content_types].xml" || name.ends_with(b".rels");
        if !is_index {
            continue;
        }
        let method = part.compression();
        let mut said = Vec::new();
        match method {
            CompressionMethod::Stored => part.take(left + 1).read_to_end(&mut said).ok()?,
            CompressionMethod::DEFLATE => DeflateDecoder::new(part).take(left + 1).read_to_end(&mut said).ok()?,
            _ => return None,
        };
        let Some(rest) = left.checked_sub(u64::try_from(said.len()).ok()?) else {
            return Some(true);
        };
        left = rest;
        // UTF-16 without its zeros is read alike. Nobody needs `&#118;` for a letter, but to hide it.
        said.retain(|byte| *byte != 0);
        said.make_ascii_lowercase();
        let says = |word: &[u8]| said.windows(word.len()).any(|found| found == word);
        if [&b"vbaproject"[..], b"macroenabled", b"macrosheet", b"&#"]
            .into_iter()
            .any(says)
        {
            return Some(true);
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::super::{OLE, media_type};
    use super::*;

    /// An entry of a compound file's directory.
    fn entry(name: &str) -> Vec<u8> {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(64, 0);
        entry.extend(u16::try_from(2 * name.len() + 2).unwrap().to_le_bytes());
        entry.resize(128, 0);
        entry
    }

    fn package_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, said) in parts {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            writer.start_file(*name, options).unwrap();
            writer.write_all(said).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_runs_is_no_document_whatever_its_parts_are_called() {
        let document = ("word/document.xml", &b"<x/>"[..]);
        let types = ("[Content_Types].xml", &b"<Types/>"[..]);
        let rels = "word/_rels/document.xml.rels";
        let related = b"<Relationship Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\"/>";
        let wide: Vec<u8> = "application/vnd.ms-office.vbaProject"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let long = vec![b' '; 4 * 1024 * 1024 + 1];
        for (part, taken) in [
            ((rels, &b"<Relationships/>"[..]), true),
            (("word/theme/vba.txt", b"vbaProject is a word"), true),
            (("word/harmless.bin", b""), true),
            ((rels, related), false),
            ((rels, &wide), false),
            ((rels, b"Type=\"vba&#80;roject\""), false),
            ((rels, &long), false),
            (("xl/macrosheets/sheet1.xml", b""), false),
            (("word/VBAPROJECT.BIN", b""), false),
        ] {
            let bytes = package_of(&[types, document, part]);
            assert_eq!(media_type("a.docx", &bytes).is_some(), taken, "{}", part.0);
        }
        let declared = (
            "[Content_Types].xml",
            &b"application/vnd.ms-word.document.macroEnabled.main+xml"[..],
        );
        assert_eq!(media_type("a.docx", &package_of(&[declared, document])), None);

        let header = [OLE, &[0; 504]].concat();
        for (name, taken) in [
            ("WordDocument", true),
            ("Macro", true),
            ("Macros", false),
            ("_VBA_PROJECT_CUR", false),
            ("_vba_project", false),
            ("VBA", false),
        ] {
            let bytes = [&header, &entry("Root Entry")[..], &entry(name)].concat();
            assert_eq!(media_type("a.doc", &bytes).is_some(), taken, "{name}");
        }
    }
}
