//! A moment as a query names it.

use serde::{Deserialize, Deserializer, de};

use crate::{
    domain::{
        id::NotAnId,
        time::{Instant, start_of},
    },
    http::wording::{is_day, is_instant},
};

/// An instant, or a day, which means its beginning.
#[derive(Debug, Clone, Copy)]
pub struct Moment(pub Instant);

impl Moment {
    /// What `text` names.
    pub fn read(text: &str) -> Option<Self> {
        if is_day(text) {
            return text.parse().ok().map(start_of).map(Self);
        }
        // In a query the plus sign of an offset is a space.
        let instant = text.replace(' ', "+");
        is_instant(&instant).then(|| instant.parse().ok().map(Self)).flatten()
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| de::Error::custom(NotAnId("moment")))
    }
}
