//! Calendar addresses: a secret in the URL that opens one unit's feed and nothing else.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::work::{Change, Work};
use crate::{
    domain::{event::Event, id::UnitCode, policy::Action},
    error::{Error, Result},
    store,
};

/// What is kept of a secret.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Makes a new secret for the unit's feed; an earlier one opens nothing any more. It is shown once.
pub async fn open_feed(work: &mut Work<'_>, unit: &UnitCode) -> Result<String> {
    if !work.may_on(Action::ManageFeed, unit) || store::units::all(work.tx).await?.get(unit).is_none() {
        return Err(Error::not_found());
    }
    let secret = work.new_secret();
    store::calendar_feeds::put(work.tx, unit, &hash(&secret), work.now).await?;
    let opened = Change {
        event: Event::FEED_OPENED,
        subject: unit,
        plan: None,
        reason: None,
        before: None::<&()>,
        after: None,
    };
    work.record(opened).await?;
    Ok(secret)
}
