//! Scores, as properties and as examples.

use proptest::prelude::*;

use super::*;

fn tally(count: i64) -> Tally {
    Tally {
        count,
        ids: (0..count.min(7)).map(|n| format!("id-{n}")).collect(),
    }
}

fn unit(code: &str, kind: UnitKind) -> UnitFacts {
    UnitFacts::new(code.parse().unwrap(), code.to_owned(), kind)
}

fn owing(code: &str, rows: &[(bool, Timeliness, i64)]) -> UnitFacts {
    let mut unit = unit(code, UnitKind::Town);
    for (fulfilled, timeliness, count) in rows {
        unit.owed(&Owed {
            fulfilled: *fulfilled,
            timeliness: *timeliness,
            tally: tally(*count),
        });
    }
    unit
}

fn parts(score: &Score) -> Vec<i64> {
    score.parts.iter().map(|part| part.points.0).collect()
}

#[test]
fn shares_are_rounded_to_hundredths_halves_up() {
    assert_eq!(Points::whole(40).share(1, 3), Points(1333));
    assert_eq!(Points::whole(40).share(2, 3), Points(2667));
    assert_eq!(Points::whole(1).share(1, 8), Points(13), "12.5 hundredths");
    assert_eq!(Points::whole(40).share(0, 0), Points(0));
    let json = serde_json::to_string(&Points(8735)).unwrap();
    assert_eq!(json, "87.35");
    assert_eq!(serde_json::from_str::<Points>(&json).unwrap(), Points(8735));
}

#[test]
fn ties_share_a_rank_within_their_kind() {
    let all = [(true, Timeliness::OnTime, 1)];
    let none = [(false, Timeliness::Missing, 1)];
    let mut alone = unit("hbj", UnitKind::Department);
    alone.owed(&Owed {
        fulfilled: false,
        timeliness: Timeliness::Missing,
        tally: tally(1),
    });
    let units = vec![
        owing("c", &none),
        owing("b", &all),
        owing("a", &all),
        alone,
        owing("idle", &[]),
    ];
    let scores = AssessmentSettings::default().assess(units, &Scope::system());
    let ranks: Vec<_> = scores
        .iter()
        .map(|score| (score.unit.as_str(), score.rank, score.ranked))
        .collect();
    assert_eq!(
        ranks,
        [
            ("hbj", Some(1), 1),
            ("a", Some(1), 3),
            ("b", Some(1), 3),
            ("c", Some(3), 3)
        ]
    );
}

#[test]
fn praise_makes_up_for_notices_and_for_no_more() {
    let notice = |kind, level| Received {
        notice: uuid::Uuid::nil().into(),
        kind,
        level,
        reply_by: None,
        answered_at: None,
    };
    let as_of = "2017-12-31".parse().unwrap();
    let mut humen = owing("humen", &[(true, Timeliness::OnTime, 2)]);
    humen.received(&notice(NoticeKind::Commendation, None), as_of);
    let settings = AssessmentSettings::default();
    assert_eq!(
        parts(&settings.assess(vec![humen.clone()], &Scope::system())[0]),
        [4000, 3000, 2000, 1000]
    );
    humen.received(&notice(NoticeKind::Supervision, Some(NoticeLevel::Red)), as_of);
    assert_eq!(
        parts(&settings.assess(vec![humen.clone()], &Scope::system())[0])[3],
        900
    );
    for _ in 0..9 {
        humen.received(&notice(NoticeKind::Criticism, None), as_of);
    }
    assert_eq!(parts(&settings.assess(vec![humen], &Scope::system())[0])[3], 0);
}

#[test]
fn an_answer_on_the_last_day_is_in_time() {
    let as_of: Day = "2017-07-08".parse().unwrap();
    let unanswered = |reply_by: &str, answered_at: Option<&str>| {
        let mut unit = unit("humen", UnitKind::Town);
        let notice = Received {
            notice: uuid::Uuid::nil().into(),
            kind: NoticeKind::Reminder,
            level: Some(NoticeLevel::Blue),
            reply_by: reply_by.parse().ok(),
            answered_at: answered_at.map(|at| at.parse().unwrap()),
        };
        unit.received(&notice, as_of);
        unit.count(FactKind::Unanswered)
    };
    assert_eq!(unanswered("2017-07-07", None), 1);
    assert_eq!(unanswered("2017-07-08", None), 0, "the day itself is not over");
    // 23:59 and 00:00 in Shanghai.
    assert_eq!(unanswered("2017-07-07", Some("2017-07-07T15:59:00Z")), 0);
    assert_eq!(unanswered("2017-07-07", Some("2017-07-07T16:00:00Z")), 1);
}

fn any_settings() -> impl Strategy<Value = AssessmentSettings> {
    let weights = (0u32..=100, 0u32..=100, 0u32..=100).prop_map(|(a, b, c)| {
        let mut cuts = [a, b, c];
        cuts.sort_unstable();
        [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 100 - cuts[2]]
    });
    let deductions = (0u32..=100, 0u32..9, 0u32..9, 0u32..9, 0u32..9, 0u32..=100);
    (weights, 0u32..=100, deductions, 0u32..9).prop_map(|(weights, late_percent, costs, commendation)| {
        let [completion, timeliness, quality, notices] = weights;
        let (returned_report, blue, yellow, red, criticism, unanswered) = costs;
        AssessmentSettings {
            completion,
            timeliness,
            quality,
            notices,
            late_percent,
            deductions: Deductions {
                returned_report,
                blue,
                yellow,
                red,
                criticism,
                unanswered,
            },
            commendation,
        }
    })
}

fn any_facts() -> impl Strategy<Value = UnitFacts> {
    let owed = proptest::collection::vec((any::<bool>(), 0usize..5, 1i64..60), 1..6);
    let others = proptest::collection::vec((0usize..7, 1i64..6), 0..6);
    (owed, others).prop_map(|(owed, others)| {
        use Timeliness as T;
        let kinds = [T::OnTime, T::Late, T::Missing, T::Pending, T::OnTime];
        let rows: Vec<_> = owed
            .into_iter()
            .map(|(done, at, count)| (done, kinds[at], count))
            .chain([(false, T::Missing, 1)])
            .collect();
        let mut unit = owing("humen", &rows);
        for (at, count) in others {
            use FactKind as F;
            let kinds = [
                F::Returned,
                F::Blue,
                F::Yellow,
                F::Red,
                F::Criticism,
                F::Unanswered,
                F::Commendation,
            ];
            unit.note(kinds[at], &tally(count));
        }
        unit
    })
}

#[test]
fn a_unit_that_had_ended_is_scored_and_not_ranked() {
    let all = [(true, Timeliness::OnTime, 1)];
    let none = [(false, Timeliness::Missing, 1)];
    let ended = |code: &str, rows: &[_]| UnitFacts {
        has_ended: true,
        ..owing(code, rows)
    };
    let units = vec![ended("a", &all), owing("b", &none), owing("c", &all), ended("d", &none)];
    let scores = AssessmentSettings::default().assess(units, &Scope::system());
    let told: Vec<_> = scores
        .iter()
        .map(|one| (one.unit.as_str(), one.rank, one.ranked))
        .collect();
    assert_eq!(
        told,
        [("c", Some(1), 2), ("b", Some(2), 2), ("a", None, 2), ("d", None, 2)]
    );
}

#[test]
fn what_is_due_on_the_day_and_not_reported_on_counts_for_nothing() {
    let of = |rows: &[(bool, Timeliness, i64)]| {
        let settings = AssessmentSettings::default();
        settings.assess(vec![owing("humen", rows)], &Scope::system())
    };
    let (late, pending) = ((true, Timeliness::Late, 3), (false, Timeliness::Pending, 5));
    assert_eq!(of(&[late, pending]), of(&[late]));
    assert!(of(&[pending]).is_empty());
}

proptest! {
    #[test]
    fn facts_add_up_to_parts_and_parts_to_the_total(settings in any_settings(), facts in any_facts()) {
        let mut check = super::super::fault::Checker::default();
        settings.check(&mut check);
        prop_assert!(check.finish().is_ok());
        let scores = settings.assess(vec![facts], &Scope::system());
        let score = &scores[0];
        prop_assert_eq!(score.parts.iter().map(|part| part.points.0).sum::<i64>(), score.total.0);
        prop_assert!((0..=10_000).contains(&score.total.0));
        for part in &score.parts {
            prop_assert_eq!(part.facts.iter().map(|fact| fact.points.0).sum::<i64>(), part.points.0);
            prop_assert!(part.points >= Points(0) && part.points <= part.weight, "{:?}", part);
            prop_assert!(part.facts.iter().all(|fact| fact.count > 0 && fact.ids.len() <= IDS));
        }
        let again: Vec<Score> = serde_json::from_str(&serde_json::to_string(&scores).unwrap()).unwrap();
        prop_assert_eq!(again, scores);
    }
}
