//! A table that is too long to be held in memory: written as fast as it is read, to a file without a name
//! where it is long, and then sent as fast as the caller takes it. Slow callers keep no connection of the
//! database, and memory is flat.

use std::io::{self, Read, Seek as _, SeekFrom, Write};

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE},
    web::{self, Bytes},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use sha2::{Digest as _, Sha256};
use tempfile::SpooledTempFile;

use super::{
    Reply,
    format::{Format, Offered as _, disposition},
    send::{accepted_coding, has_it, tagged},
};
use crate::{
    error::{Error, Result},
    http::caller::Call,
    rendered::Coding,
};

/// Bytes that are held in memory before a file is used.
const IN_MEMORY: usize = 256 * 1024;
/// Bytes that are sent at once.
const CHUNK: u32 = 256 * 1024;

/// A table on its way to the caller.
pub struct Download {
    format: Format,
    name: (&'static str, &'static str),
    hash: Sha256,
    out: Out,
}

/// Where its bytes go.
enum Out {
    Plain(SpooledTempFile),
    Gzip(Box<GzEncoder<SpooledTempFile>>),
}

impl Download {
    /// An empty one, compressed if `call` accepts that and it is not compressed already.
    pub fn new(call: &Call, format: Format, name: (&'static str, &'static str)) -> Self {
        let file = SpooledTempFile::new(IN_MEMORY);
        let codings: &[Coding] = if format.is_compressed() { &[] } else { &[Coding::Gzip] };
        let out = if accepted_coding(call.request(), codings).is_some() {
            Out::Gzip(Box::new(GzEncoder::new(file, Compression::fast())))
        } else {
            Out::Plain(file)
        };
        Self {
            format,
            name,
            hash: Sha256::new(),
            out,
        }
    }

    /// Sends what was written; 304 if the caller has it.
    pub fn send(self, call: &Call) -> Reply {
        let etag = URL_SAFE_NO_PAD.encode(&self.hash.finalize()[..12]);
        let (mut file, gzip) = match self.out {
            Out::Plain(file) => (file, false),
            Out::Gzip(encoder) => (encoder.finish().map_err(Error::internal)?, true),
        };
        let mut response = HttpResponse::Ok();
        let coded = if gzip { format!("{etag}+gzip") } else { etag.clone() };
        let vary = "Accept, Accept-Encoding, Authorization";
        tagged(&mut response, &coded, call.is_anonymous(), vary);
        if has_it(call.request(), &etag) {
            return Ok(response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish());
        }
        if gzip {
            response.insert_header((CONTENT_ENCODING, "gzip"));
        }
        let (ascii, chinese) = self.name;
        let length = file.seek(SeekFrom::End(0)).map_err(Error::internal)?;
        file.rewind().map_err(Error::internal)?;
        Ok(response
            .insert_header((CONTENT_TYPE, self.format.media_type()))
            .insert_header((
                CONTENT_DISPOSITION,
                disposition(ascii, chinese, self.format.extension()),
            ))
            .body(actix_web::body::SizedStream::new(length, chunks(file))))
    }
}

impl Write for Download {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.out {
            Out::Plain(file) => file.write(bytes)?,
            Out::Gzip(encoder) => encoder.write(bytes)?,
        };
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A compressor that is flushed often compresses badly: it is finished once, at the end.
        Ok(())
    }
}

/// The file, bit by bit, read on the blocking pool.
fn chunks(file: SpooledTempFile) -> impl futures_util::Stream<Item = Result<Bytes>> {
    stream::try_unfold(file, async |mut file| {
        let read = move || {
            let mut chunk = Vec::with_capacity(CHUNK as usize);
            Read::take(&mut file, CHUNK.into()).read_to_end(&mut chunk)?;
            Ok::<_, io::Error>((chunk, file))
        };
        let (chunk, file) = web::block(read)
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    })
}
