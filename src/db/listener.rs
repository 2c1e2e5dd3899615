//! What other processes tell of their commits.

use std::time::Duration;

use sqlx::{Error, Executor as _, PgPool, Result, postgres::PgListener};
use tokio::time::timeout;

/// After so long a silence the connection is asked whether it is still one: what was lost without a word
/// between here and the server would be listened to for ever.
const SILENCE: Duration = Duration::from_secs(10);

/// Hears what other processes commit, on a connection of its own.
pub struct Listener {
    connection: PgListener,
    wait: Duration,
}

impl Listener {
    pub(super) async fn new(pool: &PgPool, channel: &str, wait: Duration) -> Result<Self> {
        let mut connection = PgListener::connect_with(pool).await?;
        connection.eager_reconnect(false);
        timeout(wait, connection.listen(channel))
            .await
            .map_err(|_| Error::PoolTimedOut)??;
        Ok(Self { connection, wait })
    }

    /// Waits for a notification, and gives what it says. `None`: the connection was lost meanwhile, anything may
    /// have been missed.
    pub async fn receive(&mut self) -> Result<Option<String>> {
        loop {
            match timeout(SILENCE, self.connection.try_recv()).await {
                Ok(notification) => return Ok(notification?.map(|notification| notification.payload().to_owned())),
                Err(_) => match timeout(self.wait, self.connection.execute("select 1")).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(_)) | Err(_) => return Ok(None),
                },
            }
        }
    }
}
