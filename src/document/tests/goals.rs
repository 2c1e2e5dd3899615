//! Tasks merged beside several rows: each row is what somebody does by its own time, and nobody owes another's.

use super::{
    fixture::{docx, row, word, word_table},
    shapes::{assert_no_errors, found, proposed, who},
};
use crate::domain::import::{FindingCode, Proposal};

/// Texts, units and days of all requirements.
fn said(proposal: &Proposal) -> Vec<String> {
    let all = proposal.tasks.iter().flat_map(|task| &task.requirements);
    all.map(|one| {
        let units: Vec<String> = who(&one.units).into_iter().map(|(code, _)| code.to_owned()).collect();
        let days = one
            .deadlines
            .iter()
            .filter_map(|deadline| deadline.rule.as_ref()?.due_on());
        let days: Vec<String> = days.map(|day| day.to_string()).collect();
        format!("{} {} {}", one.text, units.join("+"), days.join("+"))
    })
    .collect()
}

#[test]
fn goals_beside_a_merged_task_are_its_requirements() {
    let rows = [
        row(&["序号", "重点工作", "年度目标", "责任单位", "完成时限"]),
        row(&["1", "小区改造", "改造30个小区", "市教育局", "10月底"]),
        row(&["^", "^", "加装电梯100台", "市财政局", "12月底"]),
        row(&["2", "危房改造", "竣工率达100%", "市公安局", "9月底"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_no_errors(&proposal);
    assert_eq!(
        said(&proposal),
        [
            "改造30个小区 jyj 2018-10-31",
            "加装电梯100台 czj 2018-12-31",
            "竣工率达100% gaj 2018-09-30"
        ]
    );
    // One goal a task is a column of the document's own.
    let rows = [rows[0].clone(), rows[1].clone(), rows[3].clone()];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_eq!(said(&proposal), ["小区改造 jyj 2018-10-31", "危房改造 gaj 2018-09-30"]);
    assert_eq!(proposal.tasks[0].requirements[0].extra[0].text, "改造30个小区");
}

#[test]
fn rows_of_one_text_with_units_and_times_of_their_own_are_apart() {
    let rows = [
        row(&["序号", "工作任务", "责任单位", "完成时限"]),
        row(&["1", "公开预算", "市教育局", "6月底"]),
        row(&["^", "^", "市财政局", "9月底"]),
        // Units go on with units, and broken cells with their ends.
        row(&["2", "公开决算", "市公安局", "12月底"]),
        row(&["^", "^", "市财政局", "^"]),
        row(&["3", "公开采购", "市公安局、", "2018年"]),
        row(&["^", "^", "市财政局", "6月底"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_no_errors(&proposal);
    let said = said(&proposal);
    assert_eq!(
        said[..3],
        [
            "公开预算 jyj 2018-06-30",
            "公开预算 czj 2018-09-30",
            "公开决算 gaj+czj 2018-12-31"
        ]
    );
    assert!(said[3].starts_with("公开采购 gaj+czj"), "{said:?}");
    assert_eq!(found(&proposal, FindingCode::PartedRows), [(Some(3), "市财政局")]);
}

#[test]
fn what_a_unit_is_in_charge_of_is_no_part_of_its_name() {
    let rows = [
        row(&["工作任务", "责任单位"]),
        row(&["受理诉求", "由市教育局负责学校，区商务局负责企业"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    let units = &proposal.tasks[0].requirements[0].units;
    assert_eq!((who(units)[0].0, units[0].part.as_deref()), ("jyj", Some("负责学校")));
    let unknown = found(&proposal, FindingCode::UnknownUnit);
    assert_eq!(unknown, [(Some(2), "区商务局")]);
    assert_eq!(proposal.suggested_units[0].name, "区商务局");
}

#[test]
fn a_table_that_is_passed_over_is_told() {
    let tasks = word_table(&[row(&["工作任务", "责任单位"]), row(&["公开预算", "市财政局"])]);
    let more = word_table(&[row(&["另：公开校历", "市教育局"])]);
    let title = "<w:p><w:r><w:t>2018年任务表</w:t></w:r></w:p>";
    let between = "<w:p><w:r><w:t>补充事项</w:t></w:r></w:p>";
    let proposal = proposed("a.docx", &word(&format!("{title}{tasks}{between}{more}")));
    assert_no_errors(&proposal);
    assert_eq!(
        found(&proposal, FindingCode::UnknownTable),
        [(None, "另：公开校历 | 市教育局")]
    );
}
