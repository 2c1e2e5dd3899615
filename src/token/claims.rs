//! What a verified token says: who it is, in which roles, for which unit.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Refused, Verified};
use crate::{
    config::Issuer,
    domain::{
        id::UnitCode,
        person::Person,
        policy::{Actor, Doubt, Role, TokenScope},
        text,
        unit::Succession,
    },
};

/// Unknown words that are noted.
const NOTED: usize = 20;
/// Letters of a name that are kept.
const LONGEST_NAME: usize = 100;
/// Scopes that identity providers put into every token; they narrow nothing here.
const OIDC_SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "roles",
    "web-origins",
    "microprofile-jwt",
    "acr",
    "basic",
];

/// Reads the claims of a token of the issuer at `index`.
pub(super) fn read(claims: &Value, issuer: &Issuer, index: usize, generation: u64) -> Result<Verified, Refused> {
    let missing = |claim: &str| Refused::MissingClaim(claim.to_owned());
    // It goes into the log: PostgreSQL cannot store NUL, and nobody is called `a\nb`.
    let subject = claims
        .get("sub")
        .and_then(Value::as_str)
        .filter(|sub| !sub.is_empty() && sub.chars().count() <= 200 && !sub.contains(char::is_control));
    let subject = subject.ok_or_else(|| missing("sub"))?;
    let expires = claims.get("exp").and_then(seconds).ok_or_else(|| missing("exp"))?;
    let not_before = match claims.get("nbf") {
        None if !issuer.require_nbf => i64::MIN,
        nbf => nbf.and_then(seconds).ok_or_else(|| missing("nbf"))?,
    };
    let mut doubts = Vec::new();
    let in_roles = at(claims, &issuer.roles_claim);
    if in_roles.is_none() {
        doubts.push(Doubt::NoRoles);
    }
    let mut roles = BTreeSet::new();
    for said in words(in_roles) {
        let role = |word| Role::parse(word).filter(|role| *role != Role::Anonymous);
        match said.map(|word| role(word).ok_or(word)) {
            Ok(Ok(role)) => drop(roles.insert(role)),
            Ok(Err(word)) => note(&mut doubts, Doubt::Role(shortened(word))),
            Err(other) => note(&mut doubts, Doubt::RolesForm(shortened(&written(other)))),
        }
    }
    // What is no word narrows too: to what it means, nobody knows, and so to nothing.
    let mut said = words(at(claims, &issuer.scope_claim))
        .filter(|said| !said.is_ok_and(|word| OIDC_SCOPES.contains(&word)))
        .peekable();
    let mut scopes = said.peek().is_some().then(BTreeSet::new);
    for said in said {
        match (said.map(|word| TokenScope::parse(word).ok_or(word)), &mut scopes) {
            (Ok(Ok(scope)), Some(scopes)) => drop(scopes.insert(scope)),
            (Ok(Ok(_)), None) => {}
            (Ok(Err(word)), _) => note(&mut doubts, Doubt::TokenScope(shortened(word))),
            (Err(other), _) => note(&mut doubts, Doubt::ScopeForm(shortened(&written(other)))),
        }
    }
    let in_name = at(claims, &issuer.name_claim);
    if let Some(other) = in_name.filter(|claim| !claim.is_string()) {
        note(&mut doubts, Doubt::NameForm(shortened(&written(other))));
    }
    let name = in_name.and_then(display_name);
    let actor = Actor {
        person: Some(Person::of_token(&issuer.issuer, subject, name, index == 0)),
        roles,
        unit: unit(claims, &issuer.unit_claim)?,
        succession: Succession::default(),
        scopes,
    };
    Ok(Verified {
        actor,
        doubts,
        expires,
        not_before,
        issuer: index,
        generation,
    })
}

/// Identity providers put roles of their own into tokens, perhaps hundreds.
fn note(doubts: &mut Vec<Doubt>, doubt: Doubt) {
    if doubts.len() < NOTED {
        doubts.push(doubt);
    }
}

/// The unit at the path: a text, or an array of one.
fn unit(claims: &Value, claim: &str) -> Result<Option<UnitCode>, Refused> {
    let Some(mut value) = at(claims, claim) else {
        return Ok(None);
    };
    if let Value::Array(items) = value {
        value = match items.as_slice() {
            [] => return Ok(None),
            [one] => one,
            several => {
                return Err(Refused::SeveralUnits {
                    claim: claim.to_owned(),
                    units: shortened(&several.iter().map(written).collect::<Vec<_>>().join(", ")),
                });
            }
        };
    }
    let code = value.as_str().and_then(|unit| unit.parse().ok());
    code.map(Some).ok_or_else(|| Refused::BadUnit {
        claim: claim.to_owned(),
        value: shortened(&written(value)),
    })
}

fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// For a sentence and a header: printable, and not long.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// The display name, if it is a readable text.
fn display_name(claim: &Value) -> Option<String> {
    let name = text::visible(claim.as_str()?);
    let name = shortened(&name);
    (!text::is_blank(&name)).then_some(name)
}

/// NumericDate (RFC 7519, section 2): seconds, perhaps with a fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, which is as far away as it needs to be"
)]
fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

/// The claim at a path. A dot goes deeper, unless a claim has the dot in its own name: the longest name that
/// is there wins, and `\.` is always part of a name. `null` is no claim.
fn at<'v>(claims: &'v Value, path: &str) -> Option<&'v Value> {
    within(claims, &keys(path)).filter(|claim| !claim.is_null())
}

fn within<'v>(value: &'v Value, keys: &[String]) -> Option<&'v Value> {
    if keys.is_empty() {
        return Some(value);
    }
    (1..=keys.len())
        .rev()
        .find_map(|count| within(value.get(keys[..count].join("."))?, &keys[count..]))
}

/// The names that a path is made of.
pub(super) fn keys(path: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut letters = path.chars().peekable();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '.' => {
                keys.push(String::new());
                continue;
            }
            '\\' => letters.next_if(|next| matches!(next, '.' | '\\')).unwrap_or('\\'),
            letter => letter,
        };
        if let Some(key) = keys.last_mut() {
            key.push(letter);
        }
    }
    keys
}

/// The words of a claim that is an array of strings, or one string with spaces (RFC 8693 `scope`), and what in it
/// is neither.
fn words(claim: Option<&Value>) -> impl Iterator<Item = Result<&str, &Value>> {
    let (listed, spaced, other) = match claim {
        None => (None, None, None),
        Some(Value::Array(items)) => (Some(items), None, None),
        Some(Value::String(text)) => (None, Some(text), None),
        Some(other) => (None, None, Some(other)),
    };
    let listed = listed.into_iter().flatten();
    let listed = listed.map(|item| item.as_str().ok_or(item));
    let spaced = spaced.into_iter().flat_map(|text| text.split_ascii_whitespace());
    listed.chain(spaced.map(Ok)).chain(other.map(Err))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dots_may_belong_to_names() {
        let claims = json!({
            "roles": 1, "a": {"b": 2, "b.c": {"d": 3}}, "x.y": 4, "x": {"y": 5, "z": 6},
            "resource_access": {"gov.dg.duban": {"roles": 7}, "gov": {}}, "back\\slash": 8,
        });
        for (path, number) in [
            ("roles", 1),
            ("a.b", 2),
            ("a.b.c.d", 3),
            (r"a.b\.c.d", 3),
            ("x.y", 4),
            (r"x\.y", 4),
            ("x.z", 6),
            ("resource_access.gov.dg.duban.roles", 7),
            (r"resource_access.gov\.dg\.duban.roles", 7),
            (r"back\slash", 8),
            (r"back\\slash", 8),
        ] {
            assert_eq!(at(&claims, path), Some(&json!(number)), "{path}");
        }
        for path in ["a.c", r"a\.b", "resource_access.gov.roles", ""] {
            assert_eq!(at(&claims, path), None, "{path}");
        }
    }
}
