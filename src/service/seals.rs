//! Giving the log its final order, and checking that it still has it.

use super::work::Work;
use crate::{
    db::Tx,
    domain::{
        id::EntryId,
        seal::{Algorithm, Chain, Damage, Head, Seal},
    },
    error::Result,
    store::{self, revisions, seals::LoggedEntry},
};

/// Entries sealed in one transaction, so that none is long.
const BATCH: i64 = 200;
/// Entries checked at a time.
const CHECKED: i64 = 500;

/// What there was to seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// All that was committed is sealed.
    Done,
    /// There may be more.
    More,
    /// Another replica is at it.
    Elsewhere,
}

/// Gives entries that wait the next numbers. One replica does so at a time; those who write wait
/// neither for it nor for one another.
pub async fn seal_waiting(work: &mut Work<'_>, algorithm: Algorithm) -> Result<Sealing> {
    if !work.tx.try_lock("seals").await? {
        return Ok(Sealing::Elsewhere);
    }
    // After the lock: nobody adds a seal that is not seen here.
    let entries = store::seals::waiting(work.tx, BATCH).await?;
    if entries.is_empty() {
        return Ok(Sealing::Done);
    }
    let mut head = store::seals::head(work.tx).await?;
    let seals: Vec<Seal> = entries
        .iter()
        .map(|entry| {
            let seal = Seal::next(&head, entry, algorithm);
            head = seal.head();
            seal
        })
        .collect();
    store::seals::insert(work.tx, &seals).await?;
    revisions::log_moved(work.tx).await?;
    // Others may have come meanwhile: the next look tells.
    Ok(Sealing::More)
}

/// Where the log is broken first.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The number, of what has or should have one.
    pub seq: Option<i64>,
    /// The id of the entry, as far as it is known.
    pub id: Option<EntryId>,
    /// What it is said to be, if it is there.
    pub entry: Option<LoggedEntry>,
    /// What is wrong.
    pub damage: Damage,
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// How far the log is sealed, and proved.
    pub head: Head,
    /// Entries that wait for their number.
    pub waiting: i64,
    /// Where it is broken first.
    pub broken: Option<Broken>,
}

/// Checks every number and hash of the log, that no entry is left out, and that it still holds what
/// was `expected`: a head written down earlier. Only that finds an end that was cut off.
pub async fn verify_log(tx: &mut Tx, expected: Option<&Head>) -> Result<Verdict> {
    let mut chain = Chain::default();
    let broken = match follow(tx, &mut chain, expected).await? {
        Some(broken) => Some(broken),
        None => find_unsealed(tx).await?,
    };
    Ok(Verdict {
        waiting: store::seals::waiting_since(tx).await?.0,
        head: chain.head().clone(),
        broken,
    })
}

async fn follow(tx: &mut Tx, chain: &mut Chain, expected: Option<&Head>) -> Result<Option<Broken>> {
    let mut batch = CHECKED;
    loop {
        let after = chain.head().seq;
        let seals = match store::seals::list(tx, after, batch).await {
            Ok(seals) => seals,
            Err(error) if !store::seals::is_unreadable(&error) => return Err(error.into()),
            // Which one of them it is: one by one up to it.
            Err(_) if batch > 1 => {
                batch = 1;
                continue;
            }
            Err(_) => return broken(tx, after + 1, None, Damage::Unreadable).await,
        };
        if seals.is_empty() {
            break;
        }
        for (seal, entry) in &seals {
            let seq = chain.head().seq + 1;
            if let Err(damage) = chain.follow(seal, entry.as_ref()) {
                let id = (damage != Damage::Missing).then_some(seal.entry);
                return broken(tx, seq, id, damage).await;
            }
            if let Some(expected) = expected.filter(|expected| expected.seq == seq && expected.hash != seal.hash) {
                let recorded = seal.hash.clone();
                return broken(tx, expected.seq, Some(seal.entry), Damage::Rewritten { recorded }).await;
            }
        }
    }
    let end = chain.head().seq;
    match expected.filter(|expected| expected.seq > end) {
        Some(expected) => broken(tx, expected.seq, None, Damage::Truncated { end }).await,
        None => Ok(None),
    }
}

async fn broken(tx: &mut Tx, seq: i64, id: Option<EntryId>, damage: Damage) -> Result<Option<Broken>> {
    // What cannot be read may have a name all the same.
    let entry = store::seals::named(tx, seq).await.unwrap_or_default();
    Ok(Some(Broken {
        seq: Some(seq),
        id: id.or(entry.as_ref().map(|entry| entry.id)),
        entry,
        damage,
    }))
}

async fn find_unsealed(tx: &mut Tx) -> Result<Option<Broken>> {
    if let Some(entry) = store::seals::forgotten(tx).await? {
        return Ok(Some(Broken {
            seq: None,
            id: Some(entry.id),
            entry: Some(entry),
            damage: Damage::NotSealed,
        }));
    }
    let lost = store::seals::lost(tx).await?;
    Ok(lost.map(|id| Broken {
        seq: None,
        id: Some(id),
        entry: None,
        damage: Damage::Lost,
    }))
}
