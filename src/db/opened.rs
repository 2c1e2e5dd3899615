//! How many transactions are open.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// How many transactions are open.
#[derive(Clone, Default)]
pub(super) struct Opened(Arc<AtomicUsize>);

impl Opened {
    pub(super) fn any(&self) -> bool {
        self.0.load(Ordering::Acquire) > 0
    }

    pub(super) fn one(&self) -> Open {
        self.0.fetch_add(1, Ordering::AcqRel);
        Open(self.clone())
    }
}

/// One of them.
pub(super) struct Open(pub(super) Opened);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}
