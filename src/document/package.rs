//! The zip archives that office documents are, unpacked no further than is allowed.

use std::io::{Cursor, Read as _};

use encoding_rs::Encoding;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::{FileRefusal, too_much};
use crate::say;

/// Bytes of all parts that are read of one document, unpacked.
const MOST_UNPACKED: u64 = 48 * 1024 * 1024;

/// A document's parts.
pub struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    left: u64,
}

fn broken() -> FileRefusal {
    FileRefusal::Broken(say!("文件不完整或已损坏", "the file is not whole"))
}

impl<'b> Package<'b> {
    /// The package in `bytes`.
    pub fn open(bytes: &'b [u8]) -> Result<Self, FileRefusal> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
        Ok(Self {
            archive,
            left: MOST_UNPACKED,
        })
    }

    /// The text of a part, if it is there.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, FileRefusal> {
        let Some(index) = self.archive.index_for_name(name) else {
            return Ok(None);
        };
        let part = self.archive.by_index_raw(index).map_err(|_| broken())?;
        let (method, mut bytes) = (part.compression(), Vec::new());
        let most = self.left + 1;
        let read = match method {
            CompressionMethod::Stored => part.take(most).read_to_end(&mut bytes),
            CompressionMethod::DEFLATE => DeflateDecoder::new(part).take(most).read_to_end(&mut bytes),
            _ => return Err(broken()),
        };
        let read = read.map_err(|_| broken())?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(too_much)?;
        let text = match Encoding::for_bom(&bytes) {
            Some((encoding, length)) => encoding
                .decode_without_bom_handling_and_without_replacement(&bytes[length..])
                .map(Into::into),
            None => String::from_utf8(bytes).ok(),
        };
        text.map(Some).ok_or_else(broken)
    }

    /// A part that must be there.
    pub fn need(&mut self, name: &str) -> Result<String, FileRefusal> {
        self.part(name)?.ok_or_else(broken)
    }
}
