//! Keys and algorithms: the key says which algorithm, never the token.

use actix_web::web::Data;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use duban::{app::App, clock::SystemClock, config::Issuer};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use super::*;
use crate::support::issuer::{Key, SECRET, jwks, key_file, key_text, token, unsigned};

const NO_KEY: &str = "there is no key for this kid and algorithm";
const BAD_SIGNATURE: &str = "the signature is wrong";
const MALFORMED: &str = "the token is malformed";

fn pem(issuer: &mut Issuer, key: Key) {
    issuer.public_key_file = Some(key_file(&format!("{}.pub.pem", key.kid())));
    issuer.algorithm = Some(format!("{:?}", key.algorithm()));
}

fn configure(issuer: &mut Issuer, key: Key) {
    match key {
        Key::Secret => issuer.secret = Some(SECRET.into()),
        Key::EdNext => unreachable!("has no PEM file"),
        key => pem(issuer, key),
    }
}

/// The token with other claims under the old signature.
fn tampered(app: &TestApp, token: &str) -> String {
    let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("{token}")
    };
    let claims = claims_with(app, &json!({"sub": "li.si"}));
    format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[actix_web::test]
async fn each_algorithm_with_its_own_key_only() {
    for key in [Key::Secret, Key::Rsa, Key::Ec, Key::Ed] {
        let app = trusting(|issuer| configure(issuer, key)).await;
        let claims = claims(&app);
        let token = key.sign(&claims);
        accepted(&app, &token, key.kid()).await;
        let bare = json!({"alg": key.algorithm()});
        accepted(&app, &key.sign_as(&bare, &claims), "neither typ nor kid").await;
        refused(&app, &tampered(&app, &token), BAD_SIGNATURE).await;
        for other in Key::ALL.iter().filter(|other| other.algorithm() != key.algorithm()) {
            refused(&app, &other.sign(&claims), NO_KEY).await;
            // Signed with one algorithm, named another.
            refused(&app, &other.sign_as(&key.header(), &claims), BAD_SIGNATURE).await;
        }
        app.stop().await;
    }
}

#[actix_web::test]
async fn another_key_of_the_same_kind_is_refused() {
    let app = trusting(|issuer| pem(issuer, Key::Ed)).await;
    refused(&app, &Key::EdNext.sign(&claims(&app)), BAD_SIGNATURE).await;
    app.stop().await;

    let app = trusting(|issuer| issuer.secret = Some(SECRET.into())).await;
    let guess = EncodingKey::from_secret(b"another-secret-that-is-long-enough-too");
    let forged = token(&Key::Secret.header(), &claims(&app), &guess, Algorithm::HS256);
    refused(&app, &forged, BAD_SIGNATURE).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_jwks_file_holds_keys_of_several_kinds() {
    let app = trusting(|issuer| issuer.jwks_file = Some(key_file("jwks.json"))).await;
    let claims = claims(&app);
    for key in [Key::Rsa, Key::Ec, Key::Ed, Key::EdNext] {
        accepted(&app, &key.sign(&claims), key.kid()).await;
        accepted(&app, &key.sign_as(&json!({"alg": key.algorithm()}), &claims), "no kid").await;
    }
    let misnamed = json!({"alg": "EdDSA", "kid": Key::EdNext.kid()});
    refused(&app, &Key::Ed.sign_as(&misnamed, &claims), BAD_SIGNATURE).await;
    let unknown = json!({"alg": "EdDSA", "kid": "nobody"});
    refused(&app, &Key::Ed.sign_as(&unknown, &claims), NO_KEY).await;
    refused(&app, &Key::Secret.sign(&claims), NO_KEY).await;
    app.stop().await;
}

#[actix_web::test]
async fn no_algorithm_is_no_token() {
    let app = trusting(|issuer| issuer.secret = Some(SECRET.into())).await;
    let claims = claims(&app);
    for name in ["none", "None", "NONE", "nOnE", "", "HS1"] {
        let message = unsigned(&json!({"alg": name, "typ": "JWT"}), &claims);
        refused(&app, &format!("{message}."), MALFORMED).await;
        refused(&app, &message, MALFORMED).await;
        let signed = Key::Secret.sign_as(&json!({"alg": name, "typ": "JWT"}), &claims);
        refused(&app, &signed, MALFORMED).await;
    }
    let nameless = Key::Secret.sign_as(&json!({"typ": "JWT"}), &claims);
    refused(&app, &nameless, MALFORMED).await;
    app.stop().await;
}

#[actix_web::test]
async fn algorithms_that_are_not_on_the_list_are_refused() {
    let app = trusting(|issuer| issuer.secret = Some(SECRET.into())).await;
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = token(
            &json!({"alg": algorithm}),
            &claims(&app),
            &Key::Secret.encoding(),
            algorithm,
        );
        refused(&app, &token, NO_KEY).await;
    }
    app.stop().await;
    for pem_file in [true, false] {
        let app = trusting(|issuer| {
            if pem_file {
                pem(issuer, Key::Rsa);
            } else {
                issuer.jwks_file = Some(key_file("jwks.json"));
            }
        })
        .await;
        for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
            let header = json!({"alg": algorithm, "kid": "rsa"});
            let token = token(&header, &claims(&app), &Key::Rsa.encoding(), algorithm);
            refused(&app, &token, NO_KEY).await;
        }
        app.stop().await;
    }
}

/// What a public key is, everybody knows: it must never serve as a secret (RFC 8725, section 2.1).
#[actix_web::test]
async fn a_public_key_is_no_secret() {
    let published = key_text("rsa.pub.pem");
    let app = trusting(|issuer| pem(issuer, Key::Rsa)).await;
    for secret in [published.as_bytes(), published.trim_end().as_bytes()] {
        let key = EncodingKey::from_secret(secret);
        let forged = token(&Key::Secret.header(), &claims(&app), &key, Algorithm::HS256);
        refused(&app, &forged, NO_KEY).await;
        // Named RS256 all the same.
        let forged = token(&json!({"alg": "RS256"}), &claims(&app), &key, Algorithm::HS256);
        refused(&app, &forged, BAD_SIGNATURE).await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn keys_of_a_set_that_are_for_something_else_are_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("jwks.json");
    let mut set = jwks(&[Key::Rsa, Key::Ec, Key::Ed, Key::EdNext]);
    set["keys"][0]["alg"] = json!("RS512");
    set["keys"][1]["use"] = json!("enc");
    set["keys"][2]["crv"] = json!("Ed448");
    let keys = set["keys"].as_array_mut().unwrap();
    // A secret that was published is none.
    keys.push(json!({"kty": "oct", "kid": "secret", "alg": "HS256", "k": URL_SAFE_NO_PAD.encode(SECRET)}));
    keys.push(json!("not a key"));
    std::fs::write(&path, set.to_string()).unwrap();
    let app = trusting(|issuer| issuer.jwks_file = Some(path)).await;
    for key in [Key::Rsa, Key::Ec, Key::Ed, Key::Secret] {
        refused(&app, &key.sign(&claims(&app)), NO_KEY).await;
    }
    accepted(&app, &Key::EdNext.sign(&claims(&app)), "the one that is right").await;
    app.stop().await;
}

#[actix_web::test]
async fn each_issuer_vouches_with_its_own_keys_only() {
    let (first, second) = ("https://one.test", "https://two.test");
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        let (mut one, mut two) = (issuer(first), issuer(second));
        one.secret = Some(SECRET.into());
        pem(&mut two, Key::Ed);
        two.audience = "duban-two".into();
        config.issuers = vec![one, two];
    })
    .await;
    let of = |iss: &str, aud: &str| claims_with(&app, &json!({"iss": iss, "aud": aud}));
    accepted(&app, &Key::Secret.sign(&of(first, "duban")), first).await;
    accepted(&app, &Key::Ed.sign(&of(second, "duban-two")), second).await;
    refused(&app, &Key::Ed.sign(&of(first, "duban")), NO_KEY).await;
    refused(&app, &Key::Secret.sign(&of(second, "duban-two")), NO_KEY).await;
    let wrong = "the audience is wrong";
    refused(&app, &Key::Secret.sign(&of(first, "duban-two")), wrong).await;
    refused(&app, &Key::Ed.sign(&of(second, "duban")), wrong).await;
    let unknown = Key::Secret.sign(&of("https://three.test", "duban"));
    refused(&app, &unknown, "the issuer is not accepted").await;
    app.stop().await;
}

#[actix_web::test]
async fn issuers_that_cannot_work_are_refused_at_start() {
    let dir = tempfile::tempdir().unwrap();
    let useless = dir.path().join("jwks.json");
    std::fs::write(&useless, r#"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#).unwrap();
    let with = |change: &dyn Fn(&mut Issuer)| {
        let mut issuer = issuer(ISSUER);
        change(&mut issuer);
        vec![issuer]
    };
    let rsa = |issuer: &mut Issuer| pem(issuer, Key::Rsa);
    let cases: Vec<(Vec<Issuer>, &str)> = vec![
        (with(&|_| {}), "exactly one of"),
        (
            with(&|issuer| {
                rsa(issuer);
                issuer.secret = Some(SECRET.into());
            }),
            "exactly one of",
        ),
        (
            with(&|issuer| issuer.secret = Some("short".into())),
            "at least 32 bytes",
        ),
        (
            with(&|issuer| {
                rsa(issuer);
                issuer.algorithm = None;
            }),
            "needs its algorithm",
        ),
        (
            with(&|issuer| {
                rsa(issuer);
                issuer.algorithm = Some("ES256".into());
            }),
            ISSUER,
        ),
        (
            with(&|issuer| {
                rsa(issuer);
                issuer.algorithm = Some("HS256".into());
            }),
            "a PEM key is for",
        ),
        (
            with(&|issuer| {
                rsa(issuer);
                issuer.algorithm = Some("none".into());
            }),
            "is not one of",
        ),
        (
            with(&|issuer| issuer.jwks_file = Some("/nonexistent".into())),
            "cannot read",
        ),
        (with(&|issuer| issuer.jwks_file = Some(useless.clone())), "has no key"),
        ([with(&rsa), with(&rsa)].concat(), "configured twice"),
    ];
    for (issuers, why) in cases {
        let mut config = duban::cli::Cli::without_flags().unwrap();
        config.database_url = "sqlite::memory:".into();
        config.issuers = issuers;
        let started = App::new(config, Box::new(SystemClock)).await.map(Data::new);
        let error = started.err().unwrap_or_else(|| panic!("started, though {why}"));
        assert!(format!("{error:#}").contains(why), "{why}: {error:#}");
    }
}
