//! Tokens (JWT, RFC 7519; practice of RFC 8725): who vouches for a caller, and what it says.
//!
//! The algorithm is a property of the key that is configured, never of the token that comes in.

mod claims;
mod keys;
mod mint;
mod said_once;

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use jsonwebtoken::{Algorithm, Header, TokenData, Validation, dangerous::insecure_decode_claims};
use moka::sync::Cache;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use self::{
    keys::KeyFetches,
    mint::{NewToken, mint},
};
use self::{
    keys::{Key, KeyStore},
    said_once::SaidOnce,
};
use crate::{
    config::{Config, Issuer},
    domain::{
        fault::Bilingual,
        person::Person,
        policy::{Actor, ClaimPaths, Doubt, TokenReading},
        time::Instant,
    },
    say,
};

/// Longer tokens are refused unread.
const LONGEST_TOKEN: usize = 8 * 1024;
/// Verified tokens that are remembered.
const REMEMBERED: u64 = 10_000;
/// Why a token is not accepted. What the caller hears; it never repeats the token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences of `detail` say it")]
pub enum Refused {
    Malformed,
    /// A claim is given twice.
    SaidTwice,
    TooLong,
    UnknownIssuer,
    NoKey,
    /// Not the caller's fault: whether there is such a key is unknown.
    KeysOutOfReach,
    BadSignature,
    Expired,
    NotYetValid,
    WrongAudience,
    MissingClaim(String),
    BadUnit {
        claim: String,
        value: String,
    },
    SeveralUnits {
        claim: String,
        units: String,
    },
}

impl Refused {
    /// Whether the same token may be accepted in a moment: the caller is not at fault.
    pub fn passes(&self) -> bool {
        *self == Self::KeysOutOfReach
    }

    /// The sentence for the caller.
    pub fn detail(&self) -> Bilingual {
        match self {
            Self::Malformed => say!("令牌格式错误", "the token is malformed"),
            Self::SaidTwice => say!("令牌中有重复的声明", "the token gives a claim twice"),
            Self::TooLong => say!("令牌过长", "the token is too long"),
            Self::UnknownIssuer => say!("不接受该颁发者", "the issuer is not accepted"),
            Self::NoKey => say!(
                "没有与 kid 和算法相符的密钥",
                "there is no key for this kid and algorithm"
            ),
            Self::KeysOutOfReach => say!(
                "暂时无法从令牌颁发者取得密钥，请稍后重试",
                "The keys of the token's issuer cannot be fetched; try again later"
            ),
            Self::BadSignature => say!("签名无效", "the signature is wrong"),
            Self::Expired => say!("令牌已过期", "the token has expired"),
            Self::NotYetValid => say!("令牌尚未生效", "the token is not valid yet"),
            Self::WrongAudience => say!("受众 (aud) 不符", "the audience is wrong"),
            Self::MissingClaim(claim) => say!(
                "缺少必需的声明 {claim}，或其类型不符",
                "the required claim {claim} is missing or of the wrong type"
            ),
            Self::BadUnit { claim, value } => say!(
                "声明 {claim} 应为单位代码，现为 {value}",
                "the claim {claim} must be the code of a unit, and is {value}"
            ),
            Self::SeveralUnits { claim, units } => say!(
                "声明 {claim} 有多个单位（{units}）；令牌只能代表一个单位",
                "the claim {claim} names several units ({units}); a token speaks for one"
            ),
        }
    }
}

/// A verified token.
#[derive(Debug)]
struct Verified {
    actor: Actor,
    doubts: Vec<Doubt>,
    /// Seconds since 1970.
    expires: i64,
    not_before: i64,
    issuer: usize,
    /// The state of the issuer's keys it was verified against.
    generation: u64,
}

struct Trusted {
    issuer: Issuer,
    keys: KeyStore,
}

/// Verifies tokens of the configured issuers, and remembers those it verified: for asymmetric keys
/// the signature costs more than the rest of a cached read.
pub struct Verifier {
    trusted: Vec<Trusted>,
    leeway: i64,
    verified: Cache<[u8; 32], Arc<Verified>>,
}

impl Verifier {
    /// Reads the keys of all issuers. A JWKS URL that cannot be reached now is tried again later.
    pub async fn new(config: &Config) -> anyhow::Result<Self> {
        let floor = Duration::from_secs(config.jwks_floor_seconds.into());
        let max_age = Duration::from_secs(config.jwks_max_age_seconds.into());
        let mut trusted: Vec<Trusted> = Vec::new();
        for issuer in config.issuers()? {
            if trusted.iter().any(|other| other.issuer.issuer == issuer.issuer) {
                bail!("issuer {} is configured twice", issuer.issuer);
            }
            let keys = KeyStore::new(&issuer, floor, max_age)
                .await
                .with_context(|| format!("keys of issuer {}", issuer.issuer))?;
            trusted.push(Trusted { issuer, keys });
        }
        let verified = Cache::builder()
            .max_capacity(REMEMBERED)
            .time_to_live(Duration::from_hours(1))
            .build();
        Ok(Self {
            trusted,
            leeway: config.jwt_leeway_seconds.into(),
            verified,
        })
    }

    /// Who the bearer of `token` is at `now`.
    pub async fn verify(&self, token: &str, now: Instant) -> Result<Actor, Refused> {
        Ok(self.verified(token, now).await?.actor.clone())
    }

    /// What `token` says, if it holds at `now`.
    pub async fn read(&self, token: &str, now: Instant) -> Result<TokenReading, Refused> {
        let verified = self.verified(token, now).await?;
        let issuer = &self.trusted[verified.issuer].issuer;
        Ok(TokenReading {
            actor: verified.actor.clone(),
            doubts: verified.doubts.clone(),
            claims: ClaimPaths {
                roles: issuer.roles_claim.clone(),
                unit: issuer.unit_claim.clone(),
                scope: issuer.scope_claim.clone(),
                name: issuer.name_claim.clone(),
            },
            expires_at: Instant::from_timestamp(verified.expires, 0),
        })
    }

    async fn verified(&self, token: &str, now: Instant) -> Result<Arc<Verified>, Refused> {
        if token.len() > LONGEST_TOKEN {
            return Err(Refused::TooLong);
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some(verified) = self.verified.get(&digest) {
            let keys = &self.trusted[verified.issuer].keys;
            keys.keep_current().await;
            if keys.generation() == verified.generation {
                self.check_times(&verified, now)?;
                return Ok(verified);
            }
        }
        let verified = Arc::new(self.verify_anew(token).await?);
        self.check_times(&verified, now)?;
        self.verified.insert(digest, verified.clone());
        Ok(verified)
    }

    /// How the keys are fetched of the issuers that have theirs elsewhere.
    pub fn fetches(&self) -> Vec<KeyFetches<'_>> {
        let each = self.trusted.iter();
        each.filter_map(|trusted| trusted.keys.fetches(&trusted.issuer.issuer))
            .collect()
    }

    /// The claim that holds the unit in tokens of this issuer.
    pub fn unit_claim(&self, of: &Person) -> &str {
        let issuers = self.trusted.iter().map(|trusted| &trusted.issuer);
        let issuer = issuers.clone().find(|issuer| Some(&*issuer.issuer) == of.issuer());
        issuer.map_or("unit", |issuer| &issuer.unit_claim)
    }

    fn check_times(&self, verified: &Verified, now: Instant) -> Result<(), Refused> {
        let now = now.timestamp();
        if now >= verified.expires.saturating_add(self.leeway) {
            return Err(Refused::Expired);
        }
        if now < verified.not_before.saturating_sub(self.leeway) {
            return Err(Refused::NotYetValid);
        }
        Ok(())
    }

    async fn verify_anew(&self, token: &str) -> Result<Verified, Refused> {
        // `alg: none` and unknown algorithms do not even parse.
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Malformed)?;
        let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
        if !matches!(typ.as_deref(), None | Some("jwt" | "at+jwt" | "application/at+jwt")) || header.crit.is_some() {
            return Err(Refused::Malformed);
        }
        // Unverified, and used for one thing only: to choose whose keys the signature must fit.
        let claimed: Value = insecure_decode_claims(token).map_err(|_| Refused::Malformed)?;
        insecure_decode_claims::<SaidOnce>(token).map_err(|_| Refused::SaidTwice)?;
        let name = claimed
            .get("iss")
            .and_then(Value::as_str)
            .ok_or_else(|| Refused::MissingClaim("iss".into()))?;
        let index = self
            .trusted
            .iter()
            .position(|trusted| trusted.issuer.issuer == name)
            .ok_or(Refused::UnknownIssuer)?;
        let trusted = &self.trusted[index];
        let (generation, keys) = trusted.keys.candidates(header.kid.as_deref(), header.alg).await;
        if keys.is_empty() {
            return Err(if trusted.keys.are_out_of_reach() {
                Refused::KeysOutOfReach
            } else {
                Refused::NoKey
            });
        }
        let claims = decode_with(token, &header, &keys, &trusted.issuer)?;
        claims::read(&claims, &trusted.issuer, index, generation)
    }
}

fn decode_with(token: &str, header: &Header, keys: &[Arc<Key>], issuer: &Issuer) -> Result<Value, Refused> {
    let mut refused = Refused::NoKey;
    for key in keys {
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[&issuer.issuer]);
        validation.set_audience(&[&issuer.audience]);
        let required: &[&str] = if issuer.require_nbf {
            &["exp", "nbf", "iss", "aud", "sub"]
        } else {
            &["exp", "iss", "aud", "sub"]
        };
        validation.set_required_spec_claims(required);
        // Against the application's clock, in `check_times`: also for a token that is remembered.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        debug_assert_eq!(key.algorithm, header.alg);
        match jsonwebtoken::decode(token, &key.decoding, &validation) {
            Ok(TokenData { claims, .. }) => return Ok(claims),
            Err(error) => {
                use jsonwebtoken::errors::ErrorKind as E;
                refused = match error.kind() {
                    E::InvalidSignature | E::InvalidAlgorithm => Refused::BadSignature,
                    E::InvalidIssuer => Refused::UnknownIssuer,
                    E::InvalidAudience => Refused::WrongAudience,
                    E::MissingRequiredClaim(claim) | E::InvalidClaimFormat(claim) => {
                        Refused::MissingClaim(claim.clone())
                    }
                    _ => Refused::Malformed,
                };
                if refused != Refused::BadSignature {
                    break;
                }
            }
        }
    }
    Err(refused)
}

/// The algorithms a key may be configured for.
fn algorithm(name: &str) -> anyhow::Result<Algorithm> {
    Ok(match name {
        "HS256" => Algorithm::HS256,
        "RS256" => Algorithm::RS256,
        "ES256" => Algorithm::ES256,
        "EdDSA" => Algorithm::EdDSA,
        other => bail!("algorithm {other} is not one of HS256, RS256, ES256, EdDSA"),
    })
}
