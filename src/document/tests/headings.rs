//! What looks like a heading: one if something stands below it, else what is to be done.

use super::{
    fixture::{csv, docx, own, row, wide},
    shapes::{assert_no_errors, found, outlined, proposed},
};
use crate::domain::import::{FindingCode, Proposal};

/// Headings, texts and days of all requirements.
fn said(proposal: &Proposal) -> Vec<String> {
    let all = proposal
        .tasks
        .iter()
        .flat_map(|task| task.requirements.iter().map(move |one| (task, one)));
    let line = |(task, one): (
        &crate::domain::import::ProposedTask,
        &crate::domain::import::ProposedRequirement,
    )| {
        let days = one
            .deadlines
            .iter()
            .filter_map(|deadline| deadline.rule.as_ref()?.due_on());
        let days: Vec<String> = days.map(|day| day.to_string()).collect();
        format!("{}|{}|{}", task.headings.join("/"), one.text, days.join(" "))
    };
    all.map(line).collect()
}

#[test]
fn numerals_above_rows_are_headings() {
    let rows = [
        row(&["序号", "工作任务", "责任单位", "完成时限"]),
        vec![wide("一、2018年底前完成的改革", 4)],
        row(&["1", "公开预算。", "市财政局", "6月底"]),
        row(&["", "二、民生实事", "", ""]),
        row(&["2", "公开校历。", "市教育局", "9月底"]),
        row(&["三", "安全生产", "", ""]),
        row(&["3", "检查企业。", "市公安局", "全年"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_no_errors(&proposal);
    assert_eq!(
        said(&proposal),
        [
            "一、2018年底前完成的改革|公开预算。|2018-06-30",
            "二、民生实事|公开校历。|2018-09-30",
            "三、安全生产|检查企业。|",
        ]
    );
    assert_eq!(found(&proposal, FindingCode::EmptyHeading), []);
}

#[test]
fn numerals_in_a_list_are_what_is_to_be_done() {
    // In a column of requirements, of which the units stand at the first.
    let requirements = [
        ["序号", "工作任务", "具体要求", "责任单位", "完成时限"],
        ["1", "推进改造", "一、2018年6月底前完成立项。", "市财政局", "6月底"],
        ["", "", "二、2018年底前完成改造。", "", ""],
        ["", "", "三、2018年底前完成验收。", "", ""],
        ["2", "推进公开", "一、公开预算。", "市教育局", "9月底"],
    ];
    let lines = requirements.map(|row| row.map(str::to_owned).to_vec());
    let proposal = proposed(
        "2018年任务表.csv",
        csv(&[&[vec!["2018年任务表".to_owned()]], &lines[..]].concat()).as_bytes(),
    );
    assert_no_errors(&proposal);
    assert_eq!(
        said(&proposal),
        [
            "|2018年6月底前完成立项。|2018-06-30",
            "|2018年底前完成改造。|2018-06-30",
            "|2018年底前完成验收。|2018-06-30",
            "|公开预算。|2018-09-30",
        ]
    );
    // In a column of tasks, where nobody is named beside some; the same with numerals in a cell of their own.
    for (header, list) in [
        (
            row(&["工作任务", "责任单位", "完成时限"]),
            [
                row(&["一、公开预算", "市财政局", "6月底"]),
                row(&["二、2017年底前完成改造", "", ""]),
                row(&["三、公开校历", "市教育局", "9月底"]),
                row(&["四、总结经验", "", ""]),
            ],
        ),
        (
            row(&["序号", "工作任务", "责任单位", "完成时限"]),
            [
                row(&["一", "公开预算", "市财政局", "6月底"]),
                row(&["二", "2017年底前完成改造", "", ""]),
                row(&["三", "公开校历", "市教育局", "9月底"]),
                row(&["四", "总结经验", "", ""]),
            ],
        ),
    ] {
        let rows = [&[header][..], &list].concat();
        let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
        let titles: Vec<_> = outlined(&proposal);
        assert!(titles.iter().all(|(headings, ..)| headings.is_empty()), "{titles:?}");
        let titles: Vec<&str> = titles.iter().map(|(_, title, _)| *title).collect();
        assert_eq!(titles, ["公开预算", "2017年底前完成改造", "公开校历", "总结经验"]);
        assert_eq!(
            found(&proposal, FindingCode::NoUnit).len(),
            2,
            "{:?}",
            proposal.findings
        );
        assert_eq!(found(&proposal, FindingCode::EmptyHeading), []);
    }
}

#[test]
fn tasks_of_which_nobody_is_named_are_tasks() {
    let rows = [
        row(&["工作任务", "责任单位"]),
        row(&["一、公开预算", ""]),
        row(&["二、公开校历", ""]),
        row(&["三、检查企业", ""]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_eq!(
        said(&proposal),
        ["|一、公开预算|", "|二、公开校历|", "|三、检查企业|"]
            .map(|line| line.replace("一、", "").replace("二、", "").replace("三、", ""))
    );
}

#[test]
fn figures_beside_a_numeral_are_sums_or_a_deadline() {
    let header = row(&["序号", "工作任务", "责任单位", "完成时限", "总投资"]);
    let rows = [
        header.clone(),
        row(&["一", "基础设施", "", "", "1,250.5"]),
        row(&["1", "修路。", "市财政局", "6月底", "1,250.5"]),
        row(&["二", "民生", "", "2018.12", ""]),
        row(&["2", "建校。", "市教育局", "9月底", "3"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    let headings: Vec<_> = outlined(&proposal);
    let brief: Vec<(&str, &str)> = headings
        .iter()
        .map(|(headings, title, _)| (headings.as_str(), *title))
        .collect();
    assert_eq!(
        brief,
        [
            ("一、基础设施", "修路。"),
            ("一、基础设施", "民生"),
            ("一、基础设施", "建校。")
        ],
        "{:?}",
        proposal.findings
    );
}

#[test]
fn a_heading_with_nothing_below_it_is_told() {
    let rows = [
        row(&["序号", "工作任务", "责任单位"]),
        vec![wide("一、公开", 3)],
        row(&["1", "公开预算。", "市财政局"]),
        vec![wide("二、完成旧区改造（市公安局）", 3)],
        vec![wide("三、检查", 3)],
        vec![own("2"), own("检查企业。"), own("市公安局")],
        vec![wide("以上各项请抓好落实", 3)],
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_no_errors(&proposal);
    let told = found(&proposal, FindingCode::EmptyHeading);
    assert_eq!(
        told,
        [
            (Some(4), "二、完成旧区改造（市公安局）"),
            (Some(7), "以上各项请抓好落实")
        ]
    );
}
