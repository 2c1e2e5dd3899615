//! Plans of other shapes than the seed's.

use super::fixture::{ABOVE, docx, own, row, wide, word, word_table, xlsx};
use crate::{
    document::read,
    domain::{
        deadline::{Rule, Source},
        import::{Corrections, EmptyCells, FindingCode, Meaning, PlanWords, Proposal, Severity, understand},
        requirement::{Responsibility, UnitRole},
        unit::{NewUnit, UnitDirectory, UnitKind},
    },
};

fn units() -> UnitDirectory {
    let named = |(code, name): &(&str, &str)| -> NewUnit {
        let text = format!("{{\"code\": \"{code}\", \"name\": \"{name}\", \"kind\": \"department\"}}");
        serde_json::from_str(&text).unwrap()
    };
    let mut units: Vec<NewUnit> = [
        ("sfgw", "省发改委"),
        ("srst", "省人社厅"),
        ("sgtt", "省国土厅"),
        ("jyj", "市教育局"),
        ("czj", "市财政局"),
        ("wjj", "市卫健局"),
        ("gaj", "市公安局"),
        ("xnb", "区效能办"),
        ("ggzy", "市公共资源交易中心"),
    ]
    .iter()
    .map(named)
    .collect();
    let mut towns: NewUnit = named(&("zhenjie", "各镇（街、园区）"));
    towns.kind = UnitKind::Collective;
    towns.membership = serde_json::from_str("{\"kind\": \"list\"}").ok();
    units.push(towns);
    UnitDirectory::default().with_new(&units)
}

pub(super) fn corrections() -> Corrections {
    Corrections {
        plan: Some(PlanWords {
            id: "p-2018".parse().ok(),
            ..PlanWords::default()
        }),
        ..Corrections::default()
    }
}

pub(super) fn proposed_with(name: &str, bytes: &[u8], corrections: &Corrections) -> Proposal {
    understand(&read(name, bytes).unwrap(), corrections, &units())
}

pub(super) fn proposed(name: &str, bytes: &[u8]) -> Proposal {
    proposed_with(name, bytes, &corrections())
}

pub(super) fn who(units: &[Responsibility]) -> Vec<(&str, UnitRole)> {
    units.iter().map(|unit| (unit.code.as_str(), unit.role)).collect()
}

pub(super) fn found(proposal: &Proposal, code: FindingCode) -> Vec<(Option<u32>, &str)> {
    let of = proposal.findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| (finding.place.and_then(|place| place.row), finding.original.as_str()))
        .collect()
}

/// The headings of each task, its title and its label.
pub(super) fn outlined(proposal: &Proposal) -> Vec<(String, &str, Option<&str>)> {
    let tasks = proposal.tasks.iter();
    tasks
        .map(|task| (task.headings.join("/"), task.title.as_str(), task.label.as_deref()))
        .collect()
}

pub(super) fn assert_no_errors(proposal: &Proposal) {
    let errors: Vec<_> = proposal
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

use UnitRole::{Lead, Responsible, Support};

#[test]
fn headings_stand_above_tasks_as_rows_across_the_table() {
    let rows = [
        row(&["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]),
        vec![wide("一、深化改革", 5)],
        vec![wide("（一）优化服务", 5)],
        row(&["1", "梳理事项清单", "市教育局", "市财政局\n市公安局", "6月底前"]),
        row(&["2", "压减办理时间", "市财政局", "", "适时"]),
        row(&["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]),
        vec![wide("（二）加强监管", 5)],
        row(&["1", "开展抽查", "^", "各镇（街、园区）", "每季度"]),
        vec![wide("二、保障措施", 5)],
        row(&["1", "加强考核", "市卫健局", "", "12月底"]),
        vec![own("合计"), wide("4项", 4)],
        vec![wide("注：以上均为约束性任务", 5)],
    ];
    for proposal in [
        proposed("a.docx", &docx(&["2018年重点任务分工表"], &rows)),
        proposed("a.xlsx", &xlsx("2018年重点任务分工表", &rows)),
    ] {
        assert_no_errors(&proposal);
        assert_eq!(
            (proposal.title.as_deref(), proposal.year),
            (Some("2018年重点任务分工表"), Some(2018))
        );
        let tasks = outlined(&proposal);
        assert_eq!(
            tasks,
            [
                ("一、深化改革/（一）优化服务".into(), "梳理事项清单", Some("1")),
                ("一、深化改革/（一）优化服务".into(), "压减办理时间", Some("2")),
                ("一、深化改革/（二）加强监管".into(), "开展抽查", Some("1")),
                ("二、保障措施".into(), "加强考核", Some("1")),
            ]
        );
        let first = &proposal.tasks[0].requirements[0];
        assert_eq!(who(&first.units), [("jyj", Lead), ("czj", Support), ("gaj", Support)]);
        assert_eq!(first.units_phrase, "牵头单位：市教育局；配合单位：市财政局\n市公安局");
        assert_eq!(
            who(&proposal.tasks[2].requirements[0].units),
            [("czj", Lead), ("zhenjie", Support)]
        );
        assert_eq!(
            proposal.tasks[1].requirements[0].deadlines[0].rule,
            Some(Rule::Undecided)
        );
        assert_eq!(found(&proposal, FindingCode::UnreadDeadline).len(), 1);
        assert_eq!(found(&proposal, FindingCode::RepeatedHeader).len(), 1);
        assert_eq!(found(&proposal, FindingCode::TotalRow).len(), 1);
        assert_eq!(found(&proposal, FindingCode::RemarkRow).len(), 1);
    }
}

#[test]
fn who_and_when_stand_in_brackets_where_there_is_no_column_for_them() {
    let rows = [
        row(&["序号", "工作任务", "备注"]),
        row(&["一", "夯实基础", ""]),
        row(&["1", "完善目录。（责任单位：市教育局、市财政局，6月底完成）", "重点"]),
        row(&["2", "推进试点（市教育局牵头，市卫健局、各镇（街、园区）配合）。", ""]),
        row(&["3", "每季度通报一次，12月底前完成整改。（市公安局）", ""]),
        row(&["4", "推进清单管理。（试行）", ""]),
    ];
    let proposal = proposed(
        "a.docx",
        &docx(&["某市2018年工作要点", "列第一位的责任单位为牵头单位。"], &rows),
    );
    assert_no_errors(&proposal);
    assert!(proposal.tasks.iter().all(|task| task.headings == ["一、夯实基础"]));
    let [first, second, third, fourth] = &proposal.tasks[..] else {
        panic!("{:#?}", proposal.tasks)
    };
    let first = &first.requirements[0];
    assert_eq!(
        (first.text.as_str(), first.units_phrase.as_str()),
        ("完善目录。", "市教育局、市财政局")
    );
    assert_eq!(who(&first.units), [("jyj", Lead), ("czj", Responsible)]);
    assert_eq!(
        (first.deadlines[0].phrase.as_str(), first.deadlines[0].source),
        ("6月底完成", Source::Text)
    );
    assert_eq!(first.extra[0].text, "重点");
    assert_eq!(
        who(&second.requirements[0].units),
        [("jyj", Lead), ("wjj", Support), ("zhenjie", Support)]
    );
    let third = &third.requirements[0];
    assert_eq!(third.text, "每季度通报一次，12月底前完成整改。");
    assert_eq!(who(&third.units), [("gaj", Lead)]);
    // Brackets that say nothing of who or when are part of the text.
    assert_eq!(fourth.requirements[0].text, "推进清单管理。（试行）");
    assert_eq!(found(&proposal, FindingCode::NoUnit).len(), 1);
    assert!(third.deadlines.is_empty());
    assert_eq!(
        found(&proposal, FindingCode::TimeInText),
        [(Some(5), "每季度通报一次"), (Some(5), "12月底前完成整改")]
    );
}

#[test]
fn headers_in_two_rows_and_sentences_in_cells_are_understood() {
    let rows = [
        vec![
            own("序号"),
            own("工作目标"),
            own("工作措施"),
            wide("责任分工", 2),
            own("责任领导"),
            wide("进展情况", 2),
        ],
        vec![
            ABOVE,
            ABOVE,
            ABOVE,
            own("责任单位"),
            own("完成时间"),
            ABOVE,
            own("上半年"),
            own("下半年"),
        ],
        row(&[
            "98",
            "建设教育强市",
            "1.新建学校3所。\n2.招聘教师200名。",
            "市教育局牵头，市财政局、区效能办（1-2）配合",
            "2018年12月底",
            "张三",
            "",
            "",
        ]),
        row(&[
            "99",
            "深化改革",
            "推进改革试点",
            "省发改委、人社厅、国土厅",
            "每月",
            "李四",
            "已启动",
            "",
        ]),
        row(&["", "", "落实国家部署", "市教委", "", "^", "", ""]),
        vec![
            ABOVE,
            ABOVE,
            own("编制规划"),
            own("市公共资源\n交易中心"),
            own("10月底前"),
            own("王五"),
            own(""),
            own(""),
        ],
    ];
    for (name, file) in [
        ("a.docx", docx(&["重点工作分解表（2018年）"], &rows)),
        ("a.xlsx", xlsx("重点工作分解表（2018年）", &rows)),
    ] {
        let proposal = proposed(name, &file);
        let meanings: Vec<_> = proposal
            .columns
            .iter()
            .map(|column| (column.header.as_str(), column.meaning))
            .collect();
        assert_eq!(
            meanings,
            [
                ("序号", Meaning::Number),
                ("工作目标", Meaning::Task),
                ("工作措施", Meaning::Requirement),
                ("责任单位", Meaning::Responsible),
                ("完成时间", Meaning::Deadline),
                ("责任领导", Meaning::Extra),
                ("进展情况·上半年", Meaning::Extra),
                ("进展情况·下半年", Meaning::Extra),
            ]
        );
        let [first, second] = &proposal.tasks[..] else {
            panic!("{:#?}", proposal.tasks)
        };
        assert_eq!(
            (first.number, first.label.as_deref(), first.requirements.len()),
            (1, Some("98"), 2)
        );
        assert_eq!(first.requirements[1].text, "招聘教师200名。");
        assert_eq!(
            who(&first.requirements[1].units),
            [("jyj", Lead), ("czj", Support), ("xnb", Support)]
        );
        assert_eq!(first.requirements[1].units[2].part.as_deref(), Some("1-2"));
        assert_eq!(second.requirements.len(), 3);
        assert_eq!(
            who(&second.requirements[0].units),
            [("sfgw", Responsible), ("srst", Responsible), ("sgtt", Responsible)]
        );
        let names: Vec<_> = second
            .requirements
            .iter()
            .map(|requirement| requirement.extra[0].text.as_str())
            .collect();
        assert_eq!(names, ["李四", "李四", "王五"]);
        assert_eq!(who(&second.requirements[2].units), [("ggzy", Responsible)]);
        // What nobody knows is said, with where it stands and who may be meant; nothing is made of it.
        assert!(second.requirements[1].units.is_empty());
        let unknown = proposal
            .findings
            .iter()
            .find(|finding| finding.code == FindingCode::UnknownUnit)
            .unwrap();
        assert_eq!(
            (unknown.original.as_str(), unknown.place.unwrap().column),
            ("市教委", Some(4))
        );
        // The cell is empty and not merged: nothing is taken from above.
        assert!(second.requirements[1].deadlines.is_empty());
        assert_eq!(found(&proposal, FindingCode::NoDeadline).len(), 1);
        // Until somebody knows better.
        let mut better = corrections();
        better.units.insert("市教委".into(), vec!["市教育局".into()]);
        better.empty_cells = Some(EmptyCells::Inherit);
        let proposal = proposed_with(name, &file, &better);
        assert_no_errors(&proposal);
        let second = &proposal.tasks[1].requirements[1];
        assert_eq!(
            (second.deadlines[0].phrase.as_str(), who(&second.units)),
            ("每月", vec![("jyj", Responsible)])
        );
        let plan = proposal.plan.unwrap();
        assert_eq!((plan.id.as_str(), plan.year, plan.tasks.len()), ("p-2018", 2018, 2));
    }
}

#[test]
fn a_table_that_a_page_broke_in_two_goes_on() {
    let first = word_table(&[
        row(&["序号", "工作任务", "责任单位"]),
        row(&["1", "甲项工作", "市教育局"]),
    ]);
    let second = word_table(&[row(&["2", "乙项工作", "市财政局"]), row(&["3", "丙项工作", "市公安局"])]);
    let signed = word_table(&[row(&["签发", "张三"]), row(&["校对", "李四"]), row(&["印数", "50"])]);
    let proposal = proposed(
        "a.docx",
        &word(&format!(
            "<w:p><w:r><w:t>2018年任务表</w:t></w:r></w:p>{first}{second}{signed}"
        )),
    );
    assert_no_errors(&proposal);
    let titles: Vec<_> = proposal
        .tasks
        .iter()
        .map(|task| (task.number, task.title.as_str(), task.label.as_deref()))
        .collect();
    assert_eq!(
        titles,
        [(1, "甲项工作", None), (2, "乙项工作", None), (3, "丙项工作", None)]
    );
    assert_eq!(found(&proposal, FindingCode::UnknownTable).len(), 1);
}

#[test]
fn what_stands_above_a_later_table_is_told() {
    let table = |number: &str, text: &str| {
        word_table(&[row(&["序号", "工作任务", "责任单位"]), row(&[number, text, "市教育局"])])
    };
    let line = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let body = [
        line("2018年任务表"),
        table("1", "甲项工作"),
        line("续表"),
        table("2", "乙项工作"),
        line("未注明时限的，均于12月底前完成。"),
        line("附件2：2018年重点任务清单"),
        table("1", "丙项工作"),
    ];
    let proposal = proposed("a.docx", &word(&body.concat()));
    assert_eq!(proposal.tasks.len(), 3);
    let told = proposal
        .findings
        .iter()
        .filter(|found| found.code == FindingCode::TableHeading);
    let told: Vec<_> = told
        .map(|found| (found.place.unwrap().table, found.original.as_str()))
        .collect();
    assert_eq!(told, [(3, "附件2：2018年重点任务清单")]);
}

#[test]
fn a_column_that_is_not_understood_is_said_to_be_one() {
    let rows = [row(&["A", "B", "C"]), row(&["1", "甲项工作", "市教育局"])];
    let file = docx(&["2018年任务表"], &rows);
    let lost = proposed("a.docx", &file);
    assert!(found(&lost, FindingCode::NoTable).len() == 1 && lost.tasks.is_empty());
    let mut better = corrections();
    for (place, meaning) in [("1.1", Meaning::Number), ("1.2", Meaning::Task), ("1.3", Meaning::Lead)] {
        better.columns.insert(place.into(), meaning);
    }
    let proposal = proposed_with("a.docx", &file, &better);
    assert_no_errors(&proposal);
    assert_eq!(who(&proposal.tasks[0].requirements[0].units), [("jyj", Lead)]);
}
