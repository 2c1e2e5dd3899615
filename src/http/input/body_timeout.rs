//! How long a body may take to arrive: some time, and more for what has come. Whoever sends a byte a second
//! holds a connection for that long, and not for ever.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant as Monotonic, timeout_at};

use crate::{
    error::{Code, Error, Result},
    say,
};

/// Bytes that buy another second: a slow line, and no slower.
const SLOWEST: usize = 16 * 1024;

/// The pace of one body.
pub struct BodyTimeout {
    began: Monotonic,
    seconds: u32,
    received: usize,
}

impl BodyTimeout {
    /// Of a body that is read from now on.
    pub fn new(seconds: u32) -> Self {
        Self {
            began: Monotonic::now(),
            seconds,
            received: 0,
        }
    }

    /// So many bytes have come.
    pub fn received(&mut self, bytes: usize) {
        self.received += bytes;
    }

    /// The next piece, if it comes in time.
    pub async fn next<S: Stream + Unpin>(&self, pieces: &mut S) -> Result<Option<S::Item>> {
        let more = u64::try_from(self.received / SLOWEST).unwrap_or(u64::MAX);
        let allowed = Duration::from_secs(u64::from(self.seconds).saturating_add(more));
        let late = |_| {
            let seconds = self.seconds;
            let detail = say!(
                "请求体传送过慢：应在 {seconds} 秒内送达，每 16 KiB 另加 1 秒",
                "The body comes too slowly: it has {seconds} seconds, and one more for each 16 KiB"
            );
            Error::new(Code::RequestTimeout, detail).with_header("Connection", "close")
        };
        timeout_at(self.began + allowed, pieces.next()).await.map_err(late)
    }
}
