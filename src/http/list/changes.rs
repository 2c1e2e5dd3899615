//! `changed_since=`: what changed in a list since a mark or an instant, what is gone, and the next mark.
//!
//! A mark is a place in the log, and what was asked by whom on which day. It is sealed, and no two are alike: it tells
//! nothing, not even whether anything happened.

use std::iter::repeat;

use chacha20poly1305::{AeadInPlace as _, KeyInit as _, XChaCha20Poly1305, XNonce};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Datelike as _, Duration};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Call, List,
    paging::Paging,
    source::{PageMembers, Source},
};
use crate::{
    domain::{
        changes::{Changes, Followed, Follower},
        id::EntryId,
        invalidation::LogPosition,
        order::Total,
        person::Person,
        scope::Scope,
        time::{Day, Instant, day_of},
        unit::Membership,
    },
    error::{Error, Result},
    http::input::{self, Moment, Selection, invalid_parameter},
    rendered::Rendered,
    say, store,
    store::Tx,
};

/// 与上次相比的变化 (what changed since)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Changes)]
pub struct ChangesView {
    /// 标记：下次以 `changed_since=` 给出 (the mark to give next time)
    #[schema(example = "kX0b…")]
    mark: String,
    /// 是否给出了全部内容：是则以此替换原有的，不在其中的即已不存在 (whether these are all rows: replace what you have; what is
    /// not among them is gone)
    complete: bool,
    /// 不再属于此列表的编号 (ids of what is not in this list any more)
    gone: Vec<String>,
}

/// Since when changes are asked for.
pub enum Since {
    /// The beginning.
    Start,
    /// An instant.
    Instant(Instant),
    /// A mark.
    FollowToken(FollowToken),
}

/// How far a follower has come.
#[derive(Debug, PartialEq, Eq)]
pub struct FollowToken {
    /// The last number of the log that it knows of.
    sealed: i64,
    /// The day for which rows were told.
    day: Day,
    /// What was asked.
    asked: [u8; 8],
    /// By whom.
    seer: [u8; 8],
    /// How far the log was when the rows were read; marks of earlier releases do not say.
    seen: Option<LogPosition>,
}

/// Of the entries that waited, so many are named: a mark's length tells nothing.
const WAITING: usize = 2;

const NONCE: usize = 24;

/// How long after its instant an entry may appear in the log, or by how much a clock may be behind: changes are told from so
/// much earlier.
const LATE: Duration = Duration::minutes(5);

fn short(text: &str) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(&Sha256::digest(text)[..8]);
    short
}

impl FollowToken {
    fn seal(&self, key: &[u8; 32], fresh: &str) -> Result<String> {
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&Sha256::digest(fresh)[..NONCE]);
        let mut sealed = Vec::new();
        sealed.extend(self.sealed.to_be_bytes());
        sealed.extend(self.day.num_days_from_ce().to_be_bytes());
        sealed.extend(self.asked);
        sealed.extend(self.seer);
        if let Some(seen) = &self.seen {
            sealed.extend(seen.sealed.to_be_bytes());
            // The start of a log has no hash.
            sealed.extend(u64::from_str_radix(&seen.hash, 16).unwrap_or(0).to_be_bytes());
            let waiting = seen.waiting.iter().rev().map(|id| Uuid::from(*id));
            for id in waiting.chain(repeat(Uuid::nil())).take(WAITING) {
                sealed.extend(id.as_bytes());
            }
        }
        let cipher = XChaCha20Poly1305::new(key.into());
        let done = cipher.encrypt_in_place(&XNonce::from(nonce), b"", &mut sealed);
        done.map_err(|_| Error::internal("a mark cannot be sealed"))?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn open(text: &str, key: &[u8; 32]) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let mut sealed = sealed.to_vec();
        let cipher = XChaCha20Poly1305::new(key.into());
        cipher.decrypt_in_place(&XNonce::from(nonce), b"", &mut sealed).ok()?;
        let number = |at: usize| Some(i64::from_be_bytes(sealed.get(at..at + 8)?.try_into().ok()?));
        let seen = |seen: i64| {
            let ids = sealed.get(44..)?.chunks_exact(16).map(Uuid::from_slice);
            Some(LogPosition {
                sealed: seen,
                hash: format!("{:016x}", number(36)?),
                waiting: ids.flatten().filter(|id| !id.is_nil()).map(EntryId::from).collect(),
            })
        };
        Some(Self {
            seen: number(28).and_then(seen),
            sealed: number(0)?,
            day: Day::from_num_days_from_ce_opt(i32::from_be_bytes(sealed.get(8..12)?.try_into().ok()?))?,
            asked: sealed.get(12..20)?.try_into().ok()?,
            seer: sealed.get(20..28)?.try_into().ok()?,
        })
    }
}

impl FollowToken {
    /// Whether it is of this log, which goes as far as `now`. After a server took over that lacks the last entries, or a
    /// backup was restored, numbers are given anew.
    async fn is_of(&self, tx: &mut Tx, now: &LogPosition) -> Result<bool> {
        Ok(match &self.seen {
            _ if self.sealed > now.sealed => false,
            Some(seen) => self.sealed <= seen.sealed && store::invalidation::still_holds(tx, seen).await?,
            None => true,
        })
    }
}

impl Call {
    /// Reads `changed_since=`.
    pub(super) async fn since(&self, text: &str) -> Result<Since> {
        if text == "start" {
            return Ok(Since::Start);
        }
        if let Some(Moment(instant)) = Moment::read(text) {
            return Ok(Since::Instant(instant));
        }
        let mark = FollowToken::open(text, &self.follow_key().await?);
        let mark = mark.ok_or_else(|| {
            let detail = say!(
                "应为 start、日期、时刻（RFC 3339）或上次答复给出的 mark",
                "must be start, a day, an instant (RFC 3339), or the mark of the last reply"
            );
            invalid_parameter("changed_since", detail)
        })?;
        if mark.asked != self.what_is_asked() {
            let detail = say!(
                "该标记属于另一个列表或筛选条件",
                "the mark belongs to another list or other filters"
            );
            return Err(invalid_parameter("changed_since", detail));
        }
        Ok(Since::FollowToken(mark))
    }

    /// The list and its filters.
    fn what_is_asked(&self) -> [u8; 8] {
        let looks = ["limit", "cursor", "fields", "embed", "format", "sort", "changed_since"];
        let mut filters = input::pairs(self.request());
        filters.retain(|(name, _)| !looks.contains(&name.as_str()));
        filters.sort();
        let asked = serde_json::to_string(&(self.request().path(), filters));
        short(&asked.unwrap_or_default())
    }

    /// Who asks, with what rights: to others other rows are shown, and other steps offered.
    fn seer(&self) -> [u8; 8] {
        let actor = self.actor();
        let seer = serde_json::to_string(&(actor.person.as_ref().map(Person::key), actor.rights()));
        // Of texts and lists of them there always is a text.
        short(&seer.unwrap_or_default())
    }

    /// Whether units began, ended or changed their members after `from`, up to today.
    fn units_passed(&self, from: Day) -> bool {
        let passed = |first: Option<Day>, last: Option<Day>| {
            let next = last.and_then(|day| day.succ_opt());
            [first, next]
                .into_iter()
                .flatten()
                .any(|day| from < day && day <= self.today())
        };
        self.catalog().units.iter().any(|unit| {
            let members = match &unit.membership {
                Some(Membership::List { members }) => members.as_slice(),
                _ => &[],
            };
            passed(unit.valid_from, unit.valid_to)
                || members.iter().any(|member| passed(member.valid_from, member.valid_to))
        })
    }

    /// The reply for a list that is followed.
    pub(super) async fn follow<S: Source>(
        &self,
        source: &S,
        since: Since,
        (selection, paging): (Selection, Paging),
    ) -> Result<Rendered> {
        let list = <S::List as List>::FOLLOWED;
        let followed = list.zip(self.sealed);
        let (list, until) = followed.ok_or_else(|| Error::internal("a list is followed that says not how"))?;
        let today = self.today();
        let read = async |tx: &mut Tx| {
            let seen = store::invalidation::place(tx).await?;
            let changed = match self.changes(tx, (&since, &seen), list).await? {
                None => None,
                Some(changes) => source.changed(tx, &changes).await?,
            };
            let found = match changed {
                Some(changed) => Ok(changed),
                None => Err(source.page(tx, &paging.window).await?),
            };
            Ok((found, seen))
        };
        let mut members = PageMembers::default();
        let (found, seen) = self.scan(read).await?;
        let (mut rows, total, complete, gone) = match found {
            Err(found) => {
                members = found.members;
                (found.rows, found.total, true, Vec::new())
            }
            Ok((rows, gone)) => {
                let total = Total::of(&rows);
                let rows = paging.window.of(rows, |row, sort| source.key(row, sort));
                (rows, total, false, gone.into_iter().collect())
            }
        };
        let is_first = paging.window.after.is_none();
        let next = paging.cut(&mut rows, |row, sort| source.key(row, sort));
        let views = rows.iter().map(|row| source.view(row, self));
        let items = views.map(|view| selection.to_json(&view)).collect::<Result<Vec<_>>>()?;
        if is_first {
            let mark = FollowToken {
                sealed: until,
                day: today,
                asked: self.what_is_asked(),
                seer: self.seer(),
                seen: Some(seen),
            };
            let changes = ChangesView {
                mark: mark.seal(&self.follow_key().await?, &self.new_secret())?,
                complete,
                gone,
            };
            members.insert(
                "changes".to_owned(),
                serde_json::to_value(changes).map_err(Error::internal)?,
            );
        }
        self.page(items, total, next, members)
    }

    /// What the log, which goes as far as `now`, says since; `None`: all may be different.
    async fn changes(
        &self,
        tx: &mut Tx,
        (since, now): (&Since, &LogPosition),
        list: Followed,
    ) -> Result<Option<Changes>> {
        let (sealed, from) = match since {
            Since::Start => return Ok(None),
            Since::FollowToken(mark) if mark.seer != self.seer() || !mark.is_of(tx, now).await? => return Ok(None),
            Since::FollowToken(mark) => (mark.sealed, mark.day),
            Since::Instant(instant) => {
                let instant = *instant - LATE;
                (store::changes::before(tx, instant).await?, day_of(instant))
            }
        };
        if from > self.today() || list.hangs_on_units() && self.units_passed(from) {
            return Ok(None);
        }
        let public = Scope::public();
        let sees = |plan: &_| self.view.drafts || self.catalog().plan(plan, &public).is_some();
        let follower = Follower::of(self.actor(), &sees);
        let mut changes = Changes::since(sealed, from, self.today());
        if list.is_logged() {
            store::changes::each(tx, sealed, |entry| changes.apply(list, entry, &follower)).await?;
        }
        Ok(Some(changes).filter(|changes| !changes.everything))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_by_who_has_the_key_and_no_two_are_alike() {
        let mark = FollowToken {
            sealed: 7,
            day: Day::from_ymd_opt(2017, 6, 30).unwrap(),
            asked: short("a list"),
            seer: short("somebody"),
            seen: Some(LogPosition {
                sealed: 8,
                hash: "00c0ffee00c0ffee".to_owned(),
                waiting: [EntryId::from(Uuid::from_u128(1))].into(),
            }),
        };
        let (one, other) = (mark.seal(&[1; 32], "a").unwrap(), mark.seal(&[1; 32], "b").unwrap());
        assert_ne!(one, other);
        assert_eq!(FollowToken::open(&one, &[1; 32]).unwrap(), mark);
        assert_eq!(FollowToken::open(&one, &[2; 32]), None);
        let patched = format!("{}A{}", &one[..40], &one[41..]);
        assert_eq!(FollowToken::open(&patched, &[1; 32]).filter(|_| patched != one), None);
    }

    #[test]
    fn a_mark_of_an_earlier_release_is_read() {
        let mark = FollowToken {
            sealed: 7,
            day: Day::from_ymd_opt(2017, 6, 30).unwrap(),
            asked: short("a list"),
            seer: short("somebody"),
            seen: None,
        };
        let sealed = mark.seal(&[1; 32], "a").unwrap();
        assert_eq!(FollowToken::open(&sealed, &[1; 32]).unwrap(), mark);
    }

    #[test]
    fn what_waits_does_not_make_a_mark_longer() {
        let of = |waiting: u128| {
            let waiting = (1..=waiting).map(|id| EntryId::from(Uuid::from_u128(id))).collect();
            let seen = LogPosition {
                waiting,
                ..LogPosition::default()
            };
            let mark = FollowToken {
                sealed: 0,
                day: Day::default(),
                asked: short(""),
                seer: short(""),
                seen: Some(seen),
            };
            mark.seal(&[1; 32], "a").unwrap().len()
        };
        assert_eq!((of(0), of(0)), (of(1), of(9)));
    }
}
