//! A limit on how many long reads run at once, so that short reads and changes always find a connection and a processor.

use std::time::Duration;

use tokio::{sync::OwnedSemaphorePermit, task::spawn_blocking, time::timeout};

use super::App;
use crate::{
    db::Tx,
    error::{Error, Result},
};

/// Room for one of them.
pub struct Room {
    _permit: OwnedSemaphorePermit,
}

impl App {
    /// Room for one; 503 with `Retry-After` when none becomes free for a while.
    pub async fn room(&self) -> Result<Room> {
        let wait = Duration::from_secs(self.config.database_wait_seconds.into());
        match timeout(wait, self.room_for_scans.clone().acquire_owned()).await {
            Ok(permit) => Ok(Room {
                _permit: permit.map_err(Error::internal)?,
            }),
            Err(late) => Err(Error::too_many_scans(late)),
        }
    }

    /// Like [`App::read`], for what looks at many rows, however few it gives.
    pub async fn scan<R>(&self, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        let room = self.room().await?;
        self.scan_in(&room, query).await
    }

    /// Like [`App::scan`], for a caller that already holds a room and goes on in it.
    pub async fn scan_in<R>(&self, _room: &Room, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        self.statement_costs.note_read();
        self.db.scan(query).await
    }

    /// Runs CPU work on the blocking pool, so that it holds up no other request. The room is taken until it is done,
    /// even if the caller stops waiting.
    pub async fn work_in<R: Send + 'static>(
        &self,
        room: Room,
        work: impl FnOnce() -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let work = move || {
            let _room = room;
            work()
        };
        spawn_blocking(work).await.map_err(Error::internal)?
    }
}
