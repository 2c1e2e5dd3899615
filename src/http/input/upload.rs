//! A file as `multipart/form-data`. The body is not read before a handler asks for it: twenty megabytes
//! are for those who may send them. It is written to a file as it comes, and only few are in memory at a time.

use std::io::{Error as IoError, ErrorKind, Read as _, Seek as _, Write as _};

use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    web::{self, Bytes, Data},
};
use tempfile::SpooledTempFile;
use tokio::sync::OwnedSemaphorePermit;

use super::body_timeout::BodyTimeout;
use crate::{
    app::App,
    domain::fault::Fault,
    error::{Code, Error, Result},
    http::{
        caller::{AfterCaller, app, at_once},
        refused::refuses,
    },
    say,
};

/// What the parts' own headers and boundaries may add to the largest file.
const AROUND: usize = 64 * 1024;

/// Bytes of a file that are held in memory before it goes to the disk.
const IN_MEMORY: usize = 256 * 1024;

/// One file on its way in.
pub struct Upload {
    app: Data<App>,
    parts: Multipart,
    length: Option<usize>,
}

/// A file as it was sent.
pub struct File {
    /// What the sender calls it.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
    /// Held as long as they are in memory.
    _room: OwnedSemaphorePermit,
}

refuses!(Upload: 408, 413, 415, 422);

impl FromRequest for Upload {
    type Error = Error;
    type Future = AfterCaller<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        at_once(req, Self::begun(req, payload))
    }
}

/// What is called a megabyte.
const MB: usize = 1024 * 1024;

impl Upload {
    fn begun(req: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let text = |name| req.headers().get(name).and_then(|header| header.to_str().ok());
        let essence = text(CONTENT_TYPE).unwrap_or_default().split(';').next();
        let is_form = essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("multipart/form-data"));
        let coded = text(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
        if !is_form || coded {
            let detail = say!(
                "请求体应为未压缩的 multipart/form-data，其中 file 为附件",
                "the body must be multipart/form-data, not compressed, with the attachment as `file`"
            );
            let error = Error::header(Code::UnsupportedMediaType, "Content-Type", Fault::Invalid, detail);
            return Err(error.with_header("Accept", "multipart/form-data"));
        }
        Ok(Self {
            app: app(req)?,
            length: text(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            parts: Multipart::new(req.headers(), payload.take()),
        })
    }

    /// Reads the one part `file`. Its bytes come into memory when all have arrived, and when there is room:
    /// whoever sends slowly keeps no room from others.
    pub async fn file(mut self) -> Result<File> {
        let app = self.app;
        let limit = app.config.attachment_limit;
        let mut timeout = BodyTimeout::new(app.config.body_seconds);
        let too_large = || {
            let (zh, en) = match limit % MB {
                0 => (format!("{} MB", limit / MB), format!("{} MB", limit / MB)),
                _ => (format!("{limit} 字节"), format!("{limit} bytes")),
            };
            Error::new(Code::PayloadTooLarge, say!("文件最多 {zh}", "a file has at most {en}"))
        };
        if self.length.is_some_and(|length| length > limit + AROUND) {
            return Err(too_large());
        }
        let mut file = None;
        while let Some(part) = timeout.next(&mut self.parts).await? {
            let mut part = part.map_err(unreadable)?;
            let name = part.name().unwrap_or_default().to_owned();
            if name != "file" {
                let detail = say!("没有名为 {name} 的部分", "there is no part {name}");
                let pointer = name.replace('~', "~0").replace('/', "~1");
                return Err(Error::field(&format!("/{pointer}"), Fault::Unknown, detail));
            }
            if file.is_some() {
                let detail = say!("一次只能添加一个附件", "one attachment at a time");
                return Err(Error::field("/file", Fault::Duplicate, detail));
            }
            let called = part.content_disposition().and_then(|given| {
                let extended = given.get_filename_ext();
                let extended = extended.and_then(|name| String::from_utf8(name.value.clone()).ok());
                extended.or_else(|| given.get_filename().map(str::to_owned))
            });
            let Some(called) = called else {
                let detail = say!(
                    "file 应为文件，并带 UTF-8 的文件名",
                    "file must be a file with a name, in UTF-8"
                );
                return Err(Error::field("/file", Fault::Required, detail));
            };
            let mut spooled = SpooledTempFile::new(IN_MEMORY);
            let mut length = 0;
            while let Some(chunk) = timeout.next(&mut part).await? {
                let chunk = chunk.map_err(unreadable)?;
                timeout.received(chunk.len());
                length += chunk.len();
                if length > limit {
                    return Err(too_large());
                }
                spooled.write_all(&chunk).map_err(unwritable)?;
            }
            file = Some((called, spooled, length));
        }
        let (name, mut spooled, length) = file.ok_or_else(|| {
            let detail = say!("缺少名为 file 的部分", "the part `file` is missing");
            Error::field("/file", Fault::Required, detail)
        })?;
        let room = app.room_for_a_file().await.ok_or_else(|| {
            let detail = say!(
                "正在接收的附件过多，请稍后重试",
                "Too many attachments come in at this moment; try again later"
            );
            Error::overloaded("others take too long", detail)
        })?;
        let read = move || {
            let mut bytes = Vec::with_capacity(length);
            spooled.rewind()?;
            spooled.read_to_end(&mut bytes)?;
            Ok::<_, IoError>(bytes)
        };
        let bytes = web::block(read).await.map_err(Error::internal)?;
        Ok(File {
            name,
            bytes: bytes.map_err(Error::internal)?.into(),
            _room: room,
        })
    }
}

fn unwritable(error: IoError) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Error::no_room(error),
        _ => Error::internal(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: MultipartError) -> Error {
    let detail = match error {
        MultipartError::BoundaryMissing => say!("Content-Type 中缺少 boundary", "Content-Type has no boundary"),
        MultipartError::ContentDispositionMissing | MultipartError::ContentDispositionNameMissing => say!(
            "每个部分都须有 Content-Disposition，写明 name；文件名应为 UTF-8",
            "each part needs a Content-Disposition with its name; a file's name is UTF-8"
        ),
        _ => say!(
            "请求体不是完整的 multipart/form-data",
            "the body is not a whole multipart/form-data"
        ),
    };
    Error::new(Code::BadRequest, detail)
}
