//! Fresh ids and secrets: the one place that draws random numbers.

use std::sync::Mutex;

use uuid::{ContextV7, Timestamp, Uuid};

use crate::domain::time::Instant;

/// Makes UUIDv7s. Each is greater than all that it made before, also within one instant and when the
/// clock goes back.
#[derive(Debug)]
pub struct Ids(Mutex<ContextV7>);

/// Ids of one process: the ids of others may lie between them.
impl Default for Ids {
    fn default() -> Self {
        Self(Mutex::new(ContextV7::new()))
    }
}

impl Ids {
    /// An id for what is made at `now`.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn at(&self, now: Instant) -> Uuid {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(&self.0, seconds, now.timestamp_subsec_nanos()))
    }
}

/// 122 random bits as text, for addresses that nobody shall guess.
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
}
