//! Headers in two rows: what stands over several columns joins them, whatever it is called.

use super::{
    fixture::{ABOVE, Cell, docx, own, row, wide, xlsx},
    shapes::{assert_no_errors, corrections, proposed, proposed_with},
};
use crate::domain::import::{FindingCode, Meaning};

/// A table whose columns of goals and of doers stand under these heads.
fn under(goals: &str, doers: &str) -> Vec<Vec<Cell>> {
    let mut rows = vec![
        vec![
            own("序号"),
            own("实事项目"),
            wide(goals, 2),
            wide(doers, 2),
            wide("进度安排", 2),
            own("总投资"),
            own("分管领导"),
        ],
        [
            &[ABOVE, ABOVE][..],
            &row(&["年度目标", "主要措施", "牵头单位", "责任单位", "完成时限", "一季度计划"]),
            &[ABOVE, ABOVE],
        ]
        .concat(),
    ];
    for (number, text) in [("1", "改建托育点"), ("2", "新改建公路"), ("3", "适老化改造")] {
        let goal = format!("完成{number}0个");
        rows.push(row(&[
            number,
            text,
            &goal,
            "做好设计",
            "市教育局",
            "市财政局",
            "9月底",
            "开工",
            "80",
            "张三",
        ]));
    }
    rows
}

#[test]
fn a_group_of_columns_may_be_called_anything() {
    let goals = [
        "工作内容",
        "工作目标",
        "目标任务",
        "年度目标任务",
        "建设内容及规模",
        "责任目标",
        "工作要求",
        "目标及措施",
    ];
    let doers = ["责任分工", "责任分解", "单位分工", "责任体系", "工作责任", "承办"];
    let pairs = goals
        .iter()
        .map(|goals| (*goals, doers[0]))
        .chain(doers.iter().map(|doers| (goals[0], *doers)));
    for (goals, doers) in pairs {
        let rows = under(goals, doers);
        for (name, file) in [
            ("a.docx", docx(&["2018年任务表"], &rows)),
            ("a.xlsx", xlsx("2018年任务表", &rows)),
        ] {
            let proposal = proposed(name, &file);
            assert_no_errors(&proposal);
            let meant: Vec<(&str, Meaning)> = proposal
                .columns
                .iter()
                .map(|column| (column.key.as_str(), column.meaning))
                .collect();
            let (number, extra) = (Meaning::Number, Meaning::Extra);
            assert_eq!(
                meant.iter().map(|(_, meaning)| *meaning).collect::<Vec<_>>(),
                [
                    number,
                    Meaning::Task,
                    extra,
                    Meaning::Requirement,
                    Meaning::Lead,
                    Meaning::Responsible,
                    Meaning::Deadline,
                    extra,
                    extra,
                    extra
                ],
                "{goals} {doers} {name}"
            );
            assert_eq!(proposal.tasks.len(), 3, "{goals} {doers} {name}");
            assert!(
                proposal
                    .findings
                    .iter()
                    .all(|finding| finding.code != FindingCode::NoHeader)
            );
        }
    }
}

#[test]
fn a_column_without_a_header_is_kept_under_a_name_that_is_told() {
    let mut rows = vec![row(&["序号", "工作任务", "责任单位", "完成时限", "", ""])];
    rows.push(row(&["1", "改建托育点", "市教育局", "9月底", "80", "张三"]));
    let file = docx(&["2018年任务表"], &rows);
    let named = |patch: &str| {
        let corrections = corrections().patched(serde_json::from_str(patch).unwrap());
        let proposal = proposed_with("a.docx", &file, &corrections);
        assert_no_errors(&proposal);
        let extra = &proposal.tasks[0].requirements[0].extra;
        extra
            .iter()
            .map(|cell| format!("{}={}", cell.name, cell.text))
            .collect::<Vec<_>>()
    };
    let kept = r#"{"columns": {"1.5": "extra", "1.6": "extra"}}"#;
    assert_eq!(named(kept), ["第5列=80", "第6列=张三"]);
    let both = r#"{"columns": {"1.5": "extra", "1.6": "extra"}, "column_names": {"1.5": "总投资", "1.6": "分管领导"}}"#;
    assert_eq!(named(both), ["总投资=80", "分管领导=张三"]);
}
