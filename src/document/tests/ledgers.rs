//! Ledgers of supervision, of projects and of what is put right, and plans of several years.

use super::{
    fixture::{docx, row, wide, word, word_table},
    shapes::{assert_no_errors, corrections, found, outlined, proposed, proposed_with, who},
};
use crate::domain::{
    deadline::Rule,
    import::{FindingCode, Meaning, PlanWords, Proposal},
    requirement::UnitRole::{Lead, Responsible, Support},
};

/// What each requirement is, and each of its deadlines.
fn due(proposal: &Proposal) -> Vec<(&str, Vec<String>)> {
    let day = |rule: &Rule| match rule {
        Rule::Date { due_on, .. } => due_on.to_string(),
        Rule::Undecided => "?".to_owned(),
        other => format!("{:?}", other.kind()),
    };
    let requirements = proposal.tasks.iter().flat_map(|task| &task.requirements);
    requirements
        .map(|made| {
            let rules = made.deadlines.iter().filter_map(|deadline| deadline.rule.as_ref());
            (made.text.as_str(), rules.map(day).collect())
        })
        .collect()
}

#[test]
fn a_day_without_a_year_is_asked_in_a_plan_of_several() {
    let rows = [
        row(&["序号", "任务", "责任单位", "完成时限"]),
        row(&["1", "编制规划", "市教育局", "6月底前"]),
        row(&["2", "深化改革", "市财政局", "2022年6月底前完成初稿，9月底前完成终稿"]),
        row(&["3", "长效管护", "市教育局", "长期坚持"]),
        vec![wide("二、2022年任务", 4)],
        row(&["4", "全面推开", "市教育局", "12月底前"]),
    ];
    let file = docx(&["乡村建设三年行动计划（2021—2023年）任务分解"], &rows);
    let proposal = proposed("a.docx", &file);
    assert_no_errors(&proposal);
    assert_eq!(proposal.year, Some(2023));
    let read = due(&proposal);
    assert_eq!(read[0], ("编制规划", vec!["?".to_owned()]));
    assert_eq!(read[1].1, ["2022-06-30", "2022-09-30"]);
    assert_eq!(read[3], ("全面推开", vec!["2022-12-31".to_owned()]));
    assert_eq!(found(&proposal, FindingCode::NoYearOfDay)[0], (Some(2), "6月底前"));
    // Who says the year says it of all of them.
    let mut better = corrections();
    better.plan = Some(PlanWords {
        year: Some(2021),
        ..better.plan.unwrap()
    });
    let settled = proposed_with("a.docx", &file, &better);
    assert_eq!(due(&settled)[0].1, ["2021-06-30"]);
    assert_eq!(found(&settled, FindingCode::NoYearOfDay), []);
}

#[test]
fn no_year_at_all_gives_no_day() {
    let rows = [
        row(&["任务", "责任单位", "时限"]),
        row(&["编制规划", "市教育局", "6月底前"]),
    ];
    let proposal = proposed("a.docx", &docx(&["行动计划"], &rows));
    assert_eq!(due(&proposal), [("编制规划", vec!["?".to_owned()])]);
    assert_eq!(found(&proposal, FindingCode::NoYear).len(), 1);
}

#[test]
fn sums_and_the_titles_of_groups_are_no_tasks() {
    let rows = [
        row(&["序号", "项目名称", "建设内容", "总投资", "责任单位"]),
        row(&["", "总计（3个）", "", "1250000", ""]),
        row(&["一", "续建项目（2个）", "", "900000", ""]),
        row(&["1", "道路改造", "改造12公里。", "300000", "市财政局"]),
        row(&["2", "医院新院区", "新建床位800张。", "600000", "市卫健局"]),
        row(&["二", "新开工项目（1个）", "", "350,000", ""]),
        row(&["3", "学校", "新建1所。", "350000", "市教育局"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年重点项目责任分解表"], &rows));
    assert_no_errors(&proposal);
    assert_eq!(
        outlined(&proposal),
        [
            ("一、续建项目（2个）".into(), "道路改造", None),
            ("一、续建项目（2个）".into(), "医院新院区", None),
            ("二、新开工项目（1个）".into(), "学校", None),
        ]
    );
    assert_eq!(
        found(&proposal, FindingCode::TotalRow),
        [
            (Some(2), "总计（3个） | 1250000"),
            (Some(3), "一 | 续建项目（2个） | 900000"),
            (Some(6), "二 | 新开工项目（1个） | 350,000"),
        ]
    );
}

#[test]
fn another_table_of_the_same_width_is_not_the_next_page() {
    let table = |rows: &[Vec<_>]| word_table(rows);
    let says = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let first = table(&[row(&["单位", "责任事项", "备注"]), row(&["市教育局", "监管学校。", ""])]);
    let people = table(&[
        row(&["姓名", "职务", "电话"]),
        row(&["张三", "科长", "1"]),
        row(&["李四", "科员", "2"]),
    ]);
    let body = says("2018年责任清单") + &first + &says("附件2 联系表") + &people;
    let proposal = proposed("a.docx", &word(&body));
    assert_eq!(proposal.tasks.len(), 1);
    assert_eq!(
        found(&proposal, FindingCode::UnknownTable),
        [(None, "姓名 | 职务 | 电话 | 张三 | 科长 | 1 | 李四 | 科员")]
    );
    // The table has no column of deadlines: none is missing.
    assert_eq!(found(&proposal, FindingCode::NoDeadline), []);
    // 续表 is the next page, and so is one that goes on counting.
    let counted = table(&[row(&["序号", "任务", "单位"]), row(&["1", "监管学校。", "市教育局"])]);
    let more = table(&[row(&["2", "监管医院。", "市卫健局"])]);
    let next = table(&[row(&["丙", "不是任务", "不是单位"])]);
    let body = says("2018年责任清单") + &counted + &says("（续表）") + &more + &next;
    let proposal = proposed("a.docx", &word(&body));
    let titles: Vec<_> = proposal.tasks.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(titles, ["监管学校", "监管医院"]);
}

#[test]
fn what_is_put_right_is_of_its_problem() {
    let rows = [
        row(&["序号", "反馈问题", "整改目标", "整改措施", "责任单位", "整改时限"]),
        row(&[
            "1",
            "学习不深入",
            "建立制度",
            "1.制定计划；2.集中学习。",
            "市教育局",
            "即知即改",
        ]),
        row(&[
            "2",
            "台账不全",
            "",
            "完善台账",
            "责任领导：张三、李四；责任单位：市财政局",
            "1.6月底；",
        ]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年巡察整改台账"], &rows));
    assert_no_errors(&proposal);
    assert_eq!(outlined(&proposal)[0].1, "学习不深入");
    let texts: Vec<_> = proposal.tasks[0]
        .requirements
        .iter()
        .map(|made| made.text.as_str())
        .collect();
    assert_eq!(texts, ["制定计划；", "集中学习。"]);
    assert!(matches!(
        proposal.tasks[0].requirements[0].deadlines[0].rule,
        Some(Rule::OnEvent { .. })
    ));
    let second = &proposal.tasks[1].requirements[0];
    assert_eq!(who(&second.units), [("czj", Responsible)]);
    assert_eq!(second.units_phrase, "责任领导：张三、李四；责任单位：市财政局");
    assert_eq!(
        found(&proposal, FindingCode::PersonInUnits),
        [(Some(3), "责任领导：张三"), (Some(3), "李四")]
    );
}

#[test]
fn items_of_a_cell_may_stand_in_one_line() {
    let rows = [
        row(&["重点任务", "工作措施", "责任单位", "完成时限"]),
        row(&[
            "一、公开",
            "1.公开预算；2.公开校历；3.评估。",
            "市财政局",
            "1.6月底；2.9月底；3.全年",
        ]),
        row(&[
            "二、制度",
            "1.制定计划（市教育局，3月底前）；\n2.清理文件（各起草单位，10月底前）。",
            "",
            "",
        ]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分工"], &rows));
    let read = due(&proposal);
    assert_eq!(read[0], ("公开预算；", vec!["2018-06-30".to_owned()]));
    assert_eq!(read[1], ("公开校历；", vec!["2018-09-30".to_owned()]));
    assert_eq!(proposal.tasks[0].requirements[0].deadlines[0].phrase, "6月底");
    assert_eq!(read[4], ("清理文件。", vec!["2018-10-31".to_owned()]));
    assert_eq!(found(&proposal, FindingCode::UnknownUnit), [(Some(3), "各起草单位")]);
    // Where a row has one text, what is numbered in it stays as it is.
    let rows = [
        row(&["序号", "工作措施", "责任单位"]),
        row(&["1", "1.公开预算；\n2.公开校历。", "市财政局"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分工"], &rows));
    assert_eq!(proposal.tasks[0].requirements[0].text, "1.公开预算；2.公开校历。");
    assert_eq!(outlined(&proposal), [(String::new(), "公开预算", None)]);
}

#[test]
fn numbers_behind_the_task_are_of_requirements() {
    let rows = [
        row(&["工作任务", "序号", "具体要求", "责任单位"]),
        row(&["公开", "1", "公开目录。", "市教育局"]),
        row(&["", "2", "公开年报。", "市教育局"]),
        row(&["解读", "3", "做好解读。", "市教育局"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分工"], &rows));
    assert_no_errors(&proposal);
    let tasks = outlined(&proposal);
    assert_eq!(tasks, [(String::new(), "公开", None), (String::new(), "解读", None)]);
}

#[test]
fn lists_of_units_are_parted_where_names_end() {
    let rows = [
        row(&["序号", "任务", "责任单位"]),
        row(&["1", "甲", "各县（市）、区人民政府，市直各委、办、局"]),
        row(&["2", "乙", "市农业农村局、教育局、财政局按职责分工负责"]),
        row(&["3", "丙", "市教育局（学校）、市水利局（供水）"]),
        row(&["4", "丁", "推 广 科"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分工"], &rows));
    let unknown: Vec<_> = found(&proposal, FindingCode::UnknownUnit)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(
        unknown,
        [
            "各县（市）、区人民政府",
            "市直各委、办、局",
            "市农业农村局",
            "市水利局",
            "推 广 科"
        ]
    );
    let second = &proposal.tasks[1].requirements[0];
    assert_eq!(who(&second.units), [("jyj", Responsible), ("czj", Responsible)]);
    let third = &proposal.tasks[2].requirements[0];
    assert_eq!(third.units[0].part.as_deref(), Some("学校"));
    let suggested: Vec<_> = proposal.suggested_units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(suggested[4], "推广科");
    // Once it is there, its part is read.
    let mut better = corrections();
    better.new_units = proposal.suggested_units;
    let settled = proposed_with("a.docx", &docx(&["2018年任务分工"], &rows), &better);
    assert_no_errors(&settled);
    assert_eq!(settled.tasks[2].requirements[0].units[1].part.as_deref(), Some("供水"));
}

#[test]
fn numbered_paragraphs_beside_tasks_are_tasks() {
    let says = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let lines = [
        "2018年优化环境重点任务",
        "一、提升服务",
        "1.一网通办。（市教育局牵头，各镇（街、园区）配合）",
        "2.加大信贷支持，民营企业贷款增速不低于各项贷款增速。",
        "3.推广电子执照（含移动端）。（市财政局、人民银行某中心支行，持续推进）",
    ];
    let body: String = lines.iter().map(|line| says(line)).collect();
    let proposal = proposed("a.docx", &word(&body));
    let titles: Vec<_> = proposal.tasks.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "一网通办",
            "加大信贷支持，民营企业贷款增速不低于各项贷款增速",
            "推广电子执照（含移动端）"
        ]
    );
    let first = &proposal.tasks[0].requirements[0];
    assert_eq!(who(&first.units), [("jyj", Lead), ("zhenjie", Support)]);
    assert_eq!(found(&proposal, FindingCode::NoUnit).len(), 1);
    // Beside a table they are told of.
    let table = word_table(&[row(&["任务", "责任单位"]), row(&["公开预算", "市财政局"])]);
    let proposal = proposed("a.docx", &word(&(body + &table)));
    assert_eq!(proposal.tasks.len(), 1);
    let told = found(&proposal, FindingCode::NotUnderstood);
    assert_eq!(told.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [Some(3), Some(5)]);
}

#[test]
fn the_number_of_an_annex_is_not_of_its_title() {
    let rows = [row(&["任务", "责任单位"]), row(&["公开预算", "市财政局"])];
    let proposal = proposed("a.docx", &docx(&["附件1  2017年重点任务清单"], &rows));
    assert_eq!(
        (proposal.title.as_deref(), proposal.year),
        (Some("2017年重点任务清单"), Some(2017))
    );
}

#[test]
fn columns_are_known_by_those_beside_them() {
    let rows = [
        row(&["指标名称", "单位", "全市目标", "责任部门", "月份"]),
        row(&["新增学位", "个", "10000", "1.市教育局\n2.市财政局", "3—6月"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分解表"], &rows));
    assert_no_errors(&proposal);
    let meanings: Vec<_> = proposal.columns.iter().map(|column| column.meaning).collect();
    let (extra, responsible) = (Meaning::Extra, Meaning::Responsible);
    assert_eq!(meanings, [Meaning::Task, extra, extra, responsible, Meaning::Deadline]);
    let made = &proposal.tasks[0].requirements[0];
    assert_eq!(who(&made.units), [("jyj", Responsible), ("czj", Responsible)]);
    assert_eq!(due(&proposal)[0].1, ["2018-06-30"]);
}

#[test]
fn who_supports_is_not_carried_down_to_another_who_leads() {
    let file = "2018年任务\n任务,牵头单位,配合单位,时限\n公开预算,市财政局,\"市公安局、市卫健局\",6月底\n公开校历,市教育局,,\n";
    let proposal = proposed("a.csv", file.as_bytes());
    let second = &proposal.tasks[1].requirements[0];
    assert_eq!(who(&second.units), [("jyj", Lead)]);
    assert_eq!(second.deadlines[0].phrase, "6月底");
}

#[test]
fn persons_beside_units_are_no_units() {
    let rows = [
        row(&["序号", "任务", "责任单位及责任人", "推进措施及时限"]),
        row(&[
            "1",
            "公开",
            "市教育局 张三\n市财政局（李四）\n王 五",
            "公开预算，6月底前完成。",
        ]),
        row(&["2", "评估", "市卫健局 市公安局", "组织评估。"]),
        row(&["3", "培训", "市水利局 市林业局", "组织培训。"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分工"], &rows));
    let meanings: Vec<_> = proposal.columns.iter().map(|column| column.meaning).collect();
    assert_eq!(
        meanings,
        [
            Meaning::Number,
            Meaning::Task,
            Meaning::Responsible,
            Meaning::Requirement
        ]
    );
    let first = &proposal.tasks[0].requirements[0];
    assert_eq!(who(&first.units), [("jyj", Responsible), ("czj", Responsible)]);
    assert_eq!(
        found(&proposal, FindingCode::PersonInUnits),
        [(Some(2), "张三"), (Some(2), "王 五")]
    );
    let second = &proposal.tasks[1].requirements[0];
    assert_eq!(who(&second.units), [("wjj", Responsible), ("gaj", Responsible)]);
    let unknown = found(&proposal, FindingCode::UnknownUnit);
    assert_eq!(unknown, [(Some(4), "市水利局"), (Some(4), "市林业局")]);
}

#[test]
fn there_is_an_end_to_what_is_told() {
    let rows: Vec<String> = (0..2500).map(|at| format!("第{at}项,市教育局,适时\n")).collect();
    let file = "2018年任务\n任务,责任单位,时限\n".to_owned() + &rows.concat() + "最后,市无此局,6月底\n";
    let proposal = proposed("a.csv", file.as_bytes());
    assert_eq!(proposal.tasks.len(), 2501);
    assert_eq!(found(&proposal, FindingCode::UnknownUnit), [(Some(2503), "市无此局")]);
    assert_eq!(
        (proposal.findings.len(), found(&proposal, FindingCode::More).len()),
        (2002, 1)
    );
}
