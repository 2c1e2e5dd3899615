//! A reply as bytes: rendered once, compressed once per coding, sent many times.

use std::{io::Write as _, sync::OnceLock};

use actix_web::web::Bytes;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// Bodies below this are not worth compressing.
const SMALLEST_COMPRESSED: usize = 860;
/// How archives begin, as files of Excel and Word are: they are compressed as they are.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// The bytes of a reply and what belongs to them.
pub struct Rendered {
    /// Media type.
    pub content_type: &'static str,
    /// Content-Disposition of a download.
    pub disposition: Option<String>,
    /// `Link` to the next page.
    pub link: Option<String>,
    /// The opaque part of the entity tag.
    pub etag: String,
    body: Bytes,
    gzip: OnceLock<Option<Bytes>>,
    brotli: OnceLock<Option<Bytes>>,
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// `gzip`
    Gzip,
    /// `br`
    Brotli,
}

impl Coding {
    /// Its name in `Accept-Encoding` and `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

impl Rendered {
    /// A reply; `version` of a single thing becomes part of its entity tag, for If-Match.
    pub fn new(content_type: &'static str, body: Vec<u8>, version: Option<i64>) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(&body)[..12]);
        let etag = version.map_or_else(|| hash.clone(), |version| format!("{version}-{hash}"));
        Self {
            content_type,
            disposition: None,
            link: None,
            etag,
            body: body.into(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// Bytes it takes in memory. Its compressed forms together are rarely as long as the body.
    pub fn weight(&self) -> usize {
        self.body.len() * 2 + 256
    }

    /// The body as it is.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The body compressed, where that makes it smaller.
    pub fn compressed(&self, coding: Coding) -> Option<Bytes> {
        if self.body.len() < SMALLEST_COMPRESSED || self.body.starts_with(ARCHIVE) {
            return None;
        }
        let smaller = |bytes: &Vec<u8>| bytes.len() < self.body.len();
        let kept = match coding {
            Coding::Gzip => self
                .gzip
                .get_or_init(|| gzip(&self.body).ok().filter(smaller).map(Bytes::from)),
            Coding::Brotli => self
                .brotli
                .get_or_init(|| brotli(&self.body).ok().filter(smaller).map(Bytes::from)),
        };
        kept.clone()
    }
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body)?;
    encoder.finish()
}

fn brotli(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let params = ::brotli::enc::BrotliEncoderParams {
        quality: 5,
        ..Default::default()
    };
    ::brotli::BrotliCompress(&mut &*body, &mut compressed, &params)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn compressed_forms_hold_the_same_bytes() {
        let body = "督办".repeat(1000).into_bytes();
        let reply = Rendered::new("text/plain", body.clone(), Some(3));
        assert!(reply.etag.starts_with("3-"));
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*reply.compressed(Coding::Gzip).unwrap())
            .read_to_end(&mut plain)
            .unwrap();
        assert_eq!(plain, body);
        plain.clear();
        ::brotli::BrotliDecompress(&mut &*reply.compressed(Coding::Brotli).unwrap(), &mut plain).unwrap();
        assert_eq!(plain, body);
        assert!(
            Rendered::new("text/plain", b"short".to_vec(), None)
                .compressed(Coding::Gzip)
                .is_none()
        );
    }
}
