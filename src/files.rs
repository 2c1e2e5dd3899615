//! Where the bytes of attachments are kept, if that is not the database: an S3-compatible store, or a
//! directory.
//!
//! An object has a random key and is never changed. It is written before the row that names it commits:
//! what a failure leaves behind is an object that nobody refers to, never a row without its bytes. Whoever can write to the
//! store cannot replace one unseen: what comes back is compared with what went in.

mod original;

use std::{
    error::Error as StdError,
    fmt, io,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::Duration,
};

use actix_web::web::Bytes;
use anyhow::{Context as _, bail};
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{
    ClientConfigKey, Error as StoreError, ObjectStore, ObjectStoreExt as _, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path,
    prefix::PrefixStore,
};
use tokio::time::timeout;

pub use self::original::Original;
use self::original::{Altered, Pieces};
use crate::{
    error::{Code, Error, Result},
    say,
};

/// How long a store elsewhere may take to be connected to, and before it is not tried again. An attempt may take
/// as long as a caller who reads slowly: that the store is silent is noticed here.
const CONNECT: &str = "3s";
const ATTEMPT: &str = "1h";
const RETRY: Duration = Duration::from_secs(10);
/// Bytes that buy a store another second to take them.
const SLOWEST: usize = 1024 * 1024;
/// How long the caller waits for objects to be removed that no row refers to any more.
const REMOVAL: Duration = Duration::from_secs(1);

/// A store of files.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where it is a directory. One that is away, such as a share that is not mounted, must not be made anew
    /// and written into.
    directory: Option<PathBuf>,
    /// How long it may be silent. A share that hangs is silent too.
    silence: Duration,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.store)
    }
}

impl Files {
    /// The store that `place` names: `s3://bucket/prefix`, whose access is in the usual `AWS_…` variables,
    /// or `file:///directory`. `None`: the database keeps them.
    /// It may be silent for `silence`.
    pub fn open(place: &str, silence: Duration) -> anyhow::Result<Option<Self>> {
        if place == "database" {
            return Ok(None);
        }
        if let Some(directory) = place.strip_prefix("file://").filter(|path| path.starts_with('/')) {
            std::fs::create_dir_all(directory).with_context(|| format!("cannot make {directory}"))?;
            // A file that was acknowledged survives a power cut, as a row does.
            let store = LocalFileSystem::new_with_prefix(directory)?.with_fsync(true);
            return Ok(Some(Self {
                store: Arc::new(store),
                directory: Some(directory.into()),
                silence,
            }));
        }
        let Some(rest) = place.strip_prefix("s3://").filter(|rest| !rest.is_empty()) else {
            bail!("attachments are kept in `database`, s3://BUCKET/PREFIX or file:///DIRECTORY, not {place}")
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let retry = RetryConfig {
            max_retries: 2,
            retry_timeout: RETRY,
            ..RetryConfig::default()
        };
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ConnectTimeout), CONNECT)
            .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), ATTEMPT)
            .with_retry(retry)
            .build()?;
        Ok(Some(Self {
            store: if prefix.is_empty() {
                Arc::new(store)
            } else {
                Arc::new(PrefixStore::new(store, prefix))
            },
            directory: None,
            silence,
        }))
    }

    /// Writes a new object.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        self.is_there()?;
        let more = u64::try_from(bytes.len() / SLOWEST).unwrap_or(u64::MAX);
        let allowed = self.silence.saturating_add(Duration::from_secs(more));
        let key = Path::from(key);
        let written = timeout(allowed, self.store.put(&key, bytes.into())).await;
        written.map_err(out_of_reach)?.map(drop).map_err(failed)
    }

    /// The object, piece by piece, if it is the `original`. Where the store falls silent it ends with an error.
    pub async fn get(&self, key: &str, original: &Original) -> Result<Pieces> {
        self.is_there()?;
        self.is_no_link(key)?;
        let key = Path::from(key);
        let found = timeout(self.silence, self.store.get(&key)).await;
        let found = found.map_err(out_of_reach)?.map_err(failed)?;
        original.has_size(found.meta.size)?;
        let pieces = found.into_stream();
        let silence = self.silence;
        let next = move |mut pieces: BoxStream<'static, Result<Bytes, StoreError>>| async move {
            let piece = timeout(silence, pieces.next()).await;
            let piece = piece.map_or_else(
                |late| Some(Err(late.into())),
                |piece| Some(piece?.map_err(io::Error::from)),
            );
            Ok::<_, io::Error>(piece.transpose()?.map(|piece| (piece, pieces)))
        };
        let pieces = stream::try_unfold(pieces, next).boxed();
        original.pieces(pieces, out_of_reach).await
    }

    /// Nothing here makes links: one leads to what this account may read and the caller may not.
    fn is_no_link(&self, key: &str) -> Result<()> {
        let found = self
            .directory
            .as_ref()
            .map(|directory| directory.join(key).symlink_metadata());
        match found {
            Some(Ok(found)) if found.is_symlink() => Err(Altered("a link stands in its place").into()),
            _ => Ok(()),
        }
    }

    fn is_there(&self) -> Result<()> {
        match &self.directory {
            Some(directory) if !FilePath::is_dir(directory) => Err(out_of_reach("the directory is not there")),
            _ => Ok(()),
        }
    }

    /// Removes objects that no row refers to any more. One that stays does no harm: a store that is silent keeps nobody
    /// waiting for it.
    pub async fn discard(&self, keys: Vec<String>) {
        let files = self.clone();
        let removal = async move {
            for key in keys {
                let path = Path::from(key.as_str());
                let removed = timeout(files.silence, files.store.delete(&path)).await;
                let silent = removed.is_err();
                let error = removed.map_or_else(|late| Some(late.to_string()), |done| Some(done.err()?.to_string()));
                if let Some(error) = error {
                    tracing::warn!(file.key = key, error, "an object that nobody refers to was not removed");
                }
                if silent {
                    return;
                }
            }
        };
        let waited = timeout(REMOVAL, tokio::spawn(removal)).await;
        drop(waited);
    }
}

fn failed(error: StoreError) -> Error {
    if matches!(error, StoreError::NotFound { .. }) {
        return missing(error);
    }
    if is_full(&error) {
        return Error::no_room(error);
    }
    out_of_reach(error)
}

/// The bytes of a file are not where they should be; `source` is logged.
pub fn missing(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    let detail = say!(
        "附件不在存储中，暂时无法提供；请凭 request_id 联系管理员",
        "The file is not in the store, and cannot be given out now; quote request_id when you report it"
    );
    Error::caused(Code::FileMissing, source, detail).with_header("Retry-After", "60")
}

fn out_of_reach(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    let detail = say!(
        "附件存储暂时无法访问，请稍后重试",
        "the store of attachments cannot be reached; try again later"
    );
    Error::unavailable(source, detail)
}

/// Whether somewhere among its causes a file found no room: the disk, a quota or a limit.
fn is_full(error: &(dyn StdError + 'static)) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(StorageFull | QuotaExceeded | FileTooLarge)) {
            return true;
        }
        cause = error.source();
    }
    false
}
