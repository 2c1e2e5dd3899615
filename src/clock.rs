//! Where "now" comes from: the machine, or a clock that stands still until it is set.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};

use crate::domain::time::{Day, Instant, day_of};

/// The only source of "now". Handlers and workers get it from the application, tests fix it.
pub trait Clock: Send + Sync {
    /// The current instant, truncated to microseconds.
    fn now(&self) -> Instant;

    /// Today in Asia/Shanghai.
    fn today(&self) -> Day {
        day_of(self.now())
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Instant {
        let now = Utc::now();
        // PostgreSQL keeps microseconds; a value that is read back must equal the one written.
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

/// A clock that stands still until it is set: for tests and for replaying a day.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `now`.
    pub fn at(now: Instant) -> Self {
        Self(AtomicI64::new(now.timestamp_micros()))
    }

    /// Moves the clock to `now`.
    pub fn set(&self, now: Instant) {
        self.0.store(now.timestamp_micros(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// A clock that is shared with the code that sets it.
impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Instant {
        self.as_ref().now()
    }
}
