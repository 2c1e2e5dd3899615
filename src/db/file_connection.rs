//! A connection to an SQLite file. sqlx gives each a thread of its own and hands it commands through a channel, and to wait
//! for an answer takes as long as a short statement. What cannot fail is sent and not waited for.

use futures_util::FutureExt as _;
use sqlx::{ConnectOptions as _, Connection as _, Error, Result, SqliteConnection, sqlite::SqliteConnectOptions};

/// Commands that the channel to the thread has room for.
const ROOM: usize = 50;

/// A connection to a file.
pub(super) struct FileConnection {
    connection: SqliteConnection,
    /// Commands since the last answer, of which the thread may have taken none yet.
    unanswered: usize,
}

impl FileConnection {
    /// Opens one.
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let options = options.clone().command_buffer_size(ROOM);
        Ok(Self {
            connection: options.connect().await?,
            unanswered: 0,
        })
    }

    /// Sends a command, which is done before all that comes later; `false`: it was not sent, because the channel is full or
    /// the thread has ended.
    pub(super) fn send(&mut self, sql: &'static str) -> bool {
        // Polled once, a command is in the channel if that has room, and stays there. If it has none, the command is lost, and
        // that looks the same from here.
        if self.unanswered >= ROOM {
            return false;
        }
        let answer = sqlx::query(sql).execute(self.ask()).now_or_never();
        answer.is_none_or(|answer| answer.is_ok())
    }

    /// For a command whose answer is waited for, and goes to [`Self::answered`] then.
    pub(super) fn ask(&mut self) -> &mut SqliteConnection {
        self.unanswered += 1;
        &mut self.connection
    }

    /// This is the answer: the thread has done all that it was told. An error that is not SQLite's may have come before it was
    /// told anything.
    pub(super) fn answered<T>(&mut self, answer: Result<T>) -> Result<T> {
        if matches!(answer, Ok(_) | Err(Error::Database(_))) {
            self.unanswered = 0;
        }
        answer
    }

    /// Closes it, after all that it was told is done.
    pub(super) async fn close(self) -> Result<()> {
        self.connection.close().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const ADD: &str = "insert into thing default values";

    async fn count(file: &mut FileConnection) -> usize {
        let counted = sqlx::query_scalar("select count(*) from thing")
            .fetch_one(file.ask())
            .await;
        let counted: i64 = file.answered(counted).unwrap();
        counted.try_into().unwrap()
    }

    #[tokio::test]
    async fn what_is_sent_is_done_and_what_finds_no_room_is_not_sent() {
        let mut file = FileConnection::open(&"sqlite::memory:".parse().unwrap()).await.unwrap();
        let made = sqlx::query("create table thing (id integer primary key)")
            .execute(file.ask())
            .await;
        file.answered(made).unwrap();
        // The thread stops in the first command that it takes.
        let (go_on, stopped) = mpsc::channel::<()>();
        let mut thread = file.ask().lock_handle().await.unwrap();
        thread.set_progress_handler(1, move || {
            _ = stopped.recv();
            true
        });
        drop(thread);
        file.answered(Ok(())).unwrap();
        let sent = (0..3 * ROOM).filter(|_| file.send(ADD)).count();
        drop(go_on);
        assert_eq!(count(&mut file).await, sent);
        assert_eq!(sent, ROOM);
        assert!(file.send(ADD), "it has answered, and has room again");
        assert_eq!(count(&mut file).await, sent + 1);
    }
}
