//! What is exported and imported again is the plan that it was.

mod brackets;
mod columns;
mod times;

use std::sync::LazyLock;

use proptest::{prelude::*, sample::select};
use serde::Deserialize;

use super::layout;
use crate::{
    document,
    domain::{
        deadline::{Rule, Source},
        disclosure::Disclosed,
        extra::{ExtraCell, ExtraColumn},
        import::{Corrections, PlanWords, Severity, understand},
        new_deadline::{NewDeadline, NewDefaultDeadline},
        phrase,
        plan::{NewPlan, PlanContent},
        requirement::{NewRequirement, NewResponsibility, Responsibility, UnitRole},
        scope::Scope,
        task::NewTask,
        unit::{NewUnit, UnitDirectory},
    },
};

static KNOWN: LazyLock<UnitDirectory> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        units: Vec<NewUnit>,
    }
    let File { units } = serde_json::from_str(include_str!("../../../../seeds/units.json")).unwrap();
    UnitDirectory::default().with_new(&units)
});

fn deadline(phrase: &str) -> NewDeadline {
    NewDeadline {
        rule: None,
        ..NewDeadline::new(phrase.to_owned(), Source::Column, Rule::Undecided)
    }
}

const YEAR: i32 = 2018;
const UNITS: &[&str] = &["jyj", "czj", "gaj", "fzj", "sjj", "hbj", "zwfwb", "zhenjie", "humen"];
const COLUMNS: &[&str] = &["责任领导", "总投资（万元）", "分值", "联系人", "备注"];

/// Of one year, of several, of two halves of years, and of a part of one.
const PERIODS: &[Option<(&str, &str)>] = &[
    None,
    None,
    Some(("2016-01-01", "2020-12-31")),
    Some(("2017-07-01", "2018-06-30")),
    Some(("2018-03-01", "2018-12-31")),
];

fn title() -> impl Strategy<Value = String> {
    select(&[
        "2018年全市重点工作分工方案",
        "重点工作",
        "《东莞市重点工作分工方案》任务：附件",
        "2018年要点",
        "2016—2020年规划实施方案",
        "怪 & <标题>",
        "附件2 2018年 重点 任务",
        "关于印发《2018年要点》的通知",
        "标题：要点。",
    ])
    .prop_map(str::to_owned)
}

const QUARTERLY: &str = "，每季度通报。";
const BRACKETS: &str = "（市教育局牵头，市财政局配合）。";

fn words() -> impl Strategy<Value = String> {
    let begins = select(&[
        "",
        "",
        "5G网络",
        "2018年底前",
        "1.",
        "（一）",
        "一、",
        "=1+1 ",
        "“放管服”",
        "<b>&amp;",
        "_x0041_",
    ]);
    let ends = select(&[
        "",
        "。",
        "；",
        "（PPP）。",
        "（市教育局牵头，市财政局配合）。",
        "80%以上。",
        QUARTERLY,
        "，",
    ]);
    (begins, select(&["推进公开", "完善 a b 制度", "落实《办法》"]), ends).prop_map(|(a, b, c)| format!("{a}{b}{c}"))
}

/// What is printed in front of tasks.
#[derive(Debug, Clone, Copy)]
enum Labels {
    None,
    /// 1、2、3 under each heading, from 98 on.
    Numbers,
    /// （一）（二）, and here and there nothing.
    Some,
}

/// How a document says who is responsible.
#[derive(Debug, Clone, Copy)]
enum Who {
    /// It does not: units are given without words of its own.
    Names,
    Lead,
    Responsible,
    Sentence,
    Columns,
    FirstLeads,
    /// It names the units, and who read it gave each a role and a part.
    Read,
}

fn units(who: Who) -> impl Strategy<Value = (String, Vec<Responsibility>)> {
    let parts = select(&[
        None,
        None,
        Some("学校"),
        Some("负责 1、2 项"),
        Some("1-2"),
        Some("提供（数据）、“x”"),
    ]);
    let roles = select(&[UnitRole::Lead, UnitRole::Support, UnitRole::Responsible]);
    let one = (0..UNITS.len(), roles, parts);
    prop::collection::vec(one, 0..5).prop_map(move |mut given| {
        given.sort_by_key(|(unit, ..)| *unit);
        given.dedup_by_key(|(unit, ..)| *unit);
        let count = given.len();
        let role = |at: usize, role: UnitRole| match who {
            Who::Names | Who::Read => role,
            Who::Lead => UnitRole::Lead,
            Who::Responsible => UnitRole::Responsible,
            Who::Sentence | Who::Columns if at == 0 => UnitRole::Lead,
            Who::Sentence | Who::Columns => UnitRole::Support,
            Who::FirstLeads if at == 0 => UnitRole::Lead,
            Who::FirstLeads => UnitRole::Responsible,
        };
        let units: Vec<Responsibility> = given
            .iter()
            .enumerate()
            .map(|(at, (unit, given, part))| Responsibility {
                part: part.map(str::to_owned),
                ..Responsibility::new(UNITS[*unit].parse().unwrap(), role(at, *given))
            })
            .collect();
        let name = |unit: &Responsibility| {
            let part = unit.part.as_ref().map(|part| format!("（{part}）"));
            format!("{}{}", KNOWN.get(&unit.code).unwrap().name, part.unwrap_or_default())
        };
        let names: Vec<String> = units.iter().map(name).collect();
        let phrase = match who {
            _ if count == 0 => String::new(),
            Who::Names => String::new(),
            Who::Lead | Who::Responsible | Who::FirstLeads => names.join("、"),
            Who::Sentence if count == 1 => format!("{}牵头", names[0]),
            Who::Sentence => format!("{}牵头，{}配合", names[0], names[1..].join("、")),
            Who::Read => {
                let bare = units.iter().map(|unit| KNOWN.get(&unit.code).unwrap().name.clone());
                bare.collect::<Vec<_>>().join("、")
            }
            Who::Columns if count == 1 => names[0].clone(),
            Who::Columns => format!("主办单位：{}；协办部门：{}", names[0], names[1..].join("、")),
        };
        (phrase, units)
    })
}

fn requirement(who: Who, extra: Vec<&'static str>) -> impl Strategy<Value = NewRequirement> {
    let cell = select(&["张三", "5", "李四\n王五", "=1+1", "_x000D_ <b>"]);
    let cells = prop::collection::vec(prop::option::of(cell), extra.len());
    let of_text = prop::option::of(prop::option::of(times::by_hand()));
    let made = (words(), units(who), times::deadlines(), of_text, cells);
    made.prop_map(move |(text, (units_phrase, units), mut deadlines, of_text, cells)| {
        // Where no column says who, brackets do.
        let text = if units.is_empty() {
            text.replace(BRACKETS, "")
        } else {
            text
        };
        deadlines.extend(of_text.and_then(|rule| times::in_text(&text, rule)));
        let cells = extra.iter().zip(cells);
        NewRequirement {
            text,
            units_phrase,
            units: units.iter().map(NewResponsibility::from).collect(),
            deadlines,
            extra: cells.filter_map(|(name, text)| Some(cell_of(name, text?))).collect(),
            ..NewRequirement::default()
        }
    })
}

fn cell_of(name: &str, text: &str) -> ExtraCell {
    ExtraCell {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

/// Paths of headings, as documents of one kind have them.
const HEADINGS: &[&[&[&str]]] = &[
    &[&[]],
    &[
        &["一、重点任务"],
        &["二、保障措施"],
        &["一、重点任务", "（一）优化服务"],
        &["一、重点任务", "（二）加强监管"],
        &["一、重点任务", "（二）加强监管", "1.信用监管"],
        &["一、重点任务", "工业"],
    ],
    // Some tasks stand under none, or under what no order of headings prints.
    &[
        &[],
        &["一、重点任务"],
        &["工业"],
        &["（一）优化服务", "一、重点任务"],
        &["备注：其他"],
        &["合计"],
    ],
    &[&["经济发展"], &["经济发展", "工业"], &["经济发展", "农业"], &["民生"]],
    &[
        &["第一章 总则"],
        &["第一章 总则", "一、目标"],
        &["第二章 任务", "一、目标"],
    ],
];

fn task(
    who: Who,
    headings: &'static [&'static [&'static str]],
    extra: Vec<&'static str>,
) -> impl Strategy<Value = NewTask> {
    let requirements = prop::collection::vec(requirement(who, extra.clone()), 0..5);
    let cells = prop::collection::vec(prop::option::of(select(&["赵六", "第一行\n第二行"])), extra.len());
    (words(), select(headings), requirements, cells).prop_map(move |(title, headings, mut requirements, cells)| {
        let mut of_task = Vec::new();
        // Of a task and its only requirement the document does not say whose a cell is.
        if requirements.len() != 1 {
            for (name, text) in extra.iter().zip(cells) {
                let Some(text) = text else { continue };
                for requirement in &mut requirements {
                    requirement.extra.retain(|cell| cell.name != *name);
                }
                of_task.push(cell_of(name, text));
            }
        }
        NewTask {
            title,
            headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
            extra: of_task,
            requirements,
            ..NewTask::default()
        }
    })
}

fn plan() -> impl Strategy<Value = PlanContent> {
    let labels = select(&[Labels::None, Labels::Numbers, Labels::Some]);
    let who = select(&[
        Who::Names,
        Who::Lead,
        Who::Responsible,
        Who::Sentence,
        Who::Columns,
        Who::FirstLeads,
        Who::Read,
    ]);
    let extra = prop::sample::subsequence(COLUMNS, 0..4);
    let plans = (title(), select(PERIODS), prop::option::weighted(0.3, times::default()));
    (plans, labels, who, extra, select(HEADINGS))
        .prop_flat_map(|(plans, labels, who, extra, headings)| {
            let tasks = prop::collection::vec(task(who, headings, extra.clone()), 1..7);
            (Just((plans, labels, extra)), tasks)
        })
        .prop_map(|(((title, period, default_deadline), labels, extra), mut tasks)| {
            for (at, task) in tasks.iter_mut().enumerate() {
                // No two tasks are called the same, and none begins with what is printed in front of it.
                task.title = format!("{at}号任务{}", task.title);
                task.label = match labels {
                    Labels::None => None,
                    Labels::Numbers => Some((98 + at).to_string()),
                    Labels::Some => (at % 3 != 2).then(|| format!("（{}）", ["一", "二", "十"][at % 3])),
                };
            }
            let column = |name: &&str| ExtraColumn {
                name: (*name).to_owned(),
                public: true,
            };
            let new = NewPlan {
                period_from: period.map(|(from, _)| from.parse().unwrap()),
                period_to: period.map(|(_, to)| to.parse().unwrap()),
                default_deadline,
                extra_columns: extra.iter().map(column).collect(),
                tasks,
                ..NewPlan::new("p-2018".parse().unwrap(), title, YEAR)
            };
            new.into_content(&KNOWN).unwrap()
        })
}

/// The plan as it comes back from a file.
fn again(content: &PlanContent, ending: &str) -> PlanContent {
    let scope = Scope::public();
    let disclosed = Disclosed {
        plan: &content.plan,
        units: &KNOWN,
        scope: &scope,
    };
    let printed = layout::of(content, disclosed, None);
    let bytes = if ending == "docx" {
        printed.to_word()
    } else {
        printed.to_excel()
    };
    let read = document::read(&format!("方案.{ending}"), &bytes.unwrap()).unwrap();
    let corrections = Corrections {
        plan: Some(PlanWords {
            id: Some(content.plan.id.clone()),
            ..PlanWords::default()
        }),
        ..Corrections::default()
    };
    let proposal = understand(&read, &corrections, &KNOWN);
    let wrong: Vec<_> = proposal
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    proposal.plan.unwrap().into_content(&KNOWN).unwrap()
}

/// What differs, in few words.
fn difference(before: &PlanContent, back: &PlanContent) -> Option<String> {
    let tasks = before.tasks.iter().zip(&back.tasks);
    let mut differing = tasks.filter(|(before, back)| before != back).map(|(before, back)| {
        let requirements = before.requirements.iter().zip(&back.requirements);
        let requirement = requirements.clone().find(|(before, back)| before != back);
        match requirement {
            Some((before, back)) => format!("{before:?}\n{back:?}"),
            None => format!("{before:?}\n{back:?}"),
        }
    });
    if before.tasks.len() != back.tasks.len() {
        return Some(format!("{} and {} tasks", before.tasks.len(), back.tasks.len()));
    }
    let plans = (before.plan != back.plan).then(|| format!("{:?}\n{:?}", before.plan, back.plan));
    plans.or_else(|| differing.next())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_plan_comes_back_from_its_file(content in plan()) {
        for ending in ["docx", "xlsx"] {
            let mut back = again(&content, ending);
            let requirements = back.tasks.iter_mut().flat_map(|task| &mut task.requirements);
            for (back, before) in requirements.zip(content.tasks.iter().flat_map(|task| &task.requirements)) {
                // Units without words of a document: it says their names.
                if before.units_phrase.is_empty() {
                    back.units_phrase.clear();
                }
            }
            // Who sees a column is no business of the document's.
            for column in &mut back.plan.extra_columns {
                column.public = true;
            }
            let difference = difference(&content, &back);
            prop_assert!(difference.is_none(), "{}: {}", ending, difference.unwrap_or_default());
        }
    }
}
