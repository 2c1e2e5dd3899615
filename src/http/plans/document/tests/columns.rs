//! The columns of units that a document had.

use super::*;

/// The heads of the columns of units of a plan whose requirements say these.
fn heads(phrases: &[&str]) -> Vec<String> {
    let made = |phrase: &&str| NewRequirement {
        text: "推进公开。".to_owned(),
        units_phrase: (*phrase).to_owned(),
        ..NewRequirement::default()
    };
    let task = NewTask {
        title: "推进".to_owned(),
        requirements: phrases.iter().map(made).collect(),
        ..NewTask::default()
    };
    let new = NewPlan {
        tasks: vec![task],
        ..NewPlan::new("p-2018".parse().unwrap(), "2018年方案".to_owned(), YEAR)
    };
    let content = new.into_content(&KNOWN).unwrap();
    let scope = Scope::public();
    let disclosed = Disclosed {
        plan: &content.plan,
        units: &KNOWN,
        scope: &scope,
    };
    let heads = layout::of(&content, disclosed, None)
        .columns
        .into_iter()
        .map(|column| column.head);
    heads.skip(3).collect()
}

#[test]
fn three_columns_stay_three_whichever_of_them_a_row_fills() {
    let (lead, responsible, support) = ("牵头单位", "责任单位", "配合单位");
    let both = |one: &str, other: &str| format!("{one}：市教育局；{other}：市财政局");
    let rows = [
        both(lead, support),
        both(responsible, support),
        both(lead, responsible),
        "市公安局".to_owned(),
        format!("{lead}：市教育局；{responsible}：市财政局；{support}：市公安局"),
    ];
    // In whatever order the rows stand.
    for from in 0..rows.len() {
        let rows: Vec<&str> = rows
            .iter()
            .cycle()
            .skip(from)
            .take(rows.len())
            .map(String::as_str)
            .collect();
        assert_eq!(heads(&rows), [lead, responsible, support], "{rows:?}");
    }
    // Rows that contradict one another stand in one.
    assert_eq!(heads(&[&both(lead, support), &both(support, lead)]).len(), 1);
}
