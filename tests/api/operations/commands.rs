//! The command line: what it refuses, what it prints.

use std::path::Path;

use crate::support::{
    issuer::{SECRET, key_file},
    process::{run, text},
    source::root,
};

/// A database in a folder that is gone afterwards.
fn database(dir: &Path) -> String {
    format!("sqlite://{}/duban.sqlite3", dir.display())
}

#[test]
fn settings_that_cannot_work_end_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let url = database(dir.path());
    let settings = dir.path().join("duban.toml");
    std::fs::write(&settings, "adress = \"127.0.0.1:0\"").unwrap();
    let settings = settings.to_str().unwrap();
    let unclosed = dir.path().join("unclosed.toml");
    std::fs::write(&unclosed, "seed = true\ndatabase_url = \"postgres://u:hush-hush@h/d").unwrap();
    let number = dir.path().join("number.toml");
    std::fs::write(&number, "[[issuers]]\nissuer = \"x\"\nsecret = 4711004711").unwrap();
    let file_issuer = dir.path().join("issuer.toml");
    std::fs::write(&file_issuer, "[[issuers]]\nissuer = \"x\"\njwks_url = \"foo\"").unwrap();
    let (unclosed, number, file_issuer) = (
        unclosed.to_str().unwrap(),
        number.to_str().unwrap(),
        file_issuer.to_str().unwrap(),
    );
    let issuer = ("DUBAN_JWT_ISSUER", "x");
    let secret = ("DUBAN_JWT_SECRET", SECRET);
    let key = key_file("rsa.pub.pem");
    let key = key.to_str().unwrap();
    let production = ("DUBAN_ENV", "production");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[production], "DUBAN_JWT_ISSUER"),
        (&[production, ("DUBAN_JWT_SECRET", SECRET)], "DUBAN_JWT_ISSUER"),
        (
            &[production, ("DUBAN_JWT_ISSUER", "https://sso.test")],
            "exactly one of",
        ),
        (
            &[
                production,
                ("DUBAN_JWT_ISSUER", "duban-development"),
                ("DUBAN_JWT_SECRET", SECRET),
            ],
            "development",
        ),
        (
            &[
                production,
                ("DUBAN_JWT_ISSUER", "https://sso.test"),
                ("DUBAN_JWT_SECRET", "duban-development-secret-never-for-production"),
            ],
            "development",
        ),
        (&[("DUBAN_JWT_ISSUER", "x"), ("DUBAN_JWT_SECRET", "short")], "32 bytes"),
        (
            &[("DUBAN_JWT_ISSUER", "x"), ("DUBAN_JWT_PUBLIC_KEY_FILE", key)],
            "algorithm",
        ),
        (&[("DUBAN_ENV", "staging")], "--env"),
        (&[("DUBAN_ADDR", "localhost")], "--addr"),
        (&[("DUBAN_ADDR", "192.0.2.1:1")], "cannot listen"),
        (&[("DUBAN_WORKERS", "0")], "--workers"),
        (&[("DUBAN_LOG", "duban=loud")], "level filter"),
        (&[("DUBAN_CONFIG", settings)], "adress"),
        (&[("DUBAN_CONFIG", unclosed)], "unclosed.toml, line 2,"),
        (&[("DUBAN_CONFIG", number)], "number.toml: a secret is a text"),
        (&[("DUBAN_CONFIG", file_issuer)], "`jwks_url` of [[issuers]]"),
        // The variable is named, also where it is a flag's.
        (&[("DUBAN_BODY_LIMIT", "0")], "DUBAN_BODY_LIMIT"),
        (&[("DUBAN_ATTACHMENT_LIMIT", "0")], "DUBAN_ATTACHMENT_LIMIT"),
        (&[("DUBAN_DATABASE_SCANS", "8")], "DUBAN_DATABASE_SCANS"),
        (&[("DUBAN_PUBLIC_URL", "duban")], "DUBAN_PUBLIC_URL"),
        (&[("DUBAN_CORS_ORIGINS", "foo")], "DUBAN_CORS_ORIGINS"),
        (&[("DUBAN_CORS_ORIGINS", "https://a.b/path")], "here https://a.b"),
        (&[("DUBAN_CORS_ORIGINS", "https://a.b:443")], "here https://a.b"),
        (&[issuer, ("DUBAN_JWT_JWKS_URL", "foo")], "DUBAN_JWT_JWKS_URL"),
        (
            &[issuer, ("DUBAN_JWT_JWKS_URL", "file:///etc/passwd")],
            "DUBAN_JWT_JWKS_URL",
        ),
        (&[issuer, secret, ("DUBAN_JWT_AUDIENCE", "")], "DUBAN_JWT_AUDIENCE"),
        (
            &[issuer, secret, ("DUBAN_JWT_ROLES_CLAIM", "")],
            "DUBAN_JWT_ROLES_CLAIM",
        ),
        (&[("DUBAN_JWT_AUDIENCE", "x")], "DUBAN_JWT_ISSUER"),
        (
            &[
                issuer,
                ("DUBAN_JWT_PUBLIC_KEY_FILE", key),
                ("DUBAN_JWT_ALGORITHM", "ES256"),
            ],
            "rsa.pub.pem is no public key for ES256",
        ),
        (&[issuer, ("DUBAN_JWT_JWKS_FILE", settings)], "duban.toml is no JWKS"),
        (
            &[("DATABASE_URL", "mysql://duban:hush-hush@h/d")],
            "DATABASE_URL must be",
        ),
        (&[("DATABASE_URL", "sqlite:///proc/nosuch/d")], "/proc/nosuch"),
        (&[("DUBAN_CONFIG", "/nonexistent.toml")], "cannot read"),
        (
            &[("DATABASE_URL", "postgres://duban:hush-hush@127.0.0.1:1/duban")],
            "cannot start",
        ),
    ];
    for (env, why) in cases {
        let all = [&[("DATABASE_URL", url.as_str()), ("DUBAN_ADDR", "127.0.0.1:0")], *env].concat();
        let output = run(&[], &all);
        let said = text(&output.stderr);
        assert!(!output.status.success(), "started with {env:?}");
        assert!(said.contains(why), "{env:?}: {said}");
        for secret in ["hush", "4711", SECRET] {
            assert!(
                !said.contains(secret) && !text(&output.stdout).contains(secret),
                "{said}"
            );
        }
    }
}

#[test]
fn what_cannot_be_opened_is_named() {
    let output = run(&["verify"], &[("DATABASE_URL", "sqlite:///nosuch/d.sqlite3")]);
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("/nosuch/d.sqlite3"), "{said}");
}

/// Kubernetes sets variables of its own for a service of this name.
#[test]
fn a_setting_that_there_is_none_of_is_warned_of() {
    let env = [
        ("DUBAN_AUDIENCE", "x"),
        ("DUBAN_PORT", "tcp://10.0.0.1:8080"),
        ("DUBAN_SERVICE_HOST", "10.0.0.1"),
        ("DUBAN_ADDR", "192.0.2.1:1"),
    ];
    let said = text(&run(&[], &env).stderr);
    assert!(said.contains("DUBAN_AUDIENCE"), "{said}");
    assert!(
        !said.contains("DUBAN_PORT") && !said.contains("DUBAN_SERVICE"),
        "{said}"
    );
}

#[test]
fn help_names_every_setting() {
    let help = text(&run(&["--help"], &[]).stdout);
    let config = std::fs::read_to_string(root().join("src/config.rs")).unwrap();
    let settings: Vec<&str> = config
        .split("env = \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(settings.len() > 25);
    for setting in settings {
        assert!(help.contains(&format!("[env: {setting}")), "{setting}");
    }
    for command in [
        "serve",
        "migrate",
        "token",
        "openapi",
        "verify",
        "generate",
        "import",
        "calendar",
        "healthcheck",
    ] {
        assert!(help.contains(&format!("  {command} ")), "{command}");
    }
    // What the container files set is there to be set.
    for (file, elsewhere) in [
        ("Dockerfile", &[][..]),
        ("docker-compose.yml", &["DUBAN_DB_PASSWORD", "DUBAN_PORT"]),
    ] {
        let Ok(text) = std::fs::read_to_string(root().join(file)) else {
            continue;
        };
        for (at, _) in text.match_indices("DUBAN_") {
            let rest = &text[at..];
            let end = rest
                .find(|next: char| !(next.is_ascii_uppercase() || next == '_'))
                .unwrap_or(rest.len());
            let name = rest[..end].trim_end_matches('_');
            let known = help.contains(&format!("[env: {name}")) || elsewhere.contains(&name) || name == "DUBAN";
            assert!(known, "{file}: {name}");
        }
    }
}

#[test]
fn help_shows_no_secret() {
    let env = [
        ("DUBAN_JWT_SECRET", SECRET),
        ("DATABASE_URL", "postgres://duban:hush-hush@127.0.0.1/duban"),
    ];
    let help = text(&run(&["--help"], &env).stdout);
    assert!(!help.contains(SECRET) && !help.contains("hush"), "{help}");
}

#[test]
fn openapi_prints_the_document() {
    let output = run(&["openapi"], &[]);
    assert!(output.status.success());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(output.stdout == duban::http::openapi::document().unwrap().into_bytes());
}

#[test]
fn a_token_is_minted_for_what_exists() {
    for (args, why) in [
        (&["--role", "boss"][..], "coordinator"),
        (&["--role", "anonymous"], "there is no role"),
        (&["--role", "admin", "--scope", "everything"], "plans:write"),
        (&["--role", "admin", "--unit", "财政局"], "not a unit code"),
        (&["--role", "admin", "--ttl", "soon"], "ttl"),
        (&["--role", "admin", "--ttl", "0s"], "ttl"),
        (&["--role", "admin", "--ttl", "400d"], "ttl"),
        (&[], "--role"),
    ] {
        let output = run(&[&["token"], args].concat(), &[]);
        assert!(!output.status.success() && output.stdout.is_empty(), "{args:?}");
        assert!(text(&output.stderr).contains(why), "{args:?}: {}", text(&output.stderr));
    }
    // Where an identity provider issues tokens, this is not one.
    let key = key_file("rsa.pub.pem");
    let env = [
        ("DUBAN_ENV", "production"),
        ("DUBAN_JWT_ISSUER", "https://sso.test"),
        ("DUBAN_JWT_PUBLIC_KEY_FILE", key.to_str().unwrap()),
        ("DUBAN_JWT_ALGORITHM", "RS256"),
    ];
    let output = run(&["token", "--role", "admin"], &env);
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).contains("identity provider"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn migrate_can_be_repeated() {
    let dir = tempfile::tempdir().unwrap();
    let url = database(dir.path());
    for _ in 0..2 {
        let output = run(&["migrate"], &[("DATABASE_URL", &url)]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}
