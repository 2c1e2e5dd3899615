//! How far a follower of a list has come: what its mark is made with, and where the log is.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::App;
use crate::{
    error::{Error, Result},
    store,
};

/// The key of marks, once it is read.
pub(super) type FollowKey = Mutex<Option<[u8; 32]>>;

impl App {
    /// The key that marks are sealed with, the same on all replicas: made of the secret in the database.
    pub async fn follow_key(&self) -> Result<[u8; 32]> {
        let held = || self.follow_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = *held() {
            return Ok(key);
        }
        let fresh = self.new_secret();
        let salt = self
            .db
            .write(async |tx| Ok::<_, Error>(store::feedback::salt(tx, &fresh).await?))
            .await?;
        let key = Sha256::new().chain_update(b"duban marks").chain_update(salt).finalize();
        Ok(*held().insert(key.into()))
    }

    /// The database may have another secret now.
    pub(super) fn forget_follow_key(&self) {
        *self.follow_key.lock().unwrap_or_else(PoisonError::into_inner) = None;
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
