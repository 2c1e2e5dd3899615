//! A task as it goes over the wire.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{disclosure::Disclosed, extra::ExtraCell, task::Task},
    http::{
        list::{Cell, Column, columns},
        requirements::RequirementView,
    },
};

/// 工作任务 (task)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskView {
    /// 编号 (id)
    #[schema(example = "dg-2017.17")]
    id: String,
    /// 所属方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 序号 (number)
    #[schema(example = 17)]
    number: u32,
    /// 标题 (title)
    #[schema(example = "推进环境保护信息公开")]
    title: String,
    /// 原文中的编号 (what it is printed with in front of its title, verbatim)
    #[schema(example = "（一）")]
    label: Option<String>,
    /// 上级标题，由外到内 (the headings above it, from the outermost, verbatim)
    #[schema(example = json!(["一、围绕建设法治政府推进公开"]))]
    headings: Vec<String>,
    /// 具体要求数 (requirements)
    #[schema(example = 5)]
    requirement_count: usize,
    /// 附加列的内容；不公开的列只有主管部门和责任单位可见 (what the document's own columns say of it; of those that are not
    /// public, offices and the responsible units see theirs)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    extra: Vec<ExtraCell>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 具体要求 (requirements; with `embed=requirements`)
    #[schema(no_recursion)]
    requirements: Option<Vec<RequirementView>>,
}

impl TaskView {
    /// The task, or the `whole` of it.
    pub fn new(task: &Task, of: Disclosed<'_>, whole: bool) -> Self {
        let requirements = || {
            task.requirements
                .iter()
                .map(|requirement| RequirementView::new(task, requirement, of, false))
        };
        Self {
            id: task.id.to_string(),
            plan_id: task.id.plan.to_string(),
            number: task.id.number,
            title: task.title.clone(),
            label: task.label.clone(),
            headings: task.headings.clone(),
            requirement_count: task.requirements.len(),
            extra: of.of_task(task),
            version: task.version,
            requirements: whole.then(|| requirements().collect()),
        }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<TaskView>] = columns![
    id: "编号",
    plan_id: "方案",
    number: "序号",
    title: "工作任务",
    requirement_count: "具体要求数",
    label: "原文序号",
    headings: "所属标题" = |view| Cell::joined(&view.headings),
    extra: "附加列" = |view| Cell::joined(view.extra.iter().map(|cell| format!("{}：{}", cell.name, cell.text))),
];
