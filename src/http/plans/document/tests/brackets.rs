//! What a document says in brackets, or in a sentence of a cell.

use super::*;

#[test]
fn what_stood_in_brackets_behind_a_text_stands_there_again() {
    let part = |code: &str, role: UnitRole| Responsibility::new(code.parse().unwrap(), role);
    let made = |text: &str, phrase: &str, units: &[Responsibility]| NewRequirement {
        text: text.to_owned(),
        units_phrase: phrase.to_owned(),
        units: units.iter().map(NewResponsibility::from).collect(),
        deadlines: vec![NewDeadline {
            source: Source::Text,
            ..deadline("6月底")
        }],
        ..NewRequirement::default()
    };
    let (lead, responsible) = (UnitRole::Lead, UnitRole::Responsible);
    let requirements = vec![
        made(
            "推进标准化。",
            "市教育局牵头，各镇（街、园区）按职责分工负责",
            &[part("jyj", lead), part("zhenjie", responsible)],
        ),
        made(
            "6月底公开预算",
            "牵头单位：市财政局；责任单位：市公安局",
            &[part("czj", lead), part("gaj", responsible)],
        ),
    ];
    let task = NewTask {
        title: "推进".to_owned(),
        requirements,
        ..NewTask::default()
    };
    let new = NewPlan {
        tasks: vec![task],
        ..NewPlan::new("p-2018".parse().unwrap(), "2018年方案".to_owned(), YEAR)
    };
    let content = new.into_content(&KNOWN).unwrap();
    for ending in ["docx", "xlsx"] {
        let back = again(&content, ending);
        assert_eq!(difference(&content, &back), None, "{ending}");
    }
}
