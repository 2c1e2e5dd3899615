//! Properties of the chain.

use proptest::prelude::*;
use serde_json::{Map, Number};
use uuid::Uuid;

use super::*;
use crate::domain::person::Person;

/// What jsonb gives back: members in another order, numbers in full.
fn kept(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| (name.len(), *name));
            Value::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (name.clone(), kept(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(kept).collect(),
        Value::Number(number) => {
            let in_full = number.as_f64().filter(|_| number.is_f64()).map_or_else(
                || number.to_string(),
                |number| {
                    let text = number.to_string();
                    text.strip_prefix('-')
                        .filter(|rest| *rest == "0")
                        .unwrap_or(&text)
                        .to_owned()
                },
            );
            serde_json::from_str(&in_full).unwrap()
        }
        other => other.clone(),
    }
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
        (-1000i32..1000, 0u8..25).prop_filter_map("finite", |(digits, shift)| {
            Number::from_f64(f64::from(digits) * 10f64.powi(i32::from(shift)))
        }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((".{0,3}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn entry() -> impl Strategy<Value = LogEntry> {
    let optional = || proptest::option::of("[a-z]{1,3}");
    (
        any::<u128>(),
        0i64..4_000_000_000_000_000,
        ("[a-z]{1,4}", "[a-z]{1,3}\\.[a-z]{1,3}", "[a-z0-9.]{1,5}"),
        (optional(), optional(), optional(), optional(), optional(), optional()),
        proptest::option::of(value()),
        proptest::option::of(value()),
    )
        .prop_map(
            |(id, at, (actor, event, subject), (unit, plan, reason, request, issuer, name), before, after)| LogEntry {
                id: Uuid::from_u128(id).into(),
                at: Instant::from_timestamp_micros(at).unwrap(),
                actor: Person::stored(issuer, actor, name),
                actor_unit: unit.map(|unit| unit.parse().unwrap()),
                event,
                subject,
                plan: plan.map(|plan| plan.parse().unwrap()),
                reason,
                before,
                after,
                request_id: request,
            },
        )
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Sha256), Just(Algorithm::Sm3)]
}

type Sealed = Vec<(Seal, LogEntry)>;

fn chain(entries: Vec<(LogEntry, Algorithm)>) -> Sealed {
    let mut head = Head::start();
    let mut sealed = Vec::new();
    for (entry, algorithm) in entries {
        let seal = Seal::next(&head, &entry, algorithm);
        head = seal.head();
        sealed.push((seal, entry));
    }
    sealed
}

/// The number after the last that is right, and what is wrong with it.
fn check(sealed: &Sealed) -> Result<Head, (i64, Damage)> {
    let mut chain = Chain::default();
    for (seal, entry) in sealed {
        chain
            .follow(seal, Some(entry))
            .map_err(|damage| (chain.head().seq + 1, damage))?;
    }
    Ok(chain.head().clone())
}

proptest! {
    #[test]
    fn what_comes_back_has_the_same_hash(entry in entry(), algorithm in algorithm()) {
        let back = LogEntry {
            before: entry.before.as_ref().map(kept),
            after: entry.after.as_ref().map(kept),
            ..entry.clone()
        };
        let head = Head::start();
        prop_assert_eq!(Seal::next(&head, &entry, algorithm), Seal::next(&head, &back, algorithm));
    }

    #[test]
    fn canonical_json_is_json_of_the_same_value(value in value()) {
        let text = canonical(&value);
        let back: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(canonical(&back), text);
        prop_assert_eq!(kept(&back), kept(&value));
    }

    #[test]
    fn an_untouched_chain_holds(entries in proptest::collection::vec((entry(), algorithm()), 0..6)) {
        let count = i64::try_from(entries.len()).unwrap();
        prop_assert_eq!(check(&chain(entries)).unwrap().seq, count);
    }

    #[test]
    fn another_entry_in_its_place_is_found_there(
        entries in proptest::collection::vec((entry(), algorithm()), 1..6), other in entry(), at in any::<prop::sample::Index>(), field in 0..11
    ) {
        let mut sealed = chain(entries);
        let at = at.index(sealed.len());
        let before = sealed[at].1.clone();
        let entry = &mut sealed[at].1;
        match field {
            0 => entry.id = other.id,
            1 => entry.at = other.at,
            2 => entry.actor = other.actor,
            3 => entry.actor_unit = other.actor_unit,
            4 => entry.event = other.event,
            5 => entry.subject = other.subject,
            6 => entry.plan = other.plan,
            7 => entry.reason = other.reason,
            8 => entry.before = other.before,
            9 => entry.after = other.after,
            _ => entry.request_id = other.request_id,
        }
        prop_assume!(members(&sealed[at].1) != members(&before));
        let (seq, damage) = check(&sealed).unwrap_err();
        prop_assert_eq!(seq, i64::try_from(at).unwrap() + 1);
        let altered = matches!(damage, Damage::Altered { .. });
        prop_assert!(altered);
    }

    #[test]
    fn one_that_is_taken_out_is_missed(
        entries in proptest::collection::vec((entry(), algorithm()), 2..6), at in any::<prop::sample::Index>()
    ) {
        let mut sealed = chain(entries);
        // All but the last: that one only somebody who wrote down the head can miss.
        let at = at.index(sealed.len() - 1);
        sealed.remove(at);
        prop_assert_eq!(check(&sealed).unwrap_err(), (i64::try_from(at).unwrap() + 1, Damage::Missing));
    }
}

#[test]
fn hashes_are_those_of_the_standards() {
    let abc = |algorithm: Algorithm| algorithm.hash(b"abc");
    assert_eq!(
        abc(Algorithm::Sha256),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    // GB/T 32905-2016, A.1.
    assert_eq!(
        abc(Algorithm::Sm3),
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    );
}

/// Changing the format would make every sealed log unprovable: this text is for ever.
#[test]
fn the_format_stays_as_it_is() {
    let entry = LogEntry {
        id: "019a1b2c-3d4e-7f00-8000-000000000000".parse().unwrap(),
        at: "2017-06-30T01:00:00Z".parse().unwrap(),
        actor: Person::plain("zhang.san"),
        actor_unit: Some("zwfwb".parse().unwrap()),
        event: "deadline.updated".into(),
        subject: "dg-2017.2.1.d1".into(),
        plan: Some("dg-2017".parse().unwrap()),
        reason: Some("市政府常务会议\n决定".into()),
        before: Some(json!({"phrase": "12月底", "n": [80.0, 1e21, -0.0, 0.1]})),
        after: None,
        request_id: None,
    };
    assert_eq!(
        canonical(&members(&entry)),
        r#"{"actor":"zhang.san","actor_unit":"zwfwb","at":"2017-06-30T01:00:00.000000Z","before":{"n":[80,1000000000000000000000,0,0.1],"phrase":"12月底"},"event":"deadline.updated","id":"019a1b2c-3d4e-7f00-8000-000000000000","plan_id":"dg-2017","reason":"市政府常务会议\n决定","subject":"dg-2017.2.1.d1"}"#
    );
    let seal = Seal::next(&Head::start(), &entry, Algorithm::Sha256);
    assert_eq!(
        seal.hash,
        "1670eb60888573f9ac34dd56c628b092df8ecc1131a58c5a7719bba6407ccd15"
    );
}

#[test]
fn a_head_is_read_as_it_is_written() {
    let head = Head {
        seq: 73,
        hash: "0f".repeat(32),
    };
    assert_eq!(head.to_string().parse(), Ok(head));
    for text in [
        "",
        "73",
        "73:0f",
        "-1:".to_owned().as_str(),
        &format!("x:{}", "0f".repeat(32)),
    ] {
        assert!(text.parse::<Head>().is_err(), "{text}");
    }
}
