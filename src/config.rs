//! Settings. How they are read (flags, environment, file, defaults) is in `cli`.

mod address;
mod check;
mod issuer;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, builder::RangedU64ValueParser};
use serde::{Deserialize, Deserializer, de};

#[cfg(test)]
pub(crate) use self::issuer::DEVELOPMENT_SECRET;
pub use self::{
    address::{Network, PublicUrl},
    issuer::{DEVELOPMENT_ISSUER, Issuer},
};

/// A text that must not appear in any log.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What stands there instead is not said again: it may be one.
        let text = String::deserialize(deserializer).map_err(|_| de::Error::custom("a secret is a text in quotes"));
        text.map(Self)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Where the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// A developer's machine: development tokens are accepted.
    Development,
    /// For real: no development keys, JSON logs, no seed unless asked.
    Production,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// What the log is sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogHash {
    /// SHA-256.
    Sha256,
    /// SM3 (GB/T 32905).
    Sm3,
}

/// Settings. The long flag in snake_case is the key in the TOML file.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// TOML file with settings; environment and flags win over it
    #[arg(long, env = "DUBAN_CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Database: sqlite://PATH (embedded) or postgres://…
    #[arg(
        long,
        env = "DATABASE_URL",
        global = true,
        default_value = "sqlite://data/duban.sqlite3",
        hide_env_values = true
    )]
    pub database_url: Secret,
    /// Most connections to the database; on PostgreSQL one of them listens for other replicas
    #[arg(long, env = "DUBAN_DATABASE_CONNECTIONS", global = true, default_value = "8", value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_connections: u32,
    /// Seconds that a request waits for one of them, and for an answer that needs no work
    #[arg(long, env = "DUBAN_DATABASE_WAIT_SECONDS", global = true, default_value = "5", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub database_wait_seconds: u32,
    /// Seconds that a change waits for what another one holds
    #[arg(long, env = "DUBAN_DATABASE_LOCK_SECONDS", global = true, default_value = "10", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub database_lock_seconds: u32,
    /// How many of them may look through many rows at the same time, for statistics, exports and lists of
    /// everybody's; default: a quarter
    #[arg(long, env = "DUBAN_DATABASE_SCANS", global = true, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub database_scans: Option<u32>,
    /// Seconds that a statement may run; on SQLite only one that looks through many rows. Migrations are exempt
    #[arg(long, env = "DUBAN_DATABASE_STATEMENT_SECONDS", global = true, default_value = "15", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub database_statement_seconds: u32,
    /// Seconds that a transaction may rest between two statements (PostgreSQL)
    #[arg(long, env = "DUBAN_DATABASE_IDLE_SECONDS", global = true, default_value = "60", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub database_idle_seconds: u32,
    /// MiB that ledgers may take in memory, some 90 bytes an obligation with its report; 0: none. Of a larger one the
    /// database makes lists and figures
    #[arg(long, env = "DUBAN_LEDGER_MEMORY_MIB", global = true, default_value = "128", value_parser = clap::value_parser!(u32).range(0..=65536))]
    pub ledger_memory_mib: u32,
    /// Address to listen on
    #[arg(long, env = "DUBAN_ADDR", global = true, default_value = "127.0.0.1:8080")]
    pub addr: SocketAddr,
    /// Where the process runs
    #[arg(long, env = "DUBAN_ENV", global = true, default_value = "development")]
    pub env: Environment,
    /// Base URL for links, when a proxy hides it (https://host or https://host/path); default: from the request
    #[arg(long, env = "DUBAN_PUBLIC_URL", global = true)]
    pub public_url: Option<PublicUrl>,
    /// Proxies whose Forwarded and X-Forwarded-* headers are believed: addresses or networks, separated by commas
    #[arg(long, env = "DUBAN_TRUSTED_PROXIES", global = true, value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// Published data needs no token
    #[arg(long, env = "DUBAN_ANONYMOUS_READ", global = true, default_value = "true", action = clap::ArgAction::Set)]
    pub anonymous_read: bool,
    /// `serve` loads the 2017 plan and its units into a database that has no plans and no units; default: true, in
    /// production false
    #[arg(long, env = "DUBAN_SEED", global = true, action = clap::ArgAction::Set)]
    pub seed: Option<bool>,
    /// Apply migrations at start
    #[arg(long, env = "DUBAN_MIGRATE", global = true, default_value = "true", action = clap::ArgAction::Set)]
    pub migrate: bool,
    /// Origins whose pages may call the API, separated by commas; `*` for all
    #[arg(long, env = "DUBAN_CORS_ORIGINS", global = true, value_delimiter = ',', value_parser = address::origin)]
    pub cors_origins: Vec<String>,
    /// Largest request body in bytes
    #[arg(long, env = "DUBAN_BODY_LIMIT", global = true, default_value = "2097152", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub body_limit: usize,
    /// Seconds that a body may take to arrive, besides one for each 16 KiB of it
    #[arg(long, env = "DUBAN_BODY_SECONDS", global = true, default_value = "30", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub body_seconds: u32,
    /// Where attachments are kept: database, s3://BUCKET/PREFIX (AWS_* variables) or file:///DIRECTORY
    #[arg(long, env = "DUBAN_ATTACHMENTS", global = true, default_value = "database")]
    pub attachments: String,
    /// Largest attachment in bytes
    #[arg(long, env = "DUBAN_ATTACHMENT_LIMIT", global = true, default_value = "20971520", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub attachment_limit: usize,
    /// Seconds that the store of attachments may be silent
    #[arg(long, env = "DUBAN_ATTACHMENT_SECONDS", global = true, default_value = "10", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub attachment_seconds: u32,
    /// Feedback that a portal may hand in a minute
    #[arg(long, env = "DUBAN_FEEDBACK_PER_MINUTE", global = true, default_value = "60", value_parser = clap::value_parser!(u32).range(1..))]
    pub feedback_per_minute: u32,
    /// Feedback that is taken from one source in 24 hours
    #[arg(long, env = "DUBAN_FEEDBACK_PER_DAY", global = true, default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    pub feedback_per_day: u32,
    /// Worker threads; default: the number of cores
    #[arg(long, env = "DUBAN_WORKERS", global = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
    /// Seconds that running requests get at shutdown
    #[arg(long, env = "DUBAN_SHUTDOWN_SECONDS", global = true, default_value = "20")]
    pub shutdown_seconds: u64,
    /// Seconds between SIGTERM and the end of new connections, while /readyz says 503; default: 0, in production 5
    #[arg(long, env = "DUBAN_DRAIN_SECONDS", global = true)]
    pub drain_seconds: Option<u64>,
    /// Log filter, such as info or duban=debug,info
    #[arg(long, env = "DUBAN_LOG", global = true, default_value = "info")]
    pub log: String,
    /// Log format; default: text, in production json
    #[arg(long, env = "DUBAN_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
    /// Hash that new entries of the log are sealed with; older ones keep theirs
    #[arg(long, env = "DUBAN_LOG_HASH", global = true, default_value = "sha256")]
    pub log_hash: LogHash,
    /// Seconds of clock difference that tokens are allowed
    #[arg(long, env = "DUBAN_JWT_LEEWAY_SECONDS", global = true, default_value = "10", value_parser = clap::value_parser!(u32).range(0..=300))]
    pub jwt_leeway_seconds: u32,
    /// Seconds after which a JWKS is fetched anew
    #[arg(long, env = "DUBAN_JWKS_MAX_AGE_SECONDS", global = true, default_value = "600")]
    pub jwks_max_age_seconds: u32,
    /// Fewest seconds between two fetches of a JWKS because of an unknown kid
    #[arg(long, env = "DUBAN_JWKS_FLOOR_SECONDS", global = true, default_value = "30")]
    pub jwks_floor_seconds: u32,
    /// The one issuer of tokens; several are `[[issuers]]` in the file.
    #[command(flatten)]
    pub jwt: JwtArgs,
    /// From the file.
    #[arg(skip)]
    pub issuers: Vec<Issuer>,
}

/// One issuer from the environment.
#[derive(Debug, Clone, Args)]
pub struct JwtArgs {
    /// Issuer of tokens (`iss`); several: [[issuers]] in the TOML file
    #[arg(long, env = "DUBAN_JWT_ISSUER", global = true)]
    pub jwt_issuer: Option<String>,
    /// Audience of tokens (`aud`)
    #[arg(long, env = "DUBAN_JWT_AUDIENCE", global = true, default_value = "duban")]
    pub jwt_audience: String,
    /// HS256 secret of at least 32 bytes (development, closed networks)
    #[arg(long, env = "DUBAN_JWT_SECRET", global = true, hide_env_values = true)]
    pub jwt_secret: Option<Secret>,
    /// PEM file with the issuer's public key
    #[arg(long, env = "DUBAN_JWT_PUBLIC_KEY_FILE", global = true, value_name = "FILE")]
    pub jwt_public_key_file: Option<PathBuf>,
    /// Algorithm of that key: RS256, ES256 or EdDSA
    #[arg(long, env = "DUBAN_JWT_ALGORITHM", global = true)]
    pub jwt_algorithm: Option<String>,
    /// JWKS file
    #[arg(long, env = "DUBAN_JWT_JWKS_FILE", global = true, value_name = "FILE")]
    pub jwt_jwks_file: Option<PathBuf>,
    /// JWKS URL
    #[arg(long, env = "DUBAN_JWT_JWKS_URL", global = true, value_name = "URL")]
    pub jwt_jwks_url: Option<String>,
    /// Where the roles are in the claims; dots go deeper (Keycloak: realm_access.roles), `\.` is a dot of a name
    #[arg(long, env = "DUBAN_JWT_ROLES_CLAIM", global = true, default_value = "roles")]
    pub jwt_roles_claim: String,
    /// Where the unit's code is
    #[arg(long, env = "DUBAN_JWT_UNIT_CLAIM", global = true, default_value = "unit")]
    pub jwt_unit_claim: String,
    /// Where the name that people read is
    #[arg(long, env = "DUBAN_JWT_NAME_CLAIM", global = true, default_value = "name")]
    pub jwt_name_claim: String,
    /// Where the scope is
    #[arg(long, env = "DUBAN_JWT_SCOPE_CLAIM", global = true, default_value = "scope")]
    pub jwt_scope_claim: String,
    /// Refuse tokens without `nbf` (Keycloak sends none: set false)
    #[arg(long, env = "DUBAN_JWT_REQUIRE_NBF", global = true, default_value = "true", action = clap::ArgAction::Set)]
    pub jwt_require_nbf: bool,
}

impl Config {
    /// Whether who serves loads the seed into an empty database.
    pub fn seeds(&self) -> bool {
        self.seed.unwrap_or(self.env == Environment::Development)
    }

    /// How long requests are taken after SIGTERM.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds.unwrap_or(match self.env {
            Environment::Development => 0,
            Environment::Production => 5,
        }))
    }

    /// How many connections may look through many rows at the same time.
    pub fn scans(&self) -> usize {
        let scans = self.database_scans.unwrap_or(self.database_connections / 4);
        scans.max(1) as usize
    }

    /// Bytes that ledgers may take in memory.
    pub fn ledger_memory(&self) -> usize {
        self.ledger_memory_mib as usize * 1024 * 1024
    }

    /// How log lines look.
    pub fn log_format(&self) -> LogFormat {
        self.log_format.unwrap_or(match self.env {
            Environment::Development => LogFormat::Text,
            Environment::Production => LogFormat::Json,
        })
    }
}
