//! Identity providers: keys, tokens signed with them, and a JWKS endpoint that counts its callers.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::StatusCode,
    rt,
    web::{self, Data},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use duban::config::Issuer;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// The `iss` of most tokens here.
pub const ISSUER: &str = "https://sso.test";
/// Its HS256 secret, where it has one.
pub const SECRET: &str = "for-tests-only-and-long-enough-for-hs256";

/// An issuer that has no keys yet.
pub fn issuer(name: &str) -> Issuer {
    Issuer {
        issuer: name.to_owned(),
        secret: None,
        ..Issuer::development()
    }
}

/// A file of `tests/api/keys`.
pub fn key_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/keys").join(name)
}

pub fn key_text(name: &str) -> String {
    std::fs::read_to_string(key_file(name)).unwrap()
}

/// A key to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Secret,
    Rsa,
    Ec,
    Ed,
    EdNext,
}

impl Key {
    pub const ALL: &'static [Self] = &[Self::Secret, Self::Rsa, Self::Ec, Self::Ed, Self::EdNext];

    pub fn algorithm(self) -> Algorithm {
        match self {
            Self::Secret => Algorithm::HS256,
            Self::Rsa => Algorithm::RS256,
            Self::Ec => Algorithm::ES256,
            Self::Ed | Self::EdNext => Algorithm::EdDSA,
        }
    }

    /// Its `kid` in `keys/jwks.json`.
    pub fn kid(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Rsa => "rsa",
            Self::Ec => "ec",
            Self::Ed => "ed",
            Self::EdNext => "ed-next",
        }
    }

    pub fn encoding(self) -> EncodingKey {
        let pem = || key_text(&format!("{}.pem", self.kid())).into_bytes();
        match self {
            Self::Secret => EncodingKey::from_secret(SECRET.as_bytes()),
            Self::Rsa => EncodingKey::from_rsa_pem(&pem()).unwrap(),
            Self::Ec => EncodingKey::from_ec_pem(&pem()).unwrap(),
            Self::Ed | Self::EdNext => EncodingKey::from_ed_pem(&pem()).unwrap(),
        }
    }

    /// The header an ordinary token of this key has.
    pub fn header(self) -> Value {
        json!({"alg": self.algorithm(), "typ": "JWT", "kid": self.kid()})
    }

    /// An ordinary token.
    pub fn sign(self, claims: &Value) -> String {
        token(&self.header(), claims, &self.encoding(), self.algorithm())
    }

    /// A token with these claims, letter by letter.
    pub fn sign_text(self, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", part(&self.header().to_string()), part(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.encoding(), self.algorithm()).unwrap();
        format!("{message}.{signature}")
    }

    /// A token with this header, which need not make sense.
    pub fn sign_as(self, header: &Value, claims: &Value) -> String {
        token(header, claims, &self.encoding(), self.algorithm())
    }
}

/// The first two parts of a token.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// A token put together by hand: header and claims are as given.
pub fn token(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = unsigned(header, claims);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// The public keys with these ids as a JWKS.
pub fn jwks(keys: &[Key]) -> Value {
    let all: Value = serde_json::from_str(&key_text("jwks.json")).unwrap();
    let published = |jwk: &&Value| keys.iter().any(|key| jwk["kid"] == key.kid());
    let chosen: Vec<&Value> = all["keys"].as_array().unwrap().iter().filter(published).collect();
    assert_eq!(chosen.len(), keys.len(), "not in jwks.json");
    json!({ "keys": chosen })
}

/// A JWKS endpoint.
pub struct JwksServer {
    pub url: String,
    state: Data<State>,
    server: ServerHandle,
}

struct State {
    answer: Mutex<(u16, String)>,
    fetches: AtomicUsize,
}

impl JwksServer {
    /// One that is down.
    pub fn down() -> Self {
        let state = Data::from(Arc::new(State {
            answer: Mutex::new((503, String::new())),
            fetches: AtomicUsize::new(0),
        }));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let shared = state.clone();
        let running = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/jwks", web::get().to(answer))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .listen(listener)
        .unwrap()
        .run();
        let server = running.handle();
        rt::spawn(running);
        Self { url, state, server }
    }

    /// One that publishes these keys.
    pub fn of(keys: &[Key]) -> Self {
        let server = Self::down();
        server.publish(keys);
        server
    }

    /// From now on these keys.
    pub fn publish(&self, keys: &[Key]) {
        self.say(200, &jwks(keys).to_string());
    }

    /// From now on this answer.
    pub fn say(&self, status: u16, body: &str) {
        *self.state.answer.lock().unwrap() = (status, body.to_owned());
    }

    /// How often it was asked.
    pub fn fetches(&self) -> usize {
        self.state.fetches.load(Ordering::SeqCst)
    }

    pub async fn stop(self) {
        self.server.stop(false).await;
    }
}

async fn answer(state: Data<State>) -> HttpResponse {
    state.fetches.fetch_add(1, Ordering::SeqCst);
    let (status, body) = state.answer.lock().unwrap().clone();
    HttpResponse::build(StatusCode::from_u16(status).unwrap())
        .content_type("application/json")
        .body(body)
}
