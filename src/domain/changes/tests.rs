//! Who hears of what.

use serde_json::json;

use super::*;
use crate::domain::scope::Owners;

const ID: &str = "a.1.1.d1.x.2017";

fn entry(event: Event, before: Option<Value>, after: Option<Value>) -> Entry {
    Entry {
        event: event.as_str().to_owned(),
        subject: "r".to_owned(),
        plan: "a".parse().ok(),
        obligation: ID.parse().ok(),
        before,
        after,
    }
}

fn of_report(event: Event, before: Option<&str>, after: Option<&str>) -> Entry {
    let report = |status: &str| json!({"status": status, "publication": "pending"});
    entry(event, before.map(report), after.map(report))
}

fn of_extensions(own: Owners, handed_in: Owners) -> extension::Visibility {
    extension::Visibility { own, handed_in }
}

fn nobody() -> Follower<'static> {
    Follower {
        ledger: Owners::Nobodys,
        extensions: of_extensions(Owners::Nobodys, Owners::Nobodys),
        reports: Visibility::default(),
        notices: Owners::Nobodys,
        second_reviews: second_review::Visibility::default(),
        feedback: feedback::Visibility::Published,
        drafts: false,
        plans: &|plan| plan.as_str() != "draft",
    }
}

fn office() -> Follower<'static> {
    let reports = Visibility {
        submitted: true,
        ..Visibility::default()
    };
    Follower {
        ledger: Owners::Everybodys,
        extensions: of_extensions(Owners::Nobodys, Owners::Everybodys),
        notices: Owners::Everybodys,
        reports,
        ..nobody()
    }
}

fn of_unit(unit: &str) -> Follower<'static> {
    let own = Owners::Units([unit.parse().unwrap()].into());
    let reports = Visibility {
        own: own.clone(),
        ..Visibility::default()
    };
    Follower {
        ledger: own.clone(),
        extensions: of_extensions(own.clone(), own.clone()),
        notices: own,
        reports,
        ..nobody()
    }
}

fn heard(list: Followed, entries: &[Entry], follower: &Follower<'_>) -> Changes {
    let mut changes = Changes::default();
    for entry in entries {
        changes.apply(list, entry, follower);
    }
    changes
}

#[test]
fn what_is_written_is_its_units_own() {
    let created = [of_report(Event::REPORT_CREATED, None, Some("draft"))];
    for list in [Followed::Extensions, Followed::Obligations, Followed::Reports] {
        let changes = heard(list, &created, &office());
        assert!(
            !changes.everything && changes.things.is_empty() && changes.obligations.is_empty(),
            "{changes:?}"
        );
    }
    let changes = heard(Followed::Reports, &created, &of_unit("x"));
    assert!(changes.things.contains("r") && changes.had.contains("r"), "{changes:?}");
    let submitted = [of_report(Event::REPORT_SUBMITTED, Some("draft"), Some("submitted"))];
    let changes = heard(Followed::Obligations, &submitted, &office());
    assert_eq!(changes.obligations.len(), 1);
}

#[test]
fn nobody_hears_of_what_they_do_not_see() {
    let withdrawn = [of_report(Event::REPORT_WITHDRAWN, Some("submitted"), Some("withdrawn"))];
    for list in [Followed::Extensions, Followed::Obligations, Followed::Reports] {
        let changes = heard(list, &withdrawn, &nobody());
        assert!(!changes.everything && changes.things.is_empty() && changes.had.is_empty());
    }
    let mut imported = entry(Event::IMPORT_CREATED, None, Some(json!({})));
    (imported.plan, imported.obligation) = (None, None);
    assert!(!heard(Followed::Plans, &[imported], &nobody()).everything);
    let mut hidden = entry(Event::PLAN_UPDATED, None, None);
    hidden.obligation = None;
    assert!(heard(Followed::Reports, &[hidden], &nobody()).everything);
    let mut hidden = entry(Event::PLAN_UPDATED, None, None);
    hidden.plan = "draft".parse().ok();
    assert!(!heard(Followed::Reports, &[hidden], &nobody()).everything);
}

#[test]
fn an_amended_requirement_leaves_what_is_owed_for_others() {
    let amended = |event, subject: &str| Entry {
        subject: subject.to_owned(),
        obligation: None,
        ..entry(event, None, Some(json!({})))
    };
    let requirement: BTreeSet<RequirementId> = ["a.1.1".parse().unwrap()].into();
    for (event, subject) in [
        (Event::REQUIREMENT_UPDATED, "a.1.1"),
        (Event::DEADLINE_DELETED, "a.1.1.d1"),
        (Event::OCCURRENCE_REGISTERED, "a.1.1.d1"),
    ] {
        for (list, rows, settled) in [
            (Followed::Obligations, true, true),
            (Followed::Reports, true, false),
            (Followed::Extensions, false, false),
        ] {
            let changes = heard(list, &[amended(event, subject)], &office());
            let none = BTreeSet::new();
            assert!(!changes.everything, "{list:?} {subject}");
            assert_eq!(
                &changes.requirements,
                if rows { &requirement } else { &none },
                "{list:?} {subject}"
            );
            assert_eq!(
                &changes.settled,
                if settled { &requirement } else { &none },
                "{list:?} {subject}"
            );
        }
        assert!(heard(Followed::Notices, &[amended(event, subject)], &office()).everything);
    }
    for (event, subject) in [(Event::TASK_CREATED, "a.1"), (Event::PLAN_UPDATED, "a")] {
        assert!(
            heard(Followed::Obligations, &[amended(event, subject)], &office()).everything,
            "{subject}"
        );
    }
}

#[test]
fn a_unit_hears_of_its_own_part_of_a_notice() {
    let notice = |status: &str, lifted: Option<&str>| {
        let part = |unit: &str| json!({"unit": unit, "lifted": lifted.filter(|lifted| *lifted == unit)});
        json!({"status": status, "units": [part("x"), part("y")], "version": 7})
    };
    let of = |event, before, after| entry(event, Some(before), Some(after));
    let drafted = of(Event::NOTICE_UPDATED, notice("draft", None), notice("draft", None));
    let issued = of(Event::NOTICE_ISSUED, notice("draft", None), notice("issued", None));
    let lifted = of(
        Event::NOTICE_LIFTED,
        notice("issued", None),
        notice("issued", Some("y")),
    );
    let answered = of(
        Event::NOTICE_ANSWERED,
        json!({"unit": "y", "answer": null}),
        json!({"unit": "y", "answer": "已办"}),
    );
    for (entry, of_x, of_y, of_z) in [
        (drafted, false, false, false),
        (issued, true, true, false),
        (lifted, false, true, false),
        (answered, false, true, false),
    ] {
        for (unit, told) in [("x", of_x), ("y", of_y), ("z", of_z)] {
            let changes = heard(Followed::Notices, std::slice::from_ref(&entry), &of_unit(unit));
            assert_eq!(!changes.things.is_empty(), told, "{unit} of {entry:?}");
        }
    }
}

#[test]
fn what_a_draft_had_in_it_is_told_to_those_who_saw_it() {
    let content = |event, subject: &str, before| Entry {
        subject: subject.to_owned(),
        obligation: None,
        ..entry(event, before, None)
    };
    let deleted = json!({"id": "a.1.2", "deadlines": [{"id": "a.1.2.d1"}]});
    let entries = [
        content(Event::REQUIREMENT_DELETED, "a.1.2", Some(deleted)),
        content(Event::PLAN_PUBLISHED, "a", Some(json!({"id": "a"}))),
        content(Event::REQUIREMENT_DELETED, "a.1.3", Some(json!({"id": "a.1.3"}))),
    ];
    let changes = heard(Followed::Requirements, &entries, &nobody());
    assert_eq!(changes.had, ["a.1.3".to_owned()].into());
    assert!(
        changes.concern(&Part::Task("a.2".parse().unwrap())),
        "all of the plan is new"
    );
    let office = Follower {
        drafts: true,
        ..office()
    };
    let changes = heard(Followed::Deadlines, &entries[..1], &office);
    assert_eq!(changes.had, ["a.1.2.d1".to_owned()].into());
    assert!(!changes.concern(&Part::Task("a.2".parse().unwrap())));
}

#[test]
fn a_request_is_its_units_own_until_it_is_signed() {
    let state = |handed_in: bool| Some(json!({"status": "requested", "handed_in": handed_in}));
    let asked = [entry(Event::EXTENSION_REQUESTED, None, state(false))];
    let signed = [entry(Event::EXTENSION_SIGNED, state(false), state(true))];
    // As earlier releases noted it.
    let earlier = [entry(
        Event::EXTENSION_REQUESTED,
        None,
        Some(json!({"status": "requested"})),
    )];
    for list in [Followed::Extensions, Followed::Obligations] {
        let told = |entries: &[Entry], follower: &Follower<'_>| {
            let changes = heard(list, entries, follower);
            !changes.things.is_empty() || !changes.obligations.is_empty()
        };
        assert!(told(&asked, &of_unit("x")) && !told(&asked, &of_unit("y")));
        assert!(!told(&asked, &office()) && told(&signed, &office()) && told(&earlier, &office()));
    }
}

#[test]
fn what_hangs_on_two_things_was_shown_while_both_were_open() {
    let opened = |place, before, after| VisibilityChange { place, before, after };
    let changes = |one: VisibilityChange, other: VisibilityChange| {
        let mut changes = Changes::default();
        changes.open.insert("a".to_owned(), vec![one]);
        changes.open.insert("b".to_owned(), vec![other]);
        changes
    };
    let closed_first = changes(opened(1, false, true), opened(0, true, false));
    assert!(
        !closed_first.were_both_open(("a", true), ("b", false)),
        "never at one time"
    );
    let closed_last = changes(opened(0, false, true), opened(1, true, false));
    assert!(closed_last.were_both_open(("a", true), ("b", false)));
    assert!(closed_last.were_both_open(("a", true), ("c", true)), "as it is now");
    assert!(!closed_last.were_both_open(("c", false), ("b", false)));
}
