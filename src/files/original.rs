//! What a file was when it came in: whoever gets one gets that, or nothing.

use std::{error::Error as StdError, fmt, io};

use actix_web::web::Bytes;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use sha2::{Digest as _, Sha256};

use crate::{
    error::{Code, Error, Result},
    say,
};

/// The bytes of a file, piece by piece.
pub type Pieces = BoxStream<'static, io::Result<Bytes>>;

/// A file of so many bytes is looked at whole before any of it is sent.
const WHOLE: u64 = 1024 * 1024;

/// What is known of a file's bytes.
#[derive(Debug, Clone)]
pub struct Original {
    /// How many they are.
    pub size: u64,
    /// Their SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// The bytes in the store are others than those that came in.
#[derive(Debug)]
pub struct Altered(pub(super) &'static str);

impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the file is not what it was when it came in: {}", self.0)
    }
}

impl StdError for Altered {}

impl From<Altered> for Error {
    fn from(altered: Altered) -> Self {
        let detail = say!(
            "附件的内容与收到时不一致，不予提供；请凭 request_id 联系管理员",
            "The file is not what it was when it came in, and is not given out; quote request_id when you report it"
        );
        Self::caused(Code::FileAltered, altered, detail)
    }
}

impl Original {
    /// These bytes, if they are the file's.
    pub fn whole(&self, bytes: Vec<u8>) -> Result<Vec<u8>> {
        self.has_size(bytes.len() as u64)?;
        self.has_hash(Sha256::new_with_prefix(&bytes))?;
        Ok(bytes)
    }

    /// These pieces, if they are the file's. Of a large file all but the last piece goes out before that is known: the reply
    /// breaks off then, and whoever waits for its length has no file.
    pub(super) async fn pieces(&self, pieces: Pieces, unreachable: impl FnOnce(io::Error) -> Error) -> Result<Pieces> {
        let checked = self.clone().checked(pieces);
        if self.size > WHOLE {
            return Ok(checked);
        }
        let whole: io::Result<Vec<Bytes>> = checked.try_collect().await;
        match whole {
            Ok(whole) => Ok(stream::iter(whole).map(Ok).boxed()),
            Err(error) => Err(match error.downcast::<Altered>() {
                Ok(altered) => altered.into(),
                Err(error) => unreachable(error),
            }),
        }
    }

    pub(super) fn has_size(&self, size: u64) -> Result<(), Altered> {
        (size == self.size).then_some(()).ok_or(Altered("it has another size"))
    }

    fn has_hash(&self, hash: Sha256) -> Result<(), Altered> {
        (format!("{:x}", hash.finalize()) == self.sha256)
            .then_some(())
            .ok_or(Altered("its SHA-256 is another"))
    }

    /// The pieces, each when the next is there, and the last when all of them are what they were.
    fn checked(self, pieces: Pieces) -> Pieces {
        let begun = Some((pieces, Sha256::new(), None::<Bytes>, self));
        let next = |state: Option<(Pieces, Sha256, Option<Bytes>, Self)>| async move {
            let Some((mut pieces, mut hash, mut held, original)) = state else {
                return Ok(None);
            };
            loop {
                let Some(piece) = pieces.try_next().await? else {
                    if let Err(altered) = original.has_hash(hash) {
                        tracing::error!(file.sha256 = original.sha256, error = %altered, "a file in the store was altered");
                        return Err(io::Error::other(altered));
                    }
                    return Ok(held.map(|last| (last, None)));
                };
                hash.update(&piece);
                if let Some(before) = held.replace(piece) {
                    return Ok(Some((before, Some((pieces, hash, held, original)))));
                }
            }
        };
        stream::try_unfold(begun, next).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Original {
        Original {
            size: bytes.len() as u64,
            sha256: format!("{:x}", Sha256::digest(bytes)),
        }
    }

    fn in_pieces(bytes: &[u8]) -> Pieces {
        let pieces: Vec<_> = bytes
            .chunks(1000)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        stream::iter(pieces).boxed()
    }

    #[expect(clippy::needless_pass_by_value, reason = "as it is called with errors")]
    fn unreachable(error: io::Error) -> Error {
        panic!("{error}")
    }

    #[actix_web::test]
    async fn a_file_comes_as_it_was_or_without_its_end() {
        let whole = usize::try_from(WHOLE).unwrap();
        for size in [1, 999, 1000, 3001, whole + 1] {
            let bytes: Vec<u8> = (0..=250).cycle().take(size).collect();
            let original = of(&bytes);
            let pieces = original.pieces(in_pieces(&bytes), unreachable).await.unwrap();
            let got: Vec<Bytes> = pieces.try_collect().await.unwrap();
            assert_eq!(got.concat(), bytes);
            let mut other = bytes.clone();
            other[0] ^= 1;
            match original.pieces(in_pieces(&other), unreachable).await {
                Err(error) => assert_eq!((error.code, size <= whole), (Code::FileAltered, true)),
                Ok(pieces) => {
                    let sent: Vec<io::Result<Bytes>> = pieces.collect().await;
                    let (last, before) = sent.split_last().unwrap();
                    assert!(last.is_err() && before.iter().flatten().map(Bytes::len).sum::<usize>() < size);
                }
            }
            assert!(original.whole(other).is_err() && original.whole(bytes).is_ok());
        }
    }
}
