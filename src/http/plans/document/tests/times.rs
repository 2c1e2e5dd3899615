//! Deadlines as plans have them, read and settled.

use super::*;

/// Phrases that read, and some that do not.
fn phrases() -> Vec<&'static str> {
    let examples = include_str!("../../../../domain/phrase/examples.txt").lines();
    let phrases = examples
        .filter_map(|line| line.split_once(" → "))
        .map(|(phrase, _)| phrase);
    phrases
        .filter(|phrase| !phrase.contains('⏎') && !phrase.starts_with('#'))
        .collect()
}

/// None, one, or two of which each says when by itself, and does not say something else beside the other.
pub fn deadlines() -> impl Strategy<Value = Vec<NewDeadline>> {
    let phrase = select(phrases());
    let reads = |phrase: &str| phrase::read(phrase, YEAR);
    let two = (phrase.clone(), phrase.clone()).prop_filter("they say something else together", move |(a, b)| {
        let alone = |phrase: &str| {
            reads(phrase)
                .ok()
                .filter(|read| read.len() == 1 && read[0].from == phrase)
        };
        let unread = |phrase: &str| reads(phrase).is_err() && !phrase.contains(['；', ';']);
        match (alone(a), alone(b), reads(&format!("{a}；{b}"))) {
            (Some(a), Some(b), Ok(both)) => both == [a, b].concat(),
            (Some(_), Some(_), Err(_)) => true,
            (Some(_), None, Err(_)) => unread(b),
            (None, Some(_), Err(_)) => unread(a),
            _ => false,
        }
    });
    let settled = prop::collection::vec(prop::option::weighted(0.2, by_hand()), 2);
    let deadlines = prop_oneof![
        Just(Vec::new()),
        phrase.prop_map(|phrase| vec![deadline(phrase)]),
        two.prop_map(|(a, b)| if a == b {
            vec![deadline(a)]
        } else {
            vec![deadline(a), deadline(b)]
        }),
    ];
    (deadlines, settled).prop_map(|(mut deadlines, settled)| {
        for (deadline, rule) in deadlines.iter_mut().zip(settled) {
            deadline.rule = rule;
        }
        deadlines
    })
}

/// What a coordinator settled, whatever the phrase says.
pub fn by_hand() -> impl Strategy<Value = Rule> {
    let fields = select(&[
        r#"{"kind":"undecided"}"#,
        r#"{"kind":"year_round"}"#,
        r#"{"kind":"date","due_on":"2016-06-30"}"#,
        r#"{"kind":"date","due_on":"2018-06-30","label":"初稿（送审）"}"#,
        r#"{"kind":"recurring","every":"quarter","due":{"kind":"day","day":20},"until":"2019-12-31"}"#,
        r#"{"kind":"on_event","event":"批准预算","basis":"《预算法》第十四条","within":{"count":20,"unit":"day"}}"#,
        r#"{"kind":"on_event","event":"试点“一期”\n验收后"}"#,
    ]);
    fields.prop_map(|fields| serde_json::from_str(fields).unwrap())
}

/// The time that a text says somewhere, as somebody who read it found it.
pub fn in_text(text: &str, rule: Option<Rule>) -> Option<NewDeadline> {
    let found = text.contains(QUARTERLY).then(|| deadline("每季度"))?;
    Some(NewDeadline {
        source: Source::Text,
        rule,
        ..found
    })
}

/// When what has no deadline is due.
pub fn default() -> impl Strategy<Value = NewDefaultDeadline> {
    let phrase = select(&["12月底", "适时", "每季度", "2018年底前完成"][..]);
    (phrase, prop::option::weighted(0.3, by_hand())).prop_map(|(phrase, rule)| NewDefaultDeadline {
        phrase: phrase.to_owned(),
        rule,
    })
}
