//! Logs: one subscriber for the process, text for people, JSON in production.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, LogFormat};

/// Starts logging to standard error; standard output stays free for what a command prints.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let registry = tracing_subscriber::registry().with(EnvFilter::try_new(&config.log)?);
    match config.log_format() {
        LogFormat::Text => registry
            .with(
                fmt::layer()
                    .with_writer(std::io::stderr)
                    .with_ansi(std::io::stderr().is_terminal())
                    .compact(),
            )
            .try_init()?,
        LogFormat::Json => {
            let json = fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false);
            registry.with(json.with_writer(std::io::stderr)).try_init()?;
        }
    }
    Ok(())
}
