//! The keys of one issuer: a secret, a PEM file, or a JWKS (RFC 7517) from a file or a URL.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant as Monotonic},
};

use anyhow::{Context as _, anyhow, bail};
use arc_swap::ArcSwap;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::config::Issuer;

/// A JWKS that is larger than this is not one.
const LARGEST_JWKS: usize = 256 * 1024;
/// When it was not asked for during so many times its greatest age, as in a quiet night, a set is not believed until it
/// has been asked for: a key may have been removed long ago.
const LONG_UNASKED: u32 = 2;
const NO_USABLE_KEY: &str = "has no key for RS256, ES256 or EdDSA";

/// A key and the one algorithm it is for.
pub struct Key {
    kid: Option<String>,
    pub algorithm: Algorithm,
    pub decoding: DecodingKey,
    /// To see whether a fetched set differs from the one held.
    fingerprint: String,
}

struct KeySet {
    keys: Vec<Arc<Key>>,
    generation: u64,
    fetched: Option<Monotonic>,
    /// The end of the last attempt, whatever came of it.
    asked: Option<Monotonic>,
}

/// How the keys of an issuer are fetched.
pub struct KeyFetches<'a> {
    /// Whose they are.
    pub issuer: &'a str,
    /// How often that failed since the start.
    pub failures: u64,
    /// Seconds since it did not. `None`: it never has.
    pub age: Option<u64>,
}

/// An issuer's keys as they are now.
#[derive(Clone)]
pub struct KeyStore(Arc<Inner>);

struct Inner {
    set: ArcSwap<KeySet>,
    remote: Option<Remote>,
}

struct Remote {
    url: String,
    client: reqwest::Client,
    /// Held while an attempt runs.
    attempt: Mutex<()>,
    refreshing: AtomicBool,
    failures: AtomicU64,
    floor: Duration,
    max_age: Duration,
}

impl KeyStore {
    /// Reads the keys that `issuer` is configured with.
    pub async fn new(issuer: &Issuer, floor: Duration, max_age: Duration) -> anyhow::Result<Self> {
        let mut remote = None;
        let given = (
            &issuer.secret,
            &issuer.public_key_file,
            &issuer.jwks_file,
            &issuer.jwks_url,
        );
        let keys = match given {
            (Some(secret), None, None, None) => {
                let secret = secret.expose().as_bytes();
                // RFC 7518, section 3.2: as long as the hash.
                if secret.len() < 32 {
                    bail!("an HS256 secret needs at least 32 bytes");
                }
                let key = Key {
                    kid: None,
                    algorithm: Algorithm::HS256,
                    decoding: DecodingKey::from_secret(secret),
                    fingerprint: String::new(),
                };
                vec![Arc::new(key)]
            }
            (None, Some(path), None, None) => {
                let name = issuer
                    .algorithm
                    .as_deref()
                    .context("a PEM key needs its algorithm (RS256, ES256 or EdDSA)")?;
                vec![Arc::new(pem_key(path, super::algorithm(name)?)?)]
            }
            (None, None, Some(path), None) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                let set = serde_json::from_str(&text).map_err(anyhow::Error::from);
                let keys = set.and_then(|set| jwks_keys(&set));
                let keys = keys.with_context(|| format!("{} is no JWKS", path.display()))?;
                if keys.is_empty() {
                    bail!("{} {NO_USABLE_KEY}", path.display());
                }
                keys
            }
            (None, None, None, Some(url)) => {
                let client = reqwest::Client::builder()
                    .timeout(Duration::from_secs(5))
                    .redirect(reqwest::redirect::Policy::none())
                    .build()?;
                remote = Some(Remote {
                    url: url.clone(),
                    client,
                    attempt: Mutex::new(()),
                    refreshing: AtomicBool::new(false),
                    failures: AtomicU64::new(0),
                    floor,
                    max_age,
                });
                Vec::new()
            }
            _ => bail!("exactly one of secret, public_key_file, jwks_file and jwks_url must be set"),
        };
        let set = ArcSwap::from_pointee(KeySet {
            keys,
            generation: 0,
            fetched: None,
            asked: None,
        });
        let store = Self(Arc::new(Inner { set, remote }));
        store.refresh().await;
        Ok(store)
    }

    /// Changes whenever a key was added or removed.
    pub fn generation(&self) -> u64 {
        self.0.set.load().generation
    }

    /// Fetches the set anew when it has grown old: in the background, unless it is too old to be trusted.
    pub async fn keep_current(&self) {
        let Some(remote) = &self.0.remote else { return };
        let (fetched, asked) = {
            let set = self.0.set.load();
            (set.fetched, set.asked)
        };
        // Of the attempt, not of its success: an issuer that is silent does not hold up everybody.
        if older(asked, remote.max_age.saturating_mul(LONG_UNASKED)) {
            self.refresh().await;
        } else if older(fetched, remote.max_age) && !remote.refreshing.swap(true, Ordering::AcqRel) {
            let store = self.clone();
            tokio::spawn(async move {
                store.refresh().await;
                if let Some(remote) = &store.0.remote {
                    remote.refreshing.store(false, Ordering::Release);
                }
            });
        }
    }

    /// The keys a token with this header may be signed with. An unknown `kid` asks the issuer
    /// again, but not more often than the floor allows.
    pub async fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> (u64, Vec<Arc<Key>>) {
        self.keep_current().await;
        let found = self.find(kid, algorithm);
        if !found.1.is_empty() || self.0.remote.is_none() {
            return found;
        }
        self.refresh().await;
        self.find(kid, algorithm)
    }

    /// Whether the issuer could not be asked the last time: that a key is not here says nothing then.
    pub fn are_out_of_reach(&self) -> bool {
        let set = self.0.set.load();
        self.0.remote.is_some() && set.fetched != set.asked
    }

    /// How they are fetched, if they are.
    pub fn fetches<'a>(&self, issuer: &'a str) -> Option<KeyFetches<'a>> {
        let remote = self.0.remote.as_ref()?;
        let fetched = self.0.set.load().fetched;
        Some(KeyFetches {
            issuer,
            failures: remote.failures.load(Ordering::Relaxed),
            age: fetched.map(|fetched| fetched.elapsed().as_secs()),
        })
    }

    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> (u64, Vec<Arc<Key>>) {
        let set = self.0.set.load();
        let fits = |key: &&Arc<Key>| {
            key.algorithm == algorithm && (kid.is_none() || key.kid.is_none() || key.kid.as_deref() == kid)
        };
        (set.generation, set.keys.iter().filter(fits).cloned().collect())
    }

    async fn refresh(&self) {
        let Some(remote) = &self.0.remote else { return };
        let _running = remote.attempt.lock().await;
        let held = self.0.set.load_full();
        if held.asked.is_some_and(|asked| asked.elapsed() < remote.floor) {
            return;
        }
        let fetched = remote.fetch().await;
        let asked = Some(Monotonic::now());
        let set = match fetched {
            Ok(keys) => {
                let of_held = held.keys.iter().map(|key| &key.fingerprint);
                let same = of_held.eq(keys.iter().map(|key| &key.fingerprint));
                KeySet {
                    keys,
                    generation: held.generation + u64::from(!same),
                    fetched: asked,
                    asked,
                }
            }
            Err(error) => {
                remote.failures.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(
                    jwks.url = remote.url,
                    error = format!("{error:#}"),
                    "JWKS could not be fetched, keeping the keys held"
                );
                KeySet {
                    keys: held.keys.clone(),
                    asked,
                    ..*held
                }
            }
        };
        self.0.set.store(Arc::new(set));
    }
}

fn older(than: Option<Monotonic>, age: Duration) -> bool {
    than.is_none_or(|than| than.elapsed() > age)
}

impl Remote {
    async fn fetch(&self) -> anyhow::Result<Vec<Arc<Key>>> {
        let mut response = self
            .client
            .get(&self.url)
            .header("Accept", "application/json")
            .send()
            .await?
            .error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_JWKS {
                bail!("longer than {LARGEST_JWKS} bytes");
            }
        }
        let keys = jwks_keys(&serde_json::from_slice(&body)?)?;
        // A fault of the issuer, sooner than the wish that nobody be let in: that would end what the callers are doing.
        if keys.is_empty() {
            bail!("it {NO_USABLE_KEY}");
        }
        Ok(keys)
    }
}

fn pem_key(path: &Path, algorithm: Algorithm) -> anyhow::Result<Key> {
    let pem = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let decoding = match algorithm {
        Algorithm::RS256 => DecodingKey::from_rsa_pem(&pem),
        Algorithm::ES256 => DecodingKey::from_ec_pem(&pem),
        Algorithm::EdDSA => DecodingKey::from_ed_pem(&pem),
        _ => bail!("a PEM key is for RS256, ES256 or EdDSA"),
    };
    let decoding = decoding.with_context(|| format!("{} is no public key for {algorithm:?} in PEM", path.display()))?;
    Ok(Key {
        kid: None,
        algorithm,
        decoding,
        fingerprint: String::new(),
    })
}

/// The signing keys of a set. One that is of no use here does not spoil the others.
fn jwks_keys(set: &Value) -> anyhow::Result<Vec<Arc<Key>>> {
    let listed = set
        .get("keys")
        .and_then(Value::as_array)
        .ok_or_else(|| anyhow!("not a JWKS: no `keys`"))?;
    Ok(listed.iter().filter_map(jwk_key).map(Arc::new).collect())
}

fn jwk_key(value: &Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    if jwk
        .common
        .public_key_use
        .as_ref()
        .is_some_and(|usage| *usage != PublicKeyUse::Signature)
    {
        return None;
    }
    // A published set has no business with shared secrets: those never come from here.
    let algorithm = match (&jwk.algorithm, jwk.common.key_algorithm) {
        (AlgorithmParameters::RSA(_), None | Some(KeyAlgorithm::RS256)) => Algorithm::RS256,
        (AlgorithmParameters::EllipticCurve(curve), None | Some(KeyAlgorithm::ES256))
            if curve.curve == EllipticCurve::P256 =>
        {
            Algorithm::ES256
        }
        (AlgorithmParameters::OctetKeyPair(pair), None | Some(KeyAlgorithm::EdDSA))
            if pair.curve == EllipticCurve::Ed25519 =>
        {
            Algorithm::EdDSA
        }
        _ => return None,
    };
    let decoding = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key {
        kid: jwk.common.key_id,
        algorithm,
        decoding,
        fingerprint: value.to_string(),
    })
}
