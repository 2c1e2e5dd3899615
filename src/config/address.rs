//! Addresses in settings: where callers find the service, and who stands in front of it.

use std::{net::IpAddr, str::FromStr};

use ipnet::IpNet;

/// An address that callers know the service by: `https://host`, or with a path below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    root: String,
    path: String,
}

impl PublicUrl {
    /// `https://host:port`
    pub fn root(&self) -> &str {
        &self.root
    }

    /// `/path`, or nothing.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = reqwest::Url::parse(text).map_err(|error| error.to_string())?;
        let plain = url.username().is_empty() && url.password().is_none();
        let bare = url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !plain || !bare {
            return Err("must be http(s)://host or http(s)://host/path, and nothing more".to_owned());
        }
        Ok(Self {
            root: url.origin().ascii_serialization(),
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }
}

/// An origin as browsers name it, or `*` for all of them.
pub(super) fn origin(text: &str) -> Result<String, String> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    let url = reqwest::Url::parse(text)
        .map_err(|error| format!("{error}: an origin is https://host or https://host:port"))?;
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    let origin = format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default());
    if url.host_str().is_none_or(str::is_empty) || text != origin {
        return Err(format!(
            "browsers name an origin as https://host or https://host:port, here {origin}"
        ));
    }
    Ok(origin)
}

/// Whether something can be fetched from there.
pub(super) fn fetchable(text: &str) -> Result<(), String> {
    let url = reqwest::Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" => Ok(()),
        other => Err(format!("must be https://… or http://…, not {other}:")),
    }
}

/// An address or a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Whether `address` is in it.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address.or_else(|_| text.parse()).map(Self).map_err(|_| {
            let text = text.escape_debug();
            format!("{text} is no address such as 10.0.0.7 and no network such as 10.0.0.0/8")
        })
    }
}
