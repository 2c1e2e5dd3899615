//! Keeps workers at work: one that panics is told of, and begins again after a pause that grows.

use std::{any::Any, convert::Infallible, panic::AssertUnwindSafe, pin::pin, time::Duration};

use actix_web::rt::time::{sleep, timeout};
use futures_util::FutureExt as _;

use crate::app::Background;

/// How soon one begins again.
pub(super) struct Pace {
    /// After its first panic; each in a row doubles it.
    pub(super) first: Duration,
    /// At most.
    pub(super) most: Duration,
    /// Who works this long does not panic in a row.
    pub(super) steady: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            most: Duration::from_mins(1),
            steady: Duration::from_mins(1),
        }
    }
}

/// Has `work` done, whatever happens to it.
pub(super) async fn supervise(
    background: &Background,
    name: &'static str,
    pace: &Pace,
    work: impl AsyncFn() -> Infallible,
) {
    loop {
        let mut working = pin!(AssertUnwindSafe(work()).catch_unwind());
        let ended = if let Ok(ended) = timeout(pace.steady, &mut working).await {
            ended
        } else {
            background.works(name);
            working.await
        };
        let Err(panic) = ended;
        let in_a_row = background.panicked(name);
        let pause = pace.pause(in_a_row);
        tracing::error!(
            worker = name,
            in_a_row,
            why = said(&*panic),
            "a worker has panicked, which is a bug; it begins again in {pause:?}"
        );
        sleep(pause).await;
    }
}

impl Pace {
    fn pause(&self, in_a_row: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(in_a_row.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.most)
    }
}

/// What a panic says.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("nothing")
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future::pending};

    use actix_web::rt::task::yield_now;
    use futures_util::{future::select, pin_mut};

    use super::*;

    const NO_PAUSE: Pace = Pace {
        first: Duration::ZERO,
        most: Duration::ZERO,
        steady: Duration::from_mins(1),
    };

    /// A worker that panics so often and works then, until it does.
    async fn after(background: &Background, panics: u32, pace: &Pace, then: impl AsyncFn() -> bool) {
        let begun = Cell::new(0);
        let work = async || {
            begun.set(begun.get() + 1);
            assert!(begun.get() > panics, "panic {}", begun.get());
            pending().await
        };
        let until = async {
            while begun.get() <= panics || !then().await {
                yield_now().await;
            }
        };
        let supervised = supervise(background, "test", pace, work);
        pin_mut!(supervised, until);
        timeout(Duration::from_secs(20), select(supervised, until))
            .await
            .unwrap();
    }

    #[actix_web::test]
    async fn who_panics_begins_again() {
        let background = Background::default();
        after(&background, 2, &NO_PAUSE, async || true).await;
        assert_eq!(background.failing(), [""; 0], "it is at work");
        after(&background, 1, &NO_PAUSE, async || true).await;
        assert_eq!(background.failing(), ["test"], "three times in a row");
        let (name, panics) = background.panics()[0];
        assert_eq!((name, panics.all), ("test", 3));
    }

    #[actix_web::test]
    async fn who_works_for_a_while_has_recovered() {
        let background = Background::default();
        let pace = Pace {
            steady: Duration::from_millis(1),
            ..NO_PAUSE
        };
        let recovered = async || background.failing().is_empty();
        after(&background, 5, &pace, recovered).await;
        assert_eq!(background.panics()[0].1.all, 5, "it is counted all the same");
    }

    #[test]
    fn the_pause_grows_to_its_end() {
        let pauses = [1, 2, 3, 10, 11, 40, u32::MAX].map(|in_a_row| Pace::default().pause(in_a_row).as_millis());
        assert_eq!(pauses, [100, 200, 400, 51_200, 60_000, 60_000, 60_000]);
    }
}
