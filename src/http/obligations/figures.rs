//! Figures of a group of obligations.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        catalog::Catalog,
        obligation::{GroupBy, GroupCounts, Light},
        requirement::UnitRole,
        scope::Scope,
        unit::UnitKind,
        vocabulary::{Term, Vocabulary},
    },
    http::list::{Cell, Column, columns},
};

/// 一组的数字 (figures of a group)
///
/// 各状态之和等于总数。The states add up to the total.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figures)]
pub struct FiguresView {
    /// 分组：单位代码、类别、分工、任务编号、最上级标题、期间或灯色；没有分工或标题的为 `-` (the group; `-` without a role or a heading)
    #[schema(example = "hbj")]
    pub key: String,
    /// 名称：单位、任务的名称，或类别、分工、灯色的中文名称 (its name: of a unit or task, or what a kind, a role or a light is called in Chinese)
    #[schema(example = "市环保局")]
    pub name: String,
    /// The kind, the role or the light.
    #[serde(skip)]
    #[schema(ignore)]
    term: Option<&'static Term>,
    /// 应办事项数 (obligations)
    pub total: i64,
    /// 待触发 (waiting for their event)
    pub waiting: i64,
    /// 待定：还没有人定下时限 (undecided: nobody has said yet by when)
    pub undecided: i64,
    /// 未开始 (their period has not begun)
    pub not_open: i64,
    /// 办理中；对无权查看台账者含待审和退回的 (to be done; for the public, submitted and returned ones too)
    pub open: i64,
    /// 已报待审，仅台账可见者 (submitted; for readers of the ledger)
    pub submitted: Option<i64>,
    /// 已退回，仅台账可见者 (returned; for readers of the ledger)
    pub returned: Option<i64>,
    /// 已办结 (fulfilled)
    pub fulfilled: i64,
    /// 免办 (exempted)
    pub exempted: i64,
    /// 应报：该日之前到期的，及当日到期已报的；当日到期尚未报的还不算 (due before the day, or on it and reported; not exempted)
    pub expected: i64,
    /// 应报中已报 (of those: reported)
    pub reported: i64,
    /// 应报中按时 (of those: by the due day)
    pub on_time: i64,
    /// 应报中迟报 (of those: after the due day)
    pub late: i64,
    /// 应报中已过期未报；当日到期的还不算 (of those: not at all, and the due day has passed)
    pub missing: i64,
    /// 报送率；无应报时省略 (reported / expected; absent when nothing was expected)
    #[schema(example = 0.92)]
    pub reporting_rate: Option<f64>,
    /// 按时率 (on time / expected)
    #[schema(example = 0.9)]
    pub on_time_rate: Option<f64>,
    /// 按延期前到期日计 (the same against the due days before any extension)
    pub original: OriginalFigures,
    /// 逾期：已过到期日且单位仍须办理 (overdue: the due day has passed and the unit has to act)
    pub overdue: i64,
    /// 绿灯 (green)
    pub green: i64,
    /// 黄灯 (yellow)
    pub yellow: i64,
    /// 红灯 (red)
    pub red: i64,
    /// 因缺少官方工作日历而灯色未知的，没有时省略 (lights that nobody can tell for want of an official calendar;
    /// absent where there are none)
    pub unknown: Option<i64>,
}

/// 按延期前到期日计 (against the due days before any extension)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct OriginalFigures {
    /// 应报，同上 (due, in the same way)
    pub expected: i64,
    /// 按时 (on time)
    pub on_time: i64,
    /// 按时率 (on time / expected)
    #[schema(example = 0.85)]
    pub on_time_rate: Option<f64>,
}

/// The figures of groups as a table.
pub const COLUMNS: &[Column<FiguresView>] = columns![
    key: "代码" = |group| group.in_words(&group.key),
    name: "名称" = |group| group.in_words(&group.name),
    total: "总数",
    waiting: "待触发",
    undecided: "待定",
    not_open: "未开始",
    open: "办理中",
    submitted: "已报待审",
    returned: "已退回",
    fulfilled: "已办结",
    exempted: "免办",
    expected: "应报",
    reported: "已报",
    on_time: "按时",
    late: "迟报",
    missing: "未报",
    reporting_rate: "报送率",
    on_time_rate: "按时率",
    overdue: "逾期",
    green: "绿",
    yellow: "黄",
    red: "红",
    unknown: "未知",
];

/// A share to four decimals; of nothing there is none.
fn rate(part: i64, whole: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    let share = part as f64 / whole as f64;
    (whole > 0).then(|| (share * 10_000.0).round() / 10_000.0)
}

impl FiguresView {
    /// What it is called, in the language of the table where it has a name in several.
    fn in_words<'v>(&self, otherwise: &'v str) -> Cell<'v> {
        self.term.map_or_else(|| Cell::of(otherwise), Cell::Term)
    }

    /// The figures of a group, with the name people know it by. `ledger`: for a reader of the ledger,
    /// who may know where reports stand with their review.
    pub fn new(row: GroupCounts, by: GroupBy, catalog: &Catalog, ledger: bool) -> Self {
        let name = match by {
            GroupBy::Unit => row
                .key
                .parse()
                .ok()
                .and_then(|code| catalog.units.get(&code))
                .map(|unit| unit.name.clone()),
            GroupBy::Task => row
                .key
                .parse()
                .ok()
                .and_then(|id| catalog.task(&id, &Scope::public()))
                .map(|(_, task)| task.title.clone()),
            GroupBy::UnitKind | GroupBy::Role | GroupBy::Heading | GroupBy::Period | GroupBy::Light => None,
        };
        let term = match by {
            GroupBy::UnitKind => UnitKind::parse(&row.key).map(Vocabulary::term),
            GroupBy::Role => UnitRole::parse(&row.key).map(Vocabulary::term),
            GroupBy::Light => Light::parse(&row.key).map(Vocabulary::term),
            GroupBy::Unit | GroupBy::Task | GroupBy::Heading | GroupBy::Period => None,
        };
        let name = name.or_else(|| term.map(|term| term.zh.to_owned()));
        let name = name.unwrap_or_else(|| row.key.clone());
        Self {
            name,
            term,
            total: row.total,
            waiting: row.waiting,
            undecided: row.undecided,
            not_open: row.not_open,
            open: if ledger {
                row.open
            } else {
                row.open + row.submitted + row.returned
            },
            submitted: ledger.then_some(row.submitted),
            returned: ledger.then_some(row.returned),
            fulfilled: row.fulfilled,
            exempted: row.exempted,
            expected: row.expected,
            reported: row.reported,
            on_time: row.on_time,
            late: row.reported - row.on_time,
            missing: row.missing,
            reporting_rate: rate(row.reported, row.expected),
            on_time_rate: rate(row.on_time, row.expected),
            original: OriginalFigures {
                expected: row.originally_expected,
                on_time: row.originally_on_time,
                on_time_rate: rate(row.originally_on_time, row.originally_expected),
            },
            overdue: row.red,
            green: row.green,
            yellow: row.yellow,
            red: row.red,
            unknown: Some(row.unknown).filter(|count| *count > 0),
            key: row.key,
        }
    }
}
