//! Tokens and headers that are not what they should be.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, header::HeaderValue};

use super::*;
use crate::support::issuer::{Key, SECRET};

const MALFORMED: &str = "the token is malformed";

async fn start() -> TestApp {
    trusting(|issuer| issuer.secret = Some(SECRET.into())).await
}

#[actix_web::test]
async fn what_is_no_token_is_refused() {
    let app = start().await;
    let good = Key::Secret.sign(&claims(&app));
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{good}")
    };
    let claims_text = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let base64 = |text: &[u8]| URL_SAFE_NO_PAD.encode(text);
    for token in [
        "x".to_owned(),
        "a.b.c".to_owned(),
        "...".to_owned(),
        "令牌".escape_unicode().to_string(),
        header.to_owned(),
        format!("{header}.{claims}"),
        format!("{good}.{signature}"),
        format!("{header}..{signature}"),
        format!("{header}=.{claims}.{signature}"),
        format!("{}.{claims}.{signature}", base64(b"not json")),
        format!("{}.{claims}.{signature}", base64(b"[]")),
        format!("{}.{claims}.{signature}", base64(b"\xff\xfe")),
        format!("{header}.{}.{signature}", base64(b"not json")),
        format!("{header}.{}.{signature}", base64(&[b'['; 3000])),
    ] {
        refused(&app, &token, MALFORMED).await;
    }
    // One who issues it may mean the first, and who reads it the last.
    for twice in [
        r#""unit":"hbj","unit":"czj""#,
        r#""roles":[],"rol\u0065s":["admin"]"#,
        r#""a":{"b":1,"b":2}"#,
    ] {
        let said = claims_text.replacen('{', &format!("{{{twice},"), 1);
        let token = Key::Secret.sign_text(&said);
        refused(&app, &token, "the token gives a claim twice").await;
    }
    // Claims that are JSON, but not an object, have no issuer.
    for claims in [&b"[]"[..], b"7", b"null"] {
        let token = format!("{header}.{}.{signature}", base64(claims));
        let reply = ask(&app, &token).await;
        reply.problem(401, "invalid_token");
    }
    accepted(&app, &good, "the one they were made from").await;
    app.stop().await;
}

#[actix_web::test]
async fn a_long_token_is_refused_unread() {
    let app = start().await;
    let long = |length: usize| {
        let claims = claims_with(&app, &json!({"pad": "x".repeat(length)}));
        Key::Secret.sign(&claims)
    };
    let fits = long(5_000);
    assert!(fits.len() < 8 * 1024);
    accepted(&app, &fits, "long, but not too long").await;
    let too_long = long(6_500);
    assert!((8 * 1024..10 * 1024).contains(&too_long.len()));
    refused(&app, &too_long, "the token is too long").await;
    app.stop().await;
}

#[actix_web::test]
async fn the_header_must_be_one_bearer_token() {
    let app = start().await;
    let good = Key::Secret.sign(&claims(&app));
    let status = async |values: &[&[u8]]| {
        let mut request = app.anonymous().request(Method::GET, GUARDED);
        for value in values {
            request = request.header("Authorization", HeaderValue::from_bytes(value).unwrap());
        }
        Reply::to(request.header("Accept-Language", "en")).await
    };
    let bearer = format!("Bearer {good}");
    for scheme in ["bearer", "BEARER", "Bearer ", " Bearer"] {
        let spelt = format!("{scheme} {good}");
        assert_eq!(status(&[spelt.as_bytes()]).await.status, 200, "{scheme}");
    }
    let wrong: &[&[&[u8]]] = &[
        &[bearer.as_bytes(), bearer.as_bytes()],
        &[bearer.as_bytes(), b"Basic emhhbmc6c2Fu"],
        &[b"Basic emhhbmc6c2Fu"],
        &[b"Bearer"],
        &[b"Bearer "],
        &[b"Bearer    "],
        &[b""],
        &[good.as_bytes()],
        &[b"Token x"],
        &[b"Bearer \xff\xfe"],
    ];
    for values in wrong {
        let reply = status(values).await;
        let challenge = reply.header("www-authenticate").to_owned();
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains("error="),
            "{challenge}"
        );
        assert!(!reply.text().contains(&good), "{}", reply.text());
        let problem = reply.problem(401, "invalid_token");
        assert_eq!(problem["detail"], "Authorization must be one `Bearer <token>`");
    }
    app.stop().await;
}

#[actix_web::test]
async fn only_access_tokens_are_access_tokens() {
    let app = start().await;
    let typed = |typ: &str| Key::Secret.sign_as(&json!({"alg": "HS256", "typ": typ}), &claims(&app));
    for typ in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        accepted(&app, &typed(typ), typ).await;
    }
    for typ in ["id+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "JWE", ""] {
        refused(&app, &typed(typ), MALFORMED).await;
    }
    app.stop().await;
}

/// An extension that must be understood, and is not (RFC 7515, section 4.1.11).
#[actix_web::test]
async fn critical_extensions_are_not_understood() {
    let app = start().await;
    for header in [
        json!({"alg": "HS256", "crit": ["exp"], "exp": 4_102_444_800_u32}),
        json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
        json!({"alg": "HS256", "crit": []}),
    ] {
        refused(&app, &Key::Secret.sign_as(&header, &claims(&app)), MALFORMED).await;
    }
    app.stop().await;
}
