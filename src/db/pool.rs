//! Connections that are kept open between transactions. The one that was given back last is given out first: it has the
//! most in its cache. None is asked whether it still lives, neither then nor when it comes back: that takes as long as a
//! short statement, and its next statement tells.

use std::{io, time::Duration};

use deadpool::{
    Runtime,
    managed::{BuildError, Manager, Object, PoolError, QueueMode, TimeoutType, Timeouts},
};
use sqlx::{Error, Result};

/// How the connections of a pool are used at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How many there may be.
    pub most: usize,
    /// How many are in use.
    pub in_use: usize,
    /// How many callers wait for one.
    pub waiting: usize,
}

/// Opens connections, and closes them.
pub(super) trait ConnectionManager: Manager<Error = Error> {
    /// Closes one properly.
    async fn close(connection: Self::Type) -> Result<()>;
}

/// A pool of what `M` opens.
pub(super) struct Pool<M: ConnectionManager>(deadpool::managed::Pool<M>);

impl<M: ConnectionManager> Clone for Pool<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A connection that goes back to its pool.
pub(super) type Pooled<M> = Object<M>;

impl<M: ConnectionManager> Pool<M> {
    /// At most `connections`; callers wait at most `wait`, for one that is free or for a new one.
    pub(super) fn new(manager: M, connections: u32, wait: Duration) -> Result<Self> {
        let pool = deadpool::managed::Pool::builder(manager)
            .max_size(usize::try_from(connections).unwrap_or(usize::MAX))
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts {
                wait: Some(wait),
                create: Some(wait),
                recycle: None,
            })
            .runtime(Runtime::Tokio1)
            .build();
        pool.map(Self)
            .map_err(|error: BuildError| Error::Configuration(error.into()))
    }

    /// A connection.
    pub(super) async fn get(&self) -> Result<Pooled<M>> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Timeout(TimeoutType::Wait) => Error::PoolTimedOut,
            PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
                io::Error::new(io::ErrorKind::TimedOut, "no connection to the server").into()
            }
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::PoolClosed,
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => Error::Protocol(error.to_string()),
        })
    }

    /// How they are used at this moment.
    pub(super) fn usage(&self) -> Usage {
        let status = self.0.status();
        Usage {
            most: status.max_size,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
        }
    }

    /// How many it may have.
    pub(super) fn most(&self) -> usize {
        self.0.status().max_size
    }

    /// What opens them.
    pub(super) fn manager(&self) -> &M {
        self.0.manager()
    }

    /// Closes those that rest. One that is in use is closed when it comes back.
    pub(super) async fn close(&self) {
        let resting = self.0.retain(|_, _| false).removed;
        self.0.close();
        for connection in resting {
            if let Err(error) = M::close(connection).await {
                tracing::debug!(%error, "a connection is not closed properly");
            }
        }
    }
}

/// Closes it instead of giving it back.
pub(super) fn discard<M: ConnectionManager>(connection: Pooled<M>) {
    drop(Object::take(connection));
}
