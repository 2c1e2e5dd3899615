//! Calendar addresses: a secret in the URL that opens one unit's feed and nothing else.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::work::{LogRecord, Work};
use crate::{
    domain::{event::Event, id::UnitCode, policy::Action},
    error::{Code, Error, Result},
    say, store,
};

/// What is kept of a secret.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Makes a new secret for the unit's feed; an earlier one opens nothing any more. It is shown once.
pub async fn open_feed(work: &mut Work<'_>, unit: &UnitCode) -> Result<String> {
    let units = store::units::all(work.tx).await?;
    let known = units.get(unit).filter(|_| work.may_on(Action::ManageFeed, unit));
    let known = known.ok_or_else(Error::not_found)?;
    if known.membership.is_some() {
        let detail = say!(
            "{unit} 是集合单位，自身没有应办事项，日历总是空的；请为各成员单位分别生成",
            "{unit} is a collective and owes nothing itself: its calendar would be empty; open those of its members"
        );
        return Err(Error::new(Code::WrongState, detail));
    }
    let secret = work.new_secret();
    store::calendar_feeds::put(work.tx, unit, &hash(&secret), work.now).await?;
    let opened = LogRecord {
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
