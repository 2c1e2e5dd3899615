//! Where the bytes of attachments are kept, if that is not the database: an S3-compatible store, or a
//! directory.
//!
//! An object has a random key and is never changed. It is written before the row that names it commits:
//! what a failure leaves behind is an object that nobody refers to, never a row without its bytes.

use std::{fmt, sync::Arc};

use actix_web::web::Bytes;
use anyhow::{Context as _, bail};
use futures_util::stream::BoxStream;
use object_store::{
    Error as StoreError, ObjectStore, ObjectStoreExt as _, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
    prefix::PrefixStore,
};

use crate::{
    error::{Error, Result},
    say,
};

/// A store of files.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.0)
    }
}

impl Files {
    /// The store that `place` names: `s3://bucket/prefix`, whose access is in the usual `AWS_…` variables,
    /// or `file:///directory`. `None`: the database keeps them.
    pub fn open(place: &str) -> anyhow::Result<Option<Self>> {
        if place == "database" {
            return Ok(None);
        }
        if let Some(directory) = place.strip_prefix("file://").filter(|path| path.starts_with('/')) {
            std::fs::create_dir_all(directory).with_context(|| format!("cannot make {directory}"))?;
            // A file that was acknowledged survives a power cut, as a row does.
            let store = LocalFileSystem::new_with_prefix(directory)?.with_fsync(true);
            return Ok(Some(Self(Arc::new(store))));
        }
        let Some(rest) = place.strip_prefix("s3://").filter(|rest| !rest.is_empty()) else {
            bail!("attachments are kept in `database`, s3://BUCKET/PREFIX or file:///DIRECTORY, not {place}")
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build()?;
        Ok(Some(Self(if prefix.is_empty() {
            Arc::new(store)
        } else {
            Arc::new(PrefixStore::new(store, prefix))
        })))
    }

    /// Writes a new object.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let written = self.0.put(&Path::from(key), bytes.into()).await;
        written.map(drop).map_err(failed)
    }

    /// The object, piece by piece.
    pub async fn get(&self, key: &str) -> Result<BoxStream<'static, Result<Bytes, StoreError>>> {
        let found = self.0.get(&Path::from(key)).await.map_err(failed)?;
        Ok(found.into_stream())
    }

    /// Removes objects that nobody refers to any more. One that stays does no harm.
    pub async fn discard(&self, keys: &[String]) {
        for key in keys {
            if let Err(error) = self.0.delete(&Path::from(key.as_str())).await {
                tracing::warn!(file.key = key, %error, "an object that nobody refers to was not removed");
            }
        }
    }
}

fn failed(error: StoreError) -> Error {
    if matches!(error, StoreError::NotFound { .. }) {
        return Error::internal(error);
    }
    let detail = say!(
        "附件存储暂时无法访问，请稍后重试",
        "the store of attachments cannot be reached; try again later"
    );
    Error::unavailable(error, detail)
}
