//! What pages do to a table, and what is said beside it.

use super::{
    fixture::{docx, own, row, wide, word, word_table, xlsx},
    shapes::{assert_no_errors, found, outlined, proposed, who},
};
use crate::domain::{
    import::FindingCode,
    requirement::UnitRole::{Lead, Responsible},
};

#[test]
fn a_sentence_that_the_page_broke_is_joined() {
    let header = row(&["序号", "工作任务", "具体要求", "责任单位", "完成时限"]);
    let rows = [
        header.clone(),
        row(&["1", "推进公开", "1.完善公开目录，建立动态", "市教育局", "6月底"]),
        row(&["", "", "调整机制。", "", ""]),
        row(&["", "", "2.公布预算，", "市财政局", "9月底"]),
        header,
        row(&["", "", "包括决算", "", ""]),
        row(&["2", "便民服务", "开展培训。", "市公安局", "12月底"]),
        // A sentence had ended: another item, of which is not said who does it.
        row(&["", "", "编印手册。", "", ""]),
    ];
    for (name, bytes) in [
        ("a.docx", docx(&["2018年任务表"], &rows)),
        ("a.xlsx", xlsx("2018年任务表", &rows)),
    ] {
        let proposal = proposed(name, &bytes);
        assert_no_errors(&proposal);
        let texts: Vec<Vec<&str>> = proposal
            .tasks
            .iter()
            .map(|task| task.requirements.iter().map(|one| one.text.as_str()).collect())
            .collect();
        assert_eq!(
            texts,
            [
                vec!["完善公开目录，建立动态调整机制。", "公布预算，包括决算"],
                vec!["开展培训。", "编印手册。"],
            ],
            "{name}"
        );
        assert_eq!(found(&proposal, FindingCode::JoinedText).len(), 2, "{name}");
        assert_eq!(found(&proposal, FindingCode::NoUnit).len(), 1, "{name}");
    }
}

#[test]
fn a_broken_sentence_may_be_the_task_itself() {
    let rows = [
        row(&["序号", "工作任务", "责任单位"]),
        row(&["1", "完善公开目录，", "市教育局"]),
        row(&["", "建立调整机制。", ""]),
        row(&["2", "公开预算。", "市财政局"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_no_errors(&proposal);
    let texts: Vec<_> = proposal.tasks.iter().map(|task| &*task.requirements[0].text).collect();
    assert_eq!(texts, ["完善公开目录，建立调整机制。", "公开预算。"]);
    assert_eq!(proposal.tasks[0].title, "完善公开目录，建立调整机制");
}

#[test]
fn the_next_page_stands_under_the_headings_of_the_one_before() {
    let header = row(&["序号", "工作任务", "具体要求", "责任单位"]);
    let first = word_table(&[
        header.clone(),
        vec![wide("一、重点任务", 4)],
        row(&["1", "推进公开", "公开预算，", "市财政局"]),
    ]);
    for again in [true, false] {
        let mut rows = vec![
            row(&["", "", "包括决算。", ""]),
            row(&["", "", "公开目录。", "市教育局"]),
            row(&["2", "便民服务", "开展培训。", "市公安局"]),
        ];
        if again {
            rows.insert(0, header.clone());
        }
        let second = word_table(&rows);
        let page = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        let proposal = proposed(
            "a.docx",
            &word(&format!("{}{first}{}{second}", page("2018年任务表"), page("— 2 —"))),
        );
        assert_no_errors(&proposal);
        assert_eq!(
            outlined(&proposal),
            [
                ("一、重点任务".to_owned(), "推进公开", None),
                ("一、重点任务".to_owned(), "便民服务", None)
            ],
            "{again}"
        );
        let texts: Vec<_> = proposal.tasks[0].requirements.iter().map(|one| &*one.text).collect();
        assert_eq!(texts, ["公开预算，包括决算。", "公开目录。"], "{again}");
    }
}

#[test]
fn a_note_may_say_that_the_first_unit_leads() {
    let table = [
        row(&["工作任务", "责任单位", "完成时限"]),
        row(&["公开预算", "市财政局、市教育局", "6月底"]),
        row(&["便民服务", "市公安局", "6月底"]),
    ];
    for note in [
        "注：排第一位的为牵头单位。",
        "备注：责任单位中列第一位的单位为牵头单位",
        "各项任务排名第一的责任单位为牵头单位，其余为责任单位。",
        "责任单位栏中，牵头单位排在首位。",
    ] {
        let above = docx(&["2018年任务表", note], &table);
        let below = word(&format!(
            "<w:p><w:r><w:t>2018年任务表</w:t></w:r></w:p>{}<w:p><w:r><w:t>{note}</w:t></w:r></w:p>",
            word_table(&table)
        ));
        let mut rows = table.to_vec();
        rows.push(vec![wide(note, 3)]);
        for (place, bytes) in [
            ("above", above),
            ("below", below),
            ("within", docx(&["2018年任务表"], &rows)),
        ] {
            let proposal = proposed("a.docx", &bytes);
            assert_no_errors(&proposal);
            let roles: Vec<_> = proposal
                .tasks
                .iter()
                .map(|task| who(&task.requirements[0].units))
                .collect();
            assert_eq!(
                roles,
                [vec![("czj", Lead), ("jyj", Responsible)], vec![("gaj", Lead)]],
                "{note} {place}"
            );
            let told = found(&proposal, FindingCode::FirstLeads);
            assert_eq!(told, [(None, note)], "{place}");
        }
    }
    let rows = [
        vec![own("工作任务"), own("责任单位")],
        row(&["第一季度召开会议，由市教育局牵头", "市财政局"]),
    ];
    let proposal = proposed(
        "a.docx",
        &docx(&["2018年任务表", "第一批任务共5项，各单位要牵头抓好落实"], &rows),
    );
    assert_eq!(who(&proposal.tasks[0].requirements[0].units), [("czj", Responsible)]);
    assert_eq!(found(&proposal, FindingCode::FirstLeads), []);
}
