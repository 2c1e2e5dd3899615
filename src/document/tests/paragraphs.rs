//! Plans of paragraphs: who and when in paragraphs of their own, and what stands behind the tasks.

use super::{
    fixture::{row, word, word_table},
    shapes::{assert_no_errors, found, proposed, who},
};
use crate::domain::{import::FindingCode, requirement::UnitRole::Responsible};

fn paragraphs(texts: &[&str]) -> String {
    let one = |text: &&str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    texts.iter().map(one).collect()
}

#[test]
fn who_and_when_may_each_have_a_paragraph() {
    let proposal = proposed(
        "a.docx",
        &word(&paragraphs(&[
            "2018年为民办实事方案",
            "一、实事项目",
            "（一）新建农村公路20公里。",
            "责任单位：市公安局",
            "完成时限：10月底",
            "（二）改造学校3所。",
            "责任单位：市教育局",
            "完成时限：9月1日前",
            "其余事项年底前完成。",
            "某市政府办公室",
        ])),
    );
    assert_no_errors(&proposal);
    let said: Vec<_> = proposal.tasks.iter().map(|task| &task.requirements[0]).collect();
    let day = |at: usize| {
        said[at].deadlines[0]
            .rule
            .as_ref()
            .unwrap()
            .due_on()
            .unwrap()
            .to_string()
    };
    assert_eq!(
        (said[0].text.as_str(), day(0).as_str()),
        ("新建农村公路20公里。", "2018-10-31")
    );
    assert_eq!(
        (said[1].text.as_str(), day(1).as_str()),
        ("改造学校3所。", "2018-09-01")
    );
    assert_eq!(who(&said[0].units), [("gaj", Responsible)]);
    assert_eq!(
        found(&proposal, FindingCode::NotUnderstood),
        [(Some(9), "其余事项年底前完成。")]
    );
}

#[test]
fn a_paragraph_beside_a_table_that_names_units_is_told() {
    let table = word_table(&[row(&["工作任务", "责任单位"]), row(&["公开预算", "市财政局"])]);
    let body = paragraphs(&["2018年任务表"]) + &table + &paragraphs(&["另外公开校历（责任单位：市教育局）。"]);
    let proposal = proposed("a.docx", &word(&body));
    assert_eq!(
        found(&proposal, FindingCode::NotUnderstood),
        [(Some(2), "另外公开校历（责任单位：市教育局）。")]
    );
}
