//! Plans as other issuers write them: what each of these shapes was misread as once.

use super::{
    fixture::{docx, own, row, wide, word},
    shapes::{assert_no_errors, found, outlined, proposed, proposed_with, who},
};
use crate::{
    document::tests::shapes::corrections,
    domain::{
        deadline::{Rule, Source},
        import::{FindingCode, Meaning, Proposal, ProposedRequirement},
        requirement::UnitRole::{Lead, Responsible, Support},
        unit::{NewMembership, UnitKind},
    },
};

fn paragraphs(texts: &[&str]) -> Vec<u8> {
    let body = texts
        .iter()
        .map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"));
    word(&body.collect::<String>())
}

fn meanings(proposal: &Proposal) -> Vec<(&str, Meaning)> {
    let columns = proposal.columns.iter();
    columns.map(|column| (column.header.as_str(), column.meaning)).collect()
}

#[test]
fn who_and_when_may_share_a_column() {
    let rows = [
        row(&["序号", "工作内容", "责任分工及时限"]),
        row(&[
            "1",
            "压缩开办时间至5个工作日内。",
            "由市财政局牵头，市公安局、市卫健局配合，6月底前完成。",
        ]),
        row(&["2", "开展评估。", "由市教育局负责，每年一次"]),
        row(&["3", "清理收费。", "市财政局会同市教育局、市公安局，年底前"]),
        row(&["4", "加强监管。", "市教育局、市公安局分别牵头"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务分工表"], &rows));
    assert_no_errors(&proposal);
    let said: Vec<_> = proposal
        .tasks
        .iter()
        .map(|task| {
            let made = &task.requirements[0];
            let when: Vec<&str> = made.deadlines.iter().map(|deadline| deadline.phrase.as_str()).collect();
            (who(&made.units), when.join("|"))
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                vec![("czj", Lead), ("gaj", Support), ("wjj", Support)],
                "6月底前完成".to_owned()
            ),
            (vec![("jyj", Responsible)], "每年一次".to_owned()),
            (
                vec![("czj", Lead), ("jyj", Support), ("gaj", Support)],
                "年底前".to_owned()
            ),
            (vec![("jyj", Lead), ("gaj", Lead)], String::new()),
        ]
    );
    let first = &proposal.tasks[0].requirements[0];
    assert_eq!(first.units_phrase, "由市财政局牵头，市公安局、市卫健局配合");
    assert_eq!(
        first.unit_origins[0].original,
        "由市财政局牵头，市公安局、市卫健局配合，6月底前完成。"
    );
    assert_eq!(first.deadlines[0].source, Source::Column);
}

#[test]
fn numbered_paragraphs_are_a_plan_where_there_is_no_table() {
    let proposal = proposed(
        "a.docx",
        &paragraphs(&[
            "某府办〔2018〕33号",
            "2018年政务公开工作要点分工方案",
            "为贯彻落实部署，制定本方案。",
            "一、加强解读",
            "（一）推进政务公开。",
            "1.将公开要求贯穿各环节。（各镇（街、园区）负责，全年推进）",
            "2.推进预算公开。（市财政局牵头）推进校历公开。（市教育局负责，6月底前完成）",
            "（二）加强民生信息公开。责任单位：市教育局、市卫健局。完成时限：12月底",
            "二、提升实效",
            "（一）提高办事效率。",
            "（市公安局牵头，市财政局配合）",
            "（二）工作要求。各单位要加强领导。",
        ]),
    );
    assert_no_errors(&proposal);
    assert_eq!(
        (proposal.title.as_deref(), proposal.document_number.as_deref()),
        (Some("2018年政务公开工作要点分工方案"), Some("某府办〔2018〕33号"))
    );
    let tasks = outlined(&proposal);
    assert_eq!(
        tasks,
        [
            (
                "一、加强解读/（一）推进政务公开。".into(),
                "将公开要求贯穿各环节",
                Some("1.")
            ),
            ("一、加强解读/（一）推进政务公开。".into(), "推进预算公开", Some("2.")),
            ("一、加强解读".into(), "加强民生信息公开", Some("（二）")),
            ("二、提升实效".into(), "提高办事效率", Some("（一）")),
        ]
    );
    let two = &proposal.tasks[1].requirements;
    assert_eq!(
        (two[0].text.as_str(), two[1].text.as_str()),
        ("推进预算公开。", "推进校历公开。")
    );
    assert_eq!(
        (who(&two[0].units), who(&two[1].units)),
        (vec![("czj", Lead)], vec![("jyj", Responsible)])
    );
    assert_eq!(two[1].deadlines[0].phrase, "6月底前完成");
    let third = &proposal.tasks[2].requirements[0];
    assert_eq!(
        (third.text.as_str(), third.deadlines[0].phrase.as_str()),
        ("加强民生信息公开。", "12月底")
    );
    assert_eq!(
        who(&proposal.tasks[3].requirements[0].units),
        [("gaj", Lead), ("czj", Support)]
    );
    assert_eq!(
        (third.text_origin.place.table, third.text_origin.place.row),
        (0, Some(8))
    );
    assert_eq!(
        found(&proposal, FindingCode::NotUnderstood).len(),
        1,
        "what names no unit is told"
    );
}

#[test]
fn nothing_of_a_row_that_goes_on_is_lost() {
    let rows = [
        vec![
            own("序号"),
            wide("工作任务", 2),
            own("具体措施"),
            wide("责任分工", 2),
            own("完成时限"),
        ],
        row(&["^", "目标", "内容", "^", "分管领导", "责任科室", "^"]),
        row(&[
            "1",
            "工程质量",
            "开展行动",
            "制定方案",
            "张三",
            "市教育局",
            "即日起至11月底",
        ]),
        row(&["^", "^", "^", "组织回头看", "李四", "市财政局", "12月20日前"]),
        row(&["2", "党的建设", "落实责任", "", "王五", "—", "/"]),
    ];
    let proposal = proposed("a.docx", &docx(&["2020年任务分解表"], &rows));
    assert_no_errors(&proposal);
    assert_eq!(
        meanings(&proposal)[1..6],
        [
            ("目标", Meaning::Task),
            ("内容", Meaning::Requirement),
            ("具体措施", Meaning::Extra),
            ("分管领导", Meaning::Extra),
            ("责任科室", Meaning::Responsible),
        ]
    );
    assert_eq!(
        found(&proposal, FindingCode::SecondColumn).len(),
        1,
        "具体措施 could be the requirement"
    );
    // Each row has its unit and its day: neither owes the other's.
    let [first, second] = &proposal.tasks[0].requirements[..] else {
        panic!("{:#?}", proposal.tasks)
    };
    let extra = |one: &ProposedRequirement| one.extra.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
    assert_eq!((first.text.as_str(), second.text.as_str()), ("开展行动", "开展行动"));
    assert_eq!(extra(first), ["制定方案", "张三"]);
    assert_eq!(extra(second), ["组织回头看", "李四"]);
    assert_eq!(who(&first.units), [("jyj", Responsible)]);
    assert_eq!(who(&second.units), [("czj", Responsible)]);
    assert_eq!((first.deadlines.len(), second.deadlines.len()), (1, 1));
    // A dash says that there is nothing.
    let last = &proposal.tasks[1].requirements[0];
    assert!(last.units.is_empty() && last.deadlines.is_empty());
    assert_eq!(found(&proposal, FindingCode::NoDeadline).len(), 1);
}

#[test]
fn headers_of_other_issuers_are_known_and_years_are_told() {
    let rows = [
        row(&[
            "改革领域",
            "序号",
            "改革事项",
            "实施内容（责任单位、时间进度）",
            "责任村居",
            "备注",
        ]),
        row(&[
            "行政改革",
            "98",
            "综合执法",
            "整合队伍（市教育局牵头，2017年6月底前完成）",
            "",
            "",
        ]),
        row(&[
            "^",
            "99",
            "许可权",
            "组建机构（市财政局负责；视上级批复情况而定）",
            "",
            "",
        ]),
    ];
    let proposal = proposed("a.docx", &docx(&["某区2016—2020年综合改革任务清单"], &rows));
    assert_no_errors(&proposal);
    let [first, second] = &proposal.tasks[..] else {
        panic!("{:#?}", proposal.tasks)
    };
    assert_eq!(
        (first.headings.join("/"), first.label.as_deref()),
        ("行政改革".into(), Some("98"))
    );
    assert_eq!(second.headings, ["行政改革"]);
    assert_eq!(first.requirements[0].text, "整合队伍");
    assert_eq!(who(&first.requirements[0].units), [("jyj", Lead)]);
    assert!(
        matches!(first.requirements[0].deadlines[0].rule, Some(Rule::Date { due_on, .. }) if due_on.to_string() == "2017-06-30")
    );
    assert_eq!(found(&proposal, FindingCode::SeveralYears).len(), 1);
    let plan = proposal.plan.unwrap();
    assert_eq!(plan.period_from.unwrap().to_string(), "2016-01-01");
    assert_eq!(plan.period_to.unwrap().to_string(), "2020-12-31");
}

#[test]
fn units_that_nobody_knows_can_be_created_with_the_import() {
    let rows = [
        row(&["序号", "工作任务", "责任单位"]),
        row(&["1", "甲项工作", "省发改委、水利厅，各有关部门"]),
        row(&["2", "乙项工作", "省水利厅、省教育厅"]),
    ];
    let file = docx(&["2018年任务表"], &rows);
    let lost = proposed("a.docx", &file);
    let suggested: Vec<_> = lost
        .suggested_units
        .iter()
        .map(|unit| (unit.code.as_str(), unit.name.as_str(), unit.kind))
        .collect();
    assert_eq!(
        suggested,
        [
            ("slt", "水利厅", UnitKind::Department),
            ("gygbm", "各有关部门", UnitKind::Collective),
            ("slt2", "省水利厅", UnitKind::Department),
            ("jyt", "省教育厅", UnitKind::Department),
        ]
    );
    assert_eq!(lost.suggested_units[1].membership, Some(NewMembership::Open));
    let mut better = corrections();
    better.new_units = lost.suggested_units.into_iter().skip(1).collect();
    let proposal = proposed_with("a.docx", &file, &better);
    assert_no_errors(&proposal);
    let first = &proposal.tasks[0].requirements[0];
    assert_eq!(
        who(&first.units),
        [("sfgw", Responsible), ("slt2", Responsible), ("gygbm", Responsible)],
        "水利厅 is 省水利厅 now"
    );
    assert_eq!(proposal.plan.unwrap().units.len(), 3);
    better.new_units[0].code = "jyj".parse().unwrap();
    let taken = proposed_with("a.docx", &file, &better);
    assert!(found(&taken, FindingCode::Unfit).contains(&(None, "jyj")));
}

#[test]
fn what_is_too_long_is_cut_and_told() {
    let long = "长".repeat(60);
    let cell = "文".repeat(2100);
    let heading = "题".repeat(300);
    let rows = [
        row(&["序号", "工作任务", "责任单位", &long]),
        vec![wide(&heading, 4)],
        row(&["1", "甲项工作", "市教育局", &cell]),
    ];
    let proposal = proposed("a.docx", &docx(&["2018年任务表"], &rows));
    assert_no_errors(&proposal);
    assert_eq!(found(&proposal, FindingCode::ShortenedText).len(), 3);
    let task = &proposal.tasks[0];
    assert_eq!(task.headings[0].chars().count(), 200);
    let extra = &task.requirements[0].extra[0];
    assert_eq!((extra.name.chars().count(), extra.text.chars().count()), (50, 2000));
}

#[test]
fn items_of_a_cell_have_their_own_deadlines() {
    let rows = [
        row(&["序号", "改革任务", "具体举措", "责任单位", "完成时限"]),
        row(&[
            "1",
            "甲项改革",
            "1.编制清单。\n2.推行承诺制。",
            "牵头单位：市教育局\n配合单位：市财政局",
            "1.2021年6月底\n2.2021年12月底",
        ]),
        row(&[
            "2",
            "乙项改革",
            "开展行动（市公安局牵头，年内持续推进）",
            "市卫健局等18个部门",
            "长期",
        ]),
    ];
    let proposal = proposed("a.docx", &docx(&["2021年任务清单"], &rows));
    assert_no_errors(&proposal);
    let made = &proposal.tasks[0].requirements;
    let due: Vec<&str> = made.iter().map(|made| made.deadlines[0].phrase.as_str()).collect();
    assert_eq!(due, ["2021年6月底", "2021年12月底"]);
    assert_eq!(who(&made[1].units), [("jyj", Lead), ("czj", Support)]);
    assert_eq!(who(&proposal.tasks[1].requirements[0].units), [("wjj", Responsible)]);
    assert_eq!(found(&proposal, FindingCode::OpenList).len(), 1);
}

#[test]
fn a_time_that_does_not_read_is_no_unit() {
    let rows = [
        row(&["序号", "工作任务"]),
        row(&["1", "推进改革。（市公安局牵头，年内持续推进）"]),
        row(&["2", "推进公开。（市教育局负责；市财政局、市公安局配合）"]),
    ];
    let mut better = corrections();
    better.columns.insert("1.2".into(), Meaning::Task);
    let proposal = proposed_with("a.docx", &docx(&["2021年任务清单"], &rows), &better);
    assert_no_errors(&proposal);
    let first = &proposal.tasks[0].requirements[0];
    assert_eq!(
        (who(&first.units), first.deadlines[0].phrase.as_str()),
        (vec![("gaj", Lead)], "年内持续推进")
    );
    assert_eq!(first.deadlines[0].rule, Some(Rule::Undecided));
    assert_eq!(found(&proposal, FindingCode::UnreadDeadline).len(), 1);
}
