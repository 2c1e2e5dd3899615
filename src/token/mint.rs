//! Development tokens. There is no login here: in production an identity provider issues them.

use anyhow::{Context as _, bail};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::claims;
use crate::{
    config::Config,
    domain::{
        id::UnitCode,
        policy::{Role, TokenScope},
        time::Instant,
    },
};

/// What a token shall say.
pub struct NewToken<'t> {
    /// `sub`.
    pub subject: &'t str,
    /// The name that people read.
    pub name: Option<&'t str>,
    /// `roles`.
    pub roles: &'t [String],
    /// `unit`.
    pub unit: Option<&'t str>,
    /// `scope`.
    pub scopes: &'t [String],
    /// Seconds it lives.
    pub ttl: i64,
}

/// A token signed with the first configured HS256 secret.
pub fn mint(config: &Config, new: &NewToken<'_>, now: Instant) -> anyhow::Result<String> {
    for role in new.roles {
        if Role::parse(role).is_none_or(|role| role == Role::Anonymous) {
            let known: Vec<&str> = Role::ALL[1..].iter().map(|role| role.as_str()).collect();
            bail!("there is no role {role}; there are {}", known.join(", "));
        }
    }
    for scope in new.scopes {
        if TokenScope::parse(scope).is_none() {
            let known: Vec<&str> = TokenScope::ALL.iter().map(|scope| scope.as_str()).collect();
            bail!("there is no scope {scope}; there are {}", known.join(", "));
        }
    }
    if let Some(unit) = new.unit {
        unit.parse::<UnitCode>()
            .with_context(|| format!("{unit} is not a unit code"))?;
    }
    let issuers = config.issuers()?;
    let (issuer, secret) = issuers
        .iter()
        .find_map(|issuer| Some((issuer, issuer.secret.as_ref()?)))
        .context("no HS256 secret is configured: tokens come from the identity provider")?;
    let now = now.timestamp();
    let mut claims = json!({
        "iss": issuer.issuer, "aud": issuer.audience, "sub": new.subject,
        "iat": now, "nbf": now, "exp": now + new.ttl,
    });
    set(&mut claims, &issuer.roles_claim, json!(new.roles));
    if let Some(name) = new.name {
        set(&mut claims, &issuer.name_claim, json!(name));
    }
    if let Some(unit) = new.unit {
        set(&mut claims, &issuer.unit_claim, json!(unit));
    }
    if !new.scopes.is_empty() {
        set(&mut claims, &issuer.scope_claim, json!(new.scopes.join(" ")));
    }
    let key = EncodingKey::from_secret(secret.expose().as_bytes());
    Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?)
}

fn set(claims: &mut serde_json::Value, path: &str, value: serde_json::Value) {
    let place = claims::keys(path)
        .into_iter()
        .fold(claims, |place, key| &mut place[key]);
    *place = value;
}
