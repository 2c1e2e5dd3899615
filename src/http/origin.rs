//! Where callers find the service: behind a proxy it may have another name, and lie below a path.

use actix_web::{HttpRequest, http::header::HOST, web::Data};

use crate::app::App;

/// The address of the service as its callers know it.
#[derive(Debug, Default)]
pub struct Origin {
    /// `https://host:port`
    root: String,
    /// The path that a proxy takes off: `/duban`, or nothing.
    prefix: String,
}

impl Origin {
    /// As the configuration says, or else as the request does. Headers that say something of a proxy are believed of
    /// proxies that the configuration names, and of no others.
    pub fn of(req: &HttpRequest) -> Self {
        let app = req.app_data::<Data<App>>();
        if let Some(url) = app.and_then(|app| app.config.public_url.as_ref()) {
            return Self {
                root: url.root().to_owned(),
                prefix: url.path().to_owned(),
            };
        }
        let header = |name: &str| {
            let text = req.headers().get(name)?.to_str().ok()?;
            // Of several proxies the first in the list is the one that callers see.
            text.split(',').next().map(str::trim)
        };
        if !app.is_some_and(|app| is_trusted(req, app)) {
            let host = header(HOST.as_str()).or_else(|| Some(req.uri().authority()?.as_str()));
            return Self {
                root: root("http", host, None),
                prefix: String::new(),
            };
        }
        let info = req.connection_info();
        Self {
            root: root(info.scheme(), Some(info.host()), header("x-forwarded-port")),
            prefix: header("x-forwarded-prefix").map(prefix).unwrap_or_default(),
        }
    }

    /// The address of a path of the service.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.root, self.prefix)
    }

    /// A path of the service as callers see it.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

fn is_trusted(req: &HttpRequest, app: &App) -> bool {
    let peer = req.peer_addr().map(|peer| peer.ip().to_canonical());
    peer.is_some_and(|peer| app.config.trusted_proxies.iter().any(|network| network.contains(peer)))
}

/// What does not look like a host is not repeated in a reply.
fn root(scheme: &str, host: Option<&str>, port: Option<&str>) -> String {
    let plain = |host: &&str| {
        let mut bytes = host.bytes();
        !host.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
    };
    let host = host.filter(plain).unwrap_or("localhost");
    let scheme = if scheme.eq_ignore_ascii_case("https") {
        "https"
    } else {
        "http"
    };
    let usual = if scheme == "https" { "443" } else { "80" };
    let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
    let port = port.filter(|port| !has_port && *port != usual && port.parse::<u16>().is_ok());
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}")
}

/// `/duban` of `/duban/`, and nothing of what is no path.
fn prefix(text: &str) -> String {
    let path = text.trim_matches('/');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    if path.is_empty() || path.contains("//") || !path.bytes().all(plain) {
        return String::new();
    }
    format!("/{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_an_address() {
        for (scheme, host, port, expected) in [
            ("http", "127.0.0.1:8080", None, "http://127.0.0.1:8080"),
            ("HTTPS", "gov.example", None, "https://gov.example"),
            ("https", "gov.example", Some("8443"), "https://gov.example:8443"),
            ("https", "gov.example", Some("443"), "https://gov.example"),
            ("https", "gov.example:9443", Some("8443"), "https://gov.example:9443"),
            ("https", "[::1]", Some("8443"), "https://[::1]:8443"),
            ("http", "a/b", Some("x"), "http://localhost"),
        ] {
            assert_eq!(root(scheme, Some(host), port), expected);
        }
    }

    #[test]
    fn a_prefix_is_a_path() {
        for (text, expected) in [
            ("/duban", "/duban"),
            ("/a/b/", "/a/b"),
            ("duban", "/duban"),
            ("/", ""),
            ("//evil.example", "/evil.example"),
            ("/a//b", ""),
            ("/a\"b", ""),
        ] {
            assert_eq!(prefix(text), expected, "{text}");
        }
    }
}
