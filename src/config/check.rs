//! What settings say together, and how a database is called in messages.

use std::path::Path;

use anyhow::{anyhow, bail};

use super::Config;

impl Config {
    /// Refuses settings that cannot work together. What one says alone is looked at when it is read.
    pub fn check(&self) -> anyhow::Result<()> {
        let (most, scans) = (self.database_connections, self.database_scans);
        if let Some(scans) = scans.filter(|scans| *scans >= most) {
            bail!(
                "DUBAN_DATABASE_SCANS is {scans}, and must be less than DUBAN_DATABASE_CONNECTIONS ({most}): changes and short \
                 reads need the others"
            );
        }
        self.database_named().map(drop)
    }

    /// The file, if the database is one.
    pub fn database_file(&self) -> Option<&Path> {
        let path = self.database_url.expose().strip_prefix("sqlite:")?;
        let path = path.trim_start_matches("//").split('?').next();
        path.map(Path::new)
    }

    /// What the database is called in messages: without who logs in. Refuses one of another kind.
    pub fn database_named(&self) -> anyhow::Result<String> {
        if let Some(path) = self.database_file() {
            return Ok(path.display().to_string());
        }
        let url = self.database_url.expose();
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            bail!("DATABASE_URL must be sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME");
        }
        let url = reqwest::Url::parse(url).map_err(|error| anyhow!("DATABASE_URL: {error}"))?;
        let port = url.port().unwrap_or(5432);
        Ok(format!("{}:{port}{}", url.host_str().unwrap_or_default(), url.path()))
    }
}
