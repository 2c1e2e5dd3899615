//! The command line: flags, then environment, then an optional TOML file, then defaults. All of it
//! is in `duban --help`.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use clap::{
    Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ContextValue},
};

use crate::{
    config::Config,
    domain::{
        id::{PlanId, UnitCode},
        seal::Head,
        time::Day,
    },
};

/// 督办: an annual government work plan as dated obligations, behind a REST/JSON API.
#[derive(Debug, Parser)]
#[command(name = "duban", version, about, long_about = None)]
pub struct Cli {
    /// Settings.
    #[command(flatten)]
    pub config: Config,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the binary does.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve the API (the default)
    Serve,
    /// Apply database migrations and stop
    Migrate,
    /// Mint a token for development with the configured HS256 secret
    Token(TokenArgs),
    /// Print the OpenAPI document
    Openapi,
    /// Check the log of changes: that nothing in it was altered or removed. Needs no running service
    Verify(VerifyArgs),
    /// Fill a database with examples, all marked as such: a plan that is there, or a province. Not in production
    Generate(GenerateArgs),
    /// Read an office's file (.docx, .xlsx, .csv, .tsv, .txt) as a plan, as POST /imports does, and say what was
    /// understood. Changes nothing without --commit
    Import(ImportArgs),
    /// The calendar of working days
    Calendar {
        /// What to do with it.
        #[command(subcommand)]
        command: CalendarCommand,
    },
    /// Exit 0 if the service at --addr is healthy (for containers)
    Healthcheck,
}

/// What a development token says.
#[derive(Debug, Clone, Args)]
pub struct TokenArgs {
    /// Role; repeat for several
    #[arg(long = "role", required = true, value_name = "ROLE")]
    pub roles: Vec<String>,
    /// Code of the caller's unit
    #[arg(long)]
    pub unit: Option<String>,
    /// Scope that narrows it; repeat for several
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// Subject (`sub`)
    #[arg(long, default_value = "developer")]
    pub subject: String,
    /// Name that people read
    #[arg(long)]
    pub name: Option<String>,
    /// Life, such as 30m, 8h, 7d
    #[arg(long, default_value = "8h", value_parser = parse_ttl)]
    pub ttl: i64,
}

/// What the log is held against.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// The head that an earlier check printed: finds an end that was cut off, or a log written anew
    #[arg(long, value_name = "SEQ:HASH")]
    pub expect: Option<Head>,
}

/// What is generated.
#[derive(Debug, Clone, Args)]
pub struct GenerateArgs {
    /// A plan that is there: what happens in it in its year, such as dg-2017
    #[arg(long, required_unless_present = "units", conflicts_with_all = ["units", "plans"], value_name = "ID")]
    pub plan: Option<PlanId>,
    /// The last day on which something happens in it; default: that of the plan
    #[arg(long, conflicts_with = "units", value_name = "DAY")]
    pub until: Option<Day>,
    /// A province: units. 1700 with 5 plans have 1,000,000 obligations and as many reports
    #[arg(long, value_parser = clap::value_parser!(u32).range(11..=9999))]
    pub units: Option<u32>,
    /// Its plans, of one year each
    #[arg(long, default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub plans: u32,
    /// The same again for the same number (`--seed` is a setting)
    #[arg(long, default_value = "1", value_name = "NUMBER")]
    pub random_seed: u64,
    /// Also beside reports that are no examples
    #[arg(long)]
    pub force: bool,
}

/// A file, and what it does not say of its plan.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// The file
    pub file: PathBuf,
    /// Id of the plan that is made, such as dg-2018
    #[arg(long, value_name = "ID", conflicts_with = "onto")]
    pub plan: Option<PlanId>,
    /// The draft that the tasks are added to, instead of a new plan
    #[arg(long, value_name = "ID")]
    pub onto: Option<PlanId>,
    /// Its title; default: that of the file
    #[arg(long)]
    pub title: Option<String>,
    /// Its year; default: that in the title
    #[arg(long)]
    pub year: Option<i32>,
    /// Code of the unit that issues it
    #[arg(long, value_name = "CODE")]
    pub issuer: Option<UnitCode>,
    /// What else is known better than the file: JSON, as in PATCH /imports/{id}
    #[arg(long, value_name = "FILE")]
    pub corrections: Option<PathBuf>,
    /// Create the units that nobody knows with the plan, as the preview suggests them
    #[arg(long)]
    pub new_units: bool,
    /// Make the plan, all or nothing
    #[arg(long)]
    pub commit: bool,
    /// Only say what would be made (the default)
    #[arg(long, conflicts_with = "commit")]
    pub dry_run: bool,
    /// Write the preview as JSON, as `preview` in the reply of POST /imports; `-`: to standard output
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Language of the findings
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Language,
}

/// What people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Chinese
    Zh,
    /// English
    En,
}

impl Language {
    /// The one of two that is in it.
    pub fn of<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// What is done with the calendar.
#[derive(Debug, Clone, Subcommand)]
pub enum CalendarCommand {
    /// Put the years of the State Council's notice: .ics, .csv or .json, as PUT /calendar/{year} does
    Import(CalendarImportArgs),
}

/// A file of days off and make-up workdays.
#[derive(Debug, Clone, Args)]
pub struct CalendarImportArgs {
    /// The file
    pub file: PathBuf,
    /// Also where the calendar of a year is there and says something else
    #[arg(long)]
    pub replace: bool,
}

/// Seconds of `90s`, `30m`, `8h`, `7d`.
fn parse_ttl(text: &str) -> Result<i64, String> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => return Err("expected a number and one of s, m, h, d".into()),
    };
    match number.parse::<i64>() {
        Ok(number) if (1..=366 * 86400 / seconds).contains(&number) => Ok(number * seconds),
        _ => Err("expected 1 second to 366 days".into()),
    }
}

impl Cli {
    /// Reads flags, environment and file; prints help or what is wrong and ends the process.
    pub fn read() -> Self {
        match Self::assemble(std::env::args_os()) {
            Ok(cli) => cli,
            Err(error) => match error.downcast::<clap::Error>() {
                Ok(error) => Self::naming_the_variable(error).exit(),
                Err(error) => Self::command()
                    .error(clap::error::ErrorKind::InvalidValue, format!("{error:#}"))
                    .exit(),
            },
        }
    }

    /// Variables of the environment that look like settings and are none. Kubernetes sets some for a service that is
    /// called so.
    pub fn unknown_variables() -> Vec<String> {
        let command = Self::command();
        let known: Vec<_> = command.get_arguments().filter_map(|arg| arg.get_env()).collect();
        let set = std::env::vars_os()
            .map(|(name, _)| name)
            .filter(|name| !known.contains(&name.as_os_str()));
        let set = set.filter_map(|name| name.into_string().ok());
        set.filter(|name| {
            name.starts_with("DUBAN_") && !name.starts_with("DUBAN_SERVICE_") && !name.starts_with("DUBAN_PORT")
        })
        .collect()
    }

    /// The error names the flag: who sets variables or a file looks for another name.
    fn naming_the_variable(mut error: clap::Error) -> clap::Error {
        let command = Self::command();
        let variable = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(said)) => command.get_arguments().find_map(|arg| {
                let flag = format!("--{}", arg.get_long()?);
                (said.split_whitespace().next() == Some(flag.as_str())).then(|| arg.get_env())?
            }),
            _ => None,
        };
        if let Some(variable) = variable {
            let tip = format!("in the environment it is {}", variable.display());
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        }
        error
    }

    /// What the defaults and the environment say, without flags: for tests and embedding.
    pub fn without_flags() -> anyhow::Result<Config> {
        Ok(Self::assemble(["duban".into()])?.config)
    }

    fn assemble(args: impl IntoIterator<Item = std::ffi::OsString>) -> anyhow::Result<Self> {
        let args: Vec<_> = args.into_iter().collect();
        // A file supplies defaults, so it has to be known before the rest can be parsed.
        let first = Self::command().ignore_errors(true).try_get_matches_from(&args)?;
        let mut command = Self::command();
        let mut issuers = Vec::new();
        if let Some(path) = first.get_one::<PathBuf>("config") {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            let mut file: toml::Table = text.parse().map_err(|error: toml::de::Error| {
                // Never the line itself: there may be a password in it.
                let at = error.span().map_or(0, |span| span.start);
                let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
                anyhow!("{}, line {line}, is not TOML: {}", path.display(), error.message())
            })?;
            if let Some(listed) = file.remove("issuers") {
                issuers = listed
                    .try_into()
                    .with_context(|| format!("[[issuers]] in {}", path.display()))?;
            }
            let known: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
            for (key, value) in file {
                if !known.contains(&key) || key == "config" {
                    bail!("{} has an unknown setting `{key}`", path.display());
                }
                let values: Vec<String> = match value {
                    toml::Value::Array(values) => values.iter().map(plain).collect(),
                    value => vec![plain(&value)],
                };
                command = command.mut_arg(&key, |arg| arg.default_values(values));
            }
        }
        let matches = command.try_get_matches_from(&args)?;
        let mut cli = Self::from_arg_matches(&matches)?;
        cli.config.issuers = issuers;
        Ok(cli)
    }
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DEVELOPMENT_ISSUER, DEVELOPMENT_SECRET};

    fn read(args: &[&str]) -> anyhow::Result<Cli> {
        Cli::assemble(std::iter::once("duban").chain(args.iter().copied()).map(Into::into))
    }

    #[test]
    fn production_refuses_development_keys() {
        let none = read(&["--env", "production"]).unwrap().config;
        assert!(none.issuers().unwrap_err().to_string().contains("DUBAN_JWT_ISSUER"));
        let secret = [
            "--env",
            "production",
            "--jwt-issuer",
            "x",
            "--jwt-secret",
            DEVELOPMENT_SECRET,
        ];
        assert!(
            read(&secret)
                .unwrap()
                .config
                .issuers()
                .unwrap_err()
                .to_string()
                .contains("refuses")
        );
        let named = [
            "--env",
            "production",
            "--jwt-issuer",
            DEVELOPMENT_ISSUER,
            "--jwt-secret",
            "another-secret-of-32-bytes-or-more",
        ];
        assert!(read(&named).unwrap().config.issuers().is_err());
    }

    #[test]
    fn a_file_gives_defaults_and_issuers() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("duban.toml");
        let text = "addr = \"127.0.0.1:9\"\nbody_limit = 10\ncors_origins = [\"https://a\", \"https://b\"]\n\
                    [[issuers]]\nissuer = \"https://sso\"\njwks_url = \"https://sso/jwks\"\nroles_claim = \"realm_access.roles\"\n";
        std::fs::write(&path, text).unwrap();
        let file = path.to_str().unwrap();
        let config = read(&["--config", file, "--body-limit", "11"]).unwrap().config;
        assert_eq!(
            (config.addr.port(), config.body_limit, config.cors_origins.len()),
            (9, 11, 2)
        );
        assert_eq!(config.issuers().unwrap()[0].roles_claim, "realm_access.roles");
        std::fs::write(&path, "adress = 1").unwrap();
        assert!(read(&["--config", file]).unwrap_err().to_string().contains("adress"));
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
        let generate = |args: &[&str]| read(&[&["generate"], args].concat());
        assert!(generate(&["--plan", "dg-2017", "--until", "2017-09-30"]).is_ok());
        assert!(generate(&["--units", "1700", "--plans", "5", "--random-seed", "1"]).is_ok());
        for wrong in [
            &[][..],
            &["--plan", "dg-2017", "--units", "20"],
            &["--units", "1"],
            &["--plan", "."],
        ] {
            assert!(generate(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let cli = read(&[
            "--jwt-secret",
            "hush-hush",
            "--database-url",
            "postgres://u:hush-hush@h/d",
        ])
        .unwrap();
        assert!(!format!("{cli:?}").contains("hush"));
    }
}
