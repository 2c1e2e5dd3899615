//! Fresh ids and secrets: the one place that draws random numbers.

use std::sync::{Mutex, PoisonError};

use fastrand::Rng;
use uuid::{Builder, ContextV7, Timestamp, Uuid};

use crate::domain::time::Instant;

/// Makes UUIDv7s. Each is greater than all that it made before, also within one instant and when the
/// clock goes back.
#[derive(Debug)]
pub struct Ids(Source);

#[derive(Debug)]
enum Source {
    Fresh(Mutex<ContextV7>),
    Seeded(Mutex<Rng>),
}

/// Ids of one process: the ids of others may lie between them.
impl Default for Ids {
    fn default() -> Self {
        Self(Source::Fresh(Mutex::new(ContextV7::new())))
    }
}

impl Ids {
    /// Ids that follow from a seed: for generated data, whose instants come in no order. Nor do these ids, but by their
    /// instants.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Mutex::new(Rng::with_seed(seed))))
    }

    /// An id for what is made at `now`.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn at(&self, now: Instant) -> Uuid {
        let context = match &self.0 {
            Source::Fresh(context) => context,
            Source::Seeded(dice) => {
                let mut dice = dice.lock().unwrap_or_else(PoisonError::into_inner);
                let mut bytes = [0; 10];
                dice.fill(&mut bytes);
                let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
                return Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
            }
        };
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(context, seconds, now.timestamp_subsec_nanos()))
    }
}

/// 122 random bits as text, for addresses that must not be guessable.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random numbers")]
pub fn secret() -> String {
    Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant_of(id: Uuid) -> Instant {
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        Instant::from_timestamp(i64::try_from(seconds).unwrap(), nanos).unwrap()
    }

    #[test]
    fn ids_are_of_the_instant_given_and_in_the_order_they_were_made() {
        let now: Instant = "2017-06-30T01:00:00.123Z".parse().unwrap();
        let ids = Ids::default();
        let mut made: Vec<Uuid> = (0..1000).map(|_| ids.at(now)).collect();
        assert!(made.iter().all(|id| instant_of(*id) == now));
        // A clock that is set back does not put the new before the old.
        made.push(ids.at(now - chrono::Duration::days(1)));
        assert!(made.is_sorted_by(|earlier, later| earlier < later));
        let later = now + chrono::Duration::days(1);
        assert_eq!(instant_of(ids.at(later)), later);
    }

    #[test]
    fn a_seed_makes_the_same_ids_again() {
        let now: Instant = "2017-06-30T01:00:00.123Z".parse().unwrap();
        let make = |seed| {
            let ids = Ids::seeded(seed);
            [ids.at(now), ids.at(now)]
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        assert_ne!(make(1)[0], make(1)[1]);
        assert_eq!((instant_of(make(1)[0]), make(1)[0].get_version_num()), (now, 7));
    }
}
