//! Who is trusted to sign tokens.

use std::path::PathBuf;

use anyhow::bail;
use serde::Deserialize;

use super::{Config, Environment, JwtArgs, Secret, address};

/// An issuer of tokens, and where its keys are: exactly one of the four.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    #[serde(default = "default_audience")]
    pub audience: String,
    /// HS256 secret.
    pub secret: Option<Secret>,
    /// PEM file.
    pub public_key_file: Option<PathBuf>,
    /// Algorithm of the PEM key.
    pub algorithm: Option<String>,
    /// JWKS file.
    pub jwks_file: Option<PathBuf>,
    /// JWKS URL.
    pub jwks_url: Option<String>,
    /// Path of the roles.
    #[serde(default = "default_roles")]
    pub roles_claim: String,
    /// Path of the unit.
    #[serde(default = "default_unit")]
    pub unit_claim: String,
    /// Path of the name that people read.
    #[serde(default = "default_name")]
    pub name_claim: String,
    /// Path of the scope.
    #[serde(default = "default_scope")]
    pub scope_claim: String,
    /// Whether `nbf` must be there.
    #[serde(default = "default_true")]
    pub require_nbf: bool,
}

fn default_audience() -> String {
    "duban".into()
}
fn default_roles() -> String {
    "roles".into()
}
fn default_unit() -> String {
    "unit".into()
}
fn default_name() -> String {
    "name".into()
}
fn default_scope() -> String {
    "scope".into()
}
fn default_true() -> bool {
    true
}

/// The issuer that `duban token` mints for on a developer's machine. Its secret is in the source:
/// never accepted in production.
pub const DEVELOPMENT_ISSUER: &str = "duban-development";
pub(crate) const DEVELOPMENT_SECRET: &str = "duban-development-secret-never-for-production";

impl Config {
    /// The issuers whose tokens are accepted. The first, which is the one of the environment if there is one, is
    /// the one whose people were recorded before issuers were. Refuses development keys in production, and
    /// production without any issuer.
    pub fn issuers(&self) -> anyhow::Result<Vec<Issuer>> {
        let jwt = &self.jwt;
        let mut issuers = Vec::new();
        let has_keys = jwt.jwt_secret.is_some()
            || jwt.jwt_public_key_file.is_some()
            || jwt.jwt_jwks_file.is_some()
            || jwt.jwt_jwks_url.is_some();
        if has_keys || jwt.jwt_issuer.is_some() {
            let Some(issuer) = jwt.jwt_issuer.clone() else {
                bail!("token keys are set, but not DUBAN_JWT_ISSUER")
            };
            issuers.push(Issuer {
                issuer,
                audience: jwt.jwt_audience.clone(),
                secret: jwt.jwt_secret.clone(),
                public_key_file: jwt.jwt_public_key_file.clone(),
                algorithm: jwt.jwt_algorithm.clone(),
                jwks_file: jwt.jwt_jwks_file.clone(),
                jwks_url: jwt.jwt_jwks_url.clone(),
                roles_claim: jwt.jwt_roles_claim.clone(),
                unit_claim: jwt.jwt_unit_claim.clone(),
                name_claim: jwt.jwt_name_claim.clone(),
                scope_claim: jwt.jwt_scope_claim.clone(),
                require_nbf: jwt.jwt_require_nbf,
            });
            issuers[0].check(|name| format!("DUBAN_JWT_{}", name.to_uppercase()))?;
        } else if let Some(name) = said_of_nobody(jwt) {
            bail!("{name} is set, but not DUBAN_JWT_ISSUER, whose tokens it is about");
        }
        for issuer in &self.issuers {
            issuer.check(|name| format!("`{name}` of [[issuers]]"))?;
        }
        issuers.extend(self.issuers.iter().cloned());
        if self.env == Environment::Production {
            let development = |issuer: &Issuer| issuer.issuer == DEVELOPMENT_ISSUER || issuer.is_everybodys();
            if issuers.iter().any(development) {
                bail!("development token keys are configured, and DUBAN_ENV=production refuses them");
            }
            if issuers.is_empty() {
                bail!(
                    "DUBAN_ENV=production needs an issuer of tokens: set DUBAN_JWT_ISSUER with one of DUBAN_JWT_JWKS_URL, \
                     DUBAN_JWT_JWKS_FILE, DUBAN_JWT_PUBLIC_KEY_FILE or DUBAN_JWT_SECRET"
                );
            }
        } else if issuers.is_empty() {
            issuers.push(Issuer::development());
        }
        Ok(issuers)
    }
}

/// A setting that says something about an issuer, where there is none.
fn said_of_nobody(jwt: &JwtArgs) -> Option<&'static str> {
    let none = Issuer::development();
    [
        (jwt.jwt_audience == none.audience, "DUBAN_JWT_AUDIENCE"),
        (jwt.jwt_algorithm.is_none(), "DUBAN_JWT_ALGORITHM"),
        (jwt.jwt_roles_claim == none.roles_claim, "DUBAN_JWT_ROLES_CLAIM"),
        (jwt.jwt_unit_claim == none.unit_claim, "DUBAN_JWT_UNIT_CLAIM"),
        (jwt.jwt_name_claim == none.name_claim, "DUBAN_JWT_NAME_CLAIM"),
        (jwt.jwt_scope_claim == none.scope_claim, "DUBAN_JWT_SCOPE_CLAIM"),
        (jwt.jwt_require_nbf == none.require_nbf, "DUBAN_JWT_REQUIRE_NBF"),
    ]
    .into_iter()
    .find_map(|(unsaid, name)| (!unsaid).then_some(name))
}

impl Issuer {
    /// Refuses what cannot work, by the name that it was set with.
    fn check(&self, named: impl Fn(&str) -> String) -> anyhow::Result<()> {
        for (name, text) in [
            ("issuer", &self.issuer),
            ("audience", &self.audience),
            ("roles_claim", &self.roles_claim),
            ("unit_claim", &self.unit_claim),
            ("name_claim", &self.name_claim),
            ("scope_claim", &self.scope_claim),
        ] {
            if text.is_empty() {
                bail!("{} is empty: leave it out, or say what it is", named(name));
            }
        }
        if let Some(Err(why)) = self.jwks_url.as_deref().map(address::fetchable) {
            bail!("{}: {why}", named("jwks_url"));
        }
        Ok(())
    }

    /// Whether its secret is the one in the source, which is public.
    pub fn is_everybodys(&self) -> bool {
        self.secret
            .as_ref()
            .is_some_and(|secret| secret.expose() == DEVELOPMENT_SECRET)
    }

    /// The issuer of development tokens.
    pub fn development() -> Self {
        Self {
            issuer: DEVELOPMENT_ISSUER.into(),
            audience: default_audience(),
            secret: Some(DEVELOPMENT_SECRET.into()),
            public_key_file: None,
            algorithm: None,
            jwks_file: None,
            jwks_url: None,
            roles_claim: default_roles(),
            unit_claim: default_unit(),
            name_claim: default_name(),
            scope_claim: default_scope(),
            require_nbf: true,
        }
    }
}
