//! Sealing the log: each entry gets the next number, and a hash made from the one before, the number and all of the
//! entry. Changing, removing or moving an entry breaks the chain there.
//!
//! What is hashed is three lines, so that it can be done by hand with `sha256sum` or an SM3 tool:
//!
//! ```text
//! the hash before, in hexadecimal; 64 zeros before the first
//! the number, in decimal
//! the entry as canonical JSON, without a line feed at its end
//! ```
//!
//! Canonical JSON has no spaces; members are ordered by the bytes of their names, those without a
//! value are left out; numbers are written in full, without exponent or needless zeros; instants
//! have six digits of a second. It is the same for what was written and what a database that keeps
//! values rather than texts (jsonb) gives back.

mod canonical;

use std::{fmt, str::FromStr};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sm3::Sm3;

use self::canonical::canonical;
use super::{
    fault::Bilingual,
    id::{EntryId, NotAnId},
    log::LogEntry,
    time::Instant,
};
use crate::say;

/// What hashes are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SM3 (GB/T 32905-2016).
    Sm3,
}

impl Algorithm {
    /// Its name in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }

    fn hash(self, bytes: &[u8]) -> String {
        match self {
            Self::Sha256 => format!("{:x}", Sha256::digest(bytes)),
            Self::Sm3 => format!("{:x}", Sm3::digest(bytes)),
        }
    }
}

/// There is no such algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an algorithm of the log: {0}")]
pub struct NotAnAlgorithm(String);

impl FromStr for Algorithm {
    type Err = NotAnAlgorithm;
    fn from_str(text: &str) -> Result<Self, NotAnAlgorithm> {
        match text {
            "sha256" => Ok(Self::Sha256),
            "sm3" => Ok(Self::Sm3),
            _ => Err(NotAnAlgorithm(text.to_owned())),
        }
    }
}

/// The number of an entry in the final order, in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seq(pub i64);

impl FromStr for Seq {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let seq: i64 = text.parse().map_err(|_| NotAnId("number"))?;
        let is_it = seq > 0 && seq < i64::MAX && seq.to_string() == text;
        is_it.then_some(Self(seq)).ok_or(NotAnId("number"))
    }
}

/// How far the log is sealed; written `73:9f86d0…`, to be kept elsewhere and compared later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last number.
    pub seq: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

impl Head {
    /// Before the first entry.
    pub fn start() -> Self {
        Self {
            seq: 0,
            hash: "0".repeat(64),
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl FromStr for Head {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (seq, hash) = text.split_once(':')?;
            let hash = hash.to_ascii_lowercase();
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            let seq = seq.parse().ok().filter(|seq| *seq >= 0)?;
            is_hash.then_some(Self { seq, hash })
        };
        parse().ok_or("expected SEQ:HASH as `duban verify` prints it")
    }
}

/// The place of an entry in the final order, and the proof of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Its number: 1, 2, 3 …
    pub seq: i64,
    /// The entry.
    pub entry: EntryId,
    /// What the hash was made with.
    pub algorithm: Algorithm,
    /// The hash, in hexadecimal.
    pub hash: String,
}

impl Seal {
    /// Seals `entry` as the next after `head`.
    pub fn next(head: &Head, entry: &LogEntry, algorithm: Algorithm) -> Self {
        let seq = head.seq + 1;
        let text = format!("{}\n{seq}\n{}", head.hash, canonical(&members(entry)));
        Self {
            seq,
            entry: entry.id,
            algorithm,
            hash: algorithm.hash(text.as_bytes()),
        }
    }

    /// How far the log is sealed with this one.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash.clone(),
        }
    }
}

/// Every field of the entry: one that is left out here could be changed without notice.
fn members(entry: &LogEntry) -> Value {
    let LogEntry {
        id,
        at,
        actor,
        actor_unit,
        event,
        subject,
        plan,
        reason,
        before,
        after,
        request_id,
    } = entry;
    let mut members = json!({
        "id": id, "at": microseconds(*at), "actor": actor.subject(), "event": event, "subject": subject
    });
    let optional = [
        ("actor_issuer", actor.issuer().map(|issuer| json!(issuer))),
        ("actor_name", actor.name().map(|name| json!(name))),
        ("actor_unit", actor_unit.as_ref().map(|unit| json!(unit))),
        ("plan_id", plan.as_ref().map(|plan| json!(plan))),
        ("reason", reason.as_ref().map(|reason| json!(reason))),
        ("before", before.clone()),
        ("after", after.clone()),
        ("request_id", request_id.as_ref().map(|id| json!(id))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            members[name] = value;
        }
    }
    members
}

fn microseconds(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// How the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The number does not follow the one before: what had it is gone.
    Missing,
    /// The seal is there, its entry is not.
    NoEntry,
    /// The entry, or the seal, is not what it was: the hash that is recorded is another.
    Altered {
        /// What the entry's hash would have to be.
        computed: String,
        /// What is recorded.
        recorded: String,
    },
    /// What is stored cannot even be read.
    Unreadable,
    /// The entry is there, but neither sealed nor waiting to be.
    NotSealed,
    /// The entry waited for its number, and is gone.
    Lost,
    /// The log ends before the number that was written down.
    Truncated {
        /// Where it ends.
        end: i64,
    },
    /// The hash is not the one that was written down: the log was written anew.
    Rewritten {
        /// The hash now.
        recorded: String,
    },
}

impl Damage {
    /// For people.
    pub fn detail(&self) -> Bilingual {
        match self {
            Self::Missing => say!("这一条不见了", "there is no entry with this number"),
            Self::NoEntry => say!("封存记录还在，日志条目不见了", "its seal is there, the entry is gone"),
            Self::Altered { computed, recorded } => say!(
                "内容被改动：应为 {computed}，封存为 {recorded}",
                "it was altered: its hash is {computed}, sealed was {recorded}"
            ),
            Self::Unreadable => say!("存储的内容无法读取", "what is stored cannot be read"),
            Self::NotSealed => say!(
                "条目既未封存，也不在待封存之列：它的待封存记录被删除了，请与备份核对",
                "it is neither sealed nor waiting for it: that it waits was deleted; compare with a backup"
            ),
            Self::Lost => say!("待封存的条目不见了", "it waited to be sealed, and is gone"),
            Self::Truncated { end } => say!("日志到第 {end} 条为止", "the log ends at {end}"),
            Self::Rewritten { recorded } => say!(
                "与留存的校验值不符，现为 {recorded}",
                "it is not the hash that was written down, but {recorded}"
            ),
        }
    }
}

/// Checks a chain seal by seal.
#[derive(Debug)]
pub struct Chain(Head);

impl Default for Chain {
    fn default() -> Self {
        Self(Head::start())
    }
}

impl Chain {
    /// How far it has been checked.
    pub fn head(&self) -> &Head {
        &self.0
    }

    /// Goes on to `seal`, or says what is wrong with the next number.
    pub fn follow(&mut self, seal: &Seal, entry: Option<&LogEntry>) -> Result<(), Damage> {
        if seal.seq != self.0.seq + 1 {
            return Err(Damage::Missing);
        }
        let entry = entry.ok_or(Damage::NoEntry)?;
        let expected = Seal::next(&self.0, entry, seal.algorithm);
        if expected != *seal {
            return Err(Damage::Altered {
                computed: expected.hash,
                recorded: seal.hash.clone(),
            });
        }
        self.0 = expected.head();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
