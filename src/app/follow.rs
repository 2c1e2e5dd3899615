//! How far a follower of a list has come: what its mark is made with, and where the log is.

use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

use super::App;
use crate::{
    error::{Error, Result},
    store,
};

/// The key of marks, once it is read.
pub(super) type Key = OnceCell<[u8; 32]>;

impl App {
    /// The key that marks are sealed with, the same on all replicas: made of the secret in the database.
    pub async fn mark_key(&self) -> Result<[u8; 32]> {
        let read = async || {
            let fresh = self.new_secret();
            let salt = self
                .db
                .write(async |tx| Ok::<_, Error>(store::feedback::salt(tx, &fresh).await?))
                .await?;
            let key = Sha256::new().chain_update(b"duban marks").chain_update(salt).finalize();
            Ok::<_, Error>(key.into())
        };
        self.mark_key.get_or_try_init(read).await.copied()
    }

    /// The last number that was given in the log, with plans and units in memory that are no older; if it is asked for.
    pub async fn sealed_if(&self, asked: bool) -> Result<Option<i64>> {
        if !asked {
            return Ok(None);
        }
        let sealed = self.read(async |tx| Ok(store::changes::sealed(tx).await?)).await?;
        self.refresh_catalog().await?;
        Ok(Some(sealed))
    }
}
