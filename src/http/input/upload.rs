//! A file as `multipart/form-data`. The body is not read before a handler asks for it: twenty megabytes
//! are for those who may send them.

use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    web::{Bytes, BytesMut},
};
use futures_util::{
    StreamExt as _,
    future::{Ready, ready},
};

use crate::{
    domain::fault::Fault,
    error::{Code, Error, Result},
    http::refused::refuses,
    say,
};

/// What the parts' own headers and boundaries may add to the largest file.
const AROUND: usize = 64 * 1024;

/// One file on its way in.
pub struct Upload {
    parts: Multipart,
    length: Option<usize>,
}

/// A file as it was sent.
pub struct File {
    /// What the sender calls it.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

refuses!(Upload: 413, 415, 422);

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
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
            return ready(Err(error.with_header("Accept", "multipart/form-data")));
        }
        ready(Ok(Self {
            length: text(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            parts: Multipart::new(req.headers(), payload.take()),
        }))
    }
}

impl Upload {
    /// Reads the one part `file`, of at most `limit` bytes.
    pub async fn file(mut self, limit: usize) -> Result<File> {
        let too_large = || {
            Error::new(
                Code::PayloadTooLarge,
                say!("附件最多 {limit} 字节", "an attachment has at most {limit} bytes"),
            )
        };
        if self.length.is_some_and(|length| length > limit + AROUND) {
            return Err(too_large());
        }
        let mut file = None;
        while let Some(part) = self.parts.next().await {
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
                let detail = say!("file 应为文件，并带文件名", "`file` must be a file with a name");
                return Err(Error::field("/file", Fault::Required, detail));
            };
            let mut bytes = BytesMut::new();
            while let Some(chunk) = part.next().await {
                bytes.extend_from_slice(&chunk.map_err(unreadable)?);
                if bytes.len() > limit {
                    return Err(too_large());
                }
            }
            file = Some(File {
                name: called,
                bytes: bytes.freeze(),
            });
        }
        file.ok_or_else(|| {
            let detail = say!("缺少名为 file 的部分", "the part `file` is missing");
            Error::field("/file", Fault::Required, detail)
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: MultipartError) -> Error {
    let why = error.to_string();
    let detail = say!(
        "请求体不是完整的 multipart/form-data：{why}",
        "the body is not a whole multipart/form-data: {why}"
    );
    Error::new(Code::BadRequest, detail)
}
