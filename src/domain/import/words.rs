//! What the words above a column mean.

use crate::domain::{text, vocabulary::vocabulary};

vocabulary! {
    /// 列的含义 (what a column means)
    #[schema(as = ImportColumnMeaning)]
    pub enum Meaning {
        /// 序号.
        Number = "number": "序号", "number";
        /// 类别, above tasks.
        Heading = "heading": "类别", "heading";
        /// 工作任务.
        Task = "task": "工作任务", "task";
        /// 具体要求.
        Requirement = "requirement": "具体要求", "requirement";
        /// 牵头单位.
        Lead = "lead": "牵头单位", "lead units";
        /// 配合单位.
        Support = "support": "配合单位", "supporting units";
        /// 责任单位, where nobody leads.
        Responsible = "responsible": "责任单位", "responsible units";
        /// 完成时限.
        Deadline = "deadline": "完成时限", "deadline";
        /// A column of the document's own.
        Extra = "extra": "其他列", "another column";
        /// Not read at all.
        Skip = "skip": "不读", "not read";
    }
}

const NUMBER: &[&str] = &["序号", "编号", "项号", "任务序号", "序列", "no", "no."];
const HEADING: &[&str] = &[
    "类别",
    "分类",
    "板块",
    "领域",
    "工作类别",
    "任务类别",
    "类型",
    "工作领域",
    "项目类别",
    "任务分类",
    "重点领域",
    "工作板块",
    "一级任务",
    "任务板块",
];
const TASK: &[&str] = &[
    "工作任务",
    "重点任务",
    "主要任务",
    "目标任务",
    "任务",
    "任务名称",
    "工作事项",
    "重点工作",
    "事项",
    "事项名称",
    "工作项目",
    "任务事项",
    "重点工作任务",
    "督查事项",
    "督办事项",
    "工作目标",
    "主要目标",
    "工作重点",
    "重点工作内容",
    "任务目标",
    "项目名称",
    "重点事项",
    "主要工作",
    "工作名称",
    "公开事项",
    "目标",
    "工作目标任务",
    "二级任务",
    "改革任务",
    "改革事项",
    "整改任务",
    "整改事项",
    "指标名称",
    "主要指标",
    "实事名称",
    "实事项目",
    "议定事项",
];
const REQUIREMENT: &[&str] = &[
    "具体要求",
    "工作要求",
    "工作内容",
    "工作措施",
    "具体措施",
    "主要措施",
    "具体任务",
    "任务内容",
    "主要内容",
    "工作举措",
    "具体内容",
    "推进措施",
    "落实措施",
    "具体工作",
    "建设内容",
    "具体举措",
    "措施",
    "内容",
    "重点举措",
    "任务要求",
    "主要工作内容",
    "工作任务及要求",
    "具体工作任务",
    "具体工作内容",
    "工作标准",
    "整改措施",
    "主要举措",
    "落实举措",
    "工作安排",
    "任务分解",
    "具体事项",
    "主要任务及措施",
    "工作内容及要求",
    "内容要求",
    "三级任务",
    "政策措施",
    "公开内容",
    "具体目标",
];
/// What says when, where no column is a deadline by its name.
pub const WHEN_NOTHING_ELSE: &[&str] = &[
    "月份",
    "月度",
    "进度要求",
    "进度安排",
    "时间段",
    "实施时间",
    "计划时间",
    "推进时间",
    "工作进度",
    "推进计划",
];
const DEADLINE: &[&str] = &[
    "完成时限",
    "时限要求",
    "完成时间",
    "时间要求",
    "办结时限",
    "时间节点",
    "完成期限",
    "时限",
    "时间安排",
    "完成日期",
    "办理时限",
    "推进时限",
    "时间进度",
    "整改时限",
    "期限",
    "完成时间节点",
    "计划完成时间",
    "时间",
    "完成时限要求",
    "办结时间",
    "落实时限",
    "时限安排",
    "完成节点",
    "公开时限",
    "工作时限",
    "期限要求",
    "责任时限",
    "时间期限",
];

/// The doers that a header may name.
const DOERS: &[&str] = &[
    "单位",
    "部门",
    "科室",
    "处室",
    "股室",
    "主体",
    "机构",
    "业务室",
    "责任室",
    "村居",
    "村社",
    "社区",
    "责任村",
    "乡镇",
    "镇街",
    "街镇",
    "县区",
    "区县",
    "站所",
    "办所",
];
const LEADING: &[&str] = &["牵头", "主办", "主责", "第一责任", "主要责任", "总牵头"];
const SUPPORTING: &[&str] = &["配合", "协办", "参与", "协同", "协助", "参加", "会办", "支持", "协作"];
const RESPONSIBLE: &[&str] = &[
    "责任", "承办", "落实", "实施", "承担", "负责", "完成", "执行", "主管", "任务", "整改", "公开",
];

/// What a header says by how it ends, where nothing else tells.
const ENDINGS: &[(&str, Meaning)] = &[
    ("工作任务", Meaning::Task),
    ("重点任务", Meaning::Task),
    ("主要任务", Meaning::Task),
    ("重点工作", Meaning::Task),
    ("工作措施", Meaning::Requirement),
    ("工作要求", Meaning::Requirement),
    ("具体要求", Meaning::Requirement),
    ("具体措施", Meaning::Requirement),
    ("工作内容", Meaning::Requirement),
    ("内容", Meaning::Requirement),
    ("措施", Meaning::Requirement),
    ("举措", Meaning::Requirement),
    ("具体任务", Meaning::Requirement),
    ("任务", Meaning::Task),
    ("事项", Meaning::Task),
    ("项目", Meaning::Task),
    ("时限", Meaning::Deadline),
    ("完成时间", Meaning::Deadline),
    ("期限", Meaning::Deadline),
    ("类别", Meaning::Heading),
    ("领域", Meaning::Heading),
    ("板块", Meaning::Heading),
    ("分类", Meaning::Heading),
];

/// Persons that a header may name.
pub const PEOPLE: &[&str] = &["责任人", "负责人", "联系人", "责任领导", "分管领导", "领导", "人员"];

/// A header's words as they are compared: without what stands in brackets.
pub fn folded(name: &str) -> String {
    let name = text::normalize(name);
    let mut depth = 0_u32;
    let kept = name.chars().filter(|c| match c {
        '(' | '[' | '〔' | '【' => {
            depth += 1;
            false
        }
        ')' | ']' | '〕' | '】' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    let simplified = |c: char| {
        let at = TRADITIONAL.chars().position(|old| old == c);
        at.and_then(|at| SIMPLIFIED.chars().nth(at)).unwrap_or(c)
    };
    let kept: String = kept.map(simplified).collect();
    kept.trim_matches([':', '、', '·']).to_owned()
}

/// Characters of headers in traditional script.
const TRADITIONAL: &str = "務責單時間標號編牽頭協辦機構門內項點體實負與參進節備註類別領導聯繫員處舉題問計劃長";
/// The characters of [`TRADITIONAL`] in simplified script, in the same order.
const SIMPLIFIED: &str = "务责单时间标号编牵头协办机构门内项点体实负与参进节备注类别领导联系员处举题问计划长";

/// What a header says; `None`: a column of the document's own.
pub fn meaning(name: &str) -> Option<Meaning> {
    let name = folded(name);
    let is = |names: &[&str]| names.contains(&name.as_str());
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let timed = has(&["时限", "期限", "时间", "进度"]);
    if timed && (has(DOERS) || has(&["分工"])) && name.chars().count() <= 14 {
        return Some(Meaning::Responsible);
    }
    let both = ["及", "和", "与", "、", "/"].iter().any(|and| name.contains(and));
    // 责任单位及责任人, 牵头单位、联系人: persons stand beside the units.
    if both
        && has(PEOPLE)
        && let Some(of_units) = PEOPLE.iter().find_map(|people| name.strip_suffix(people))
    {
        return meaning(of_units.trim_end_matches(['及', '和', '与', '、', '/']))
            .filter(|meaning| matches!(meaning, Meaning::Lead | Meaning::Support | Meaning::Responsible));
    }
    // 推进措施及时限: what is to be done, with its times.
    if timed
        && both
        && has(&["措施", "举措", "内容", "目标"])
        && !name.starts_with("完成")
        && name.chars().count() <= 12
    {
        return Some(Meaning::Requirement);
    }
    if is(NUMBER) {
        return Some(Meaning::Number);
    }
    if is(DEADLINE) {
        return Some(Meaning::Deadline);
    }
    if is(REQUIREMENT) {
        return Some(Meaning::Requirement);
    }
    if is(TASK) {
        return Some(Meaning::Task);
    }
    if is(HEADING) {
        return Some(Meaning::Heading);
    }
    if DOERS.iter().any(|doer| name.ends_with(doer)) && name.chars().count() <= 14 {
        return match (has(LEADING), has(SUPPORTING), has(RESPONSIBLE)) {
            (true, true, _) => Some(Meaning::Responsible),
            (true, false, _) => Some(Meaning::Lead),
            (false, true, true) => Some(Meaning::Responsible),
            (false, true, false) => Some(Meaning::Support),
            (false, false, true) => Some(Meaning::Responsible),
            (false, false, false) => DOERS.contains(&name.as_str()).then_some(Meaning::Responsible),
        };
    }
    match name.as_str() {
        "牵头" | "主办" => Some(Meaning::Lead),
        "配合" | "协办" => Some(Meaning::Support),
        "责任分工" | "任务分工" | "职责分工" | "分工" => Some(Meaning::Responsible),
        name if name.chars().count() > 12 => None,
        name if ["完成时限", "完成时间", "办结时限"]
            .iter()
            .any(|word| name.starts_with(word)) =>
        {
            Some(Meaning::Deadline)
        }
        name => ENDINGS
            .iter()
            .find(|(ending, _)| name.ends_with(ending))
            .map(|(_, meaning)| *meaning),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_by_what_they_say() {
        for (name, expected) in [
            ("序号", Some(Meaning::Number)),
            ("序\n号", Some(Meaning::Number)),
            ("重 点 任 务", Some(Meaning::Task)),
            ("具体要求", Some(Meaning::Requirement)),
            ("牵头单位", Some(Meaning::Lead)),
            ("主办科室", Some(Meaning::Lead)),
            ("牵头部门（单位）", Some(Meaning::Lead)),
            ("牵头责任单位", Some(Meaning::Lead)),
            ("责任单位", Some(Meaning::Responsible)),
            ("责任单位（第一个为牵头单位）", Some(Meaning::Responsible)),
            ("牵头及配合单位", Some(Meaning::Responsible)),
            ("协办单位", Some(Meaning::Support)),
            ("参加部门", Some(Meaning::Support)),
            ("完成时间", Some(Meaning::Deadline)),
            ("时限要求", Some(Meaning::Deadline)),
            ("责任单位及责任人", Some(Meaning::Responsible)),
            ("牵头单位、联系人", Some(Meaning::Lead)),
            ("推进措施及时限", Some(Meaning::Requirement)),
            ("完成时限及目标", Some(Meaning::Deadline)),
            ("责任人及联系电话", None),
            ("责任分工及时限", Some(Meaning::Responsible)),
            ("责任单位及完成时限", Some(Meaning::Responsible)),
            ("责任村居", Some(Meaning::Responsible)),
            ("主要指标和任务", Some(Meaning::Task)),
            ("实施内容（责任单位、时间进度）", Some(Meaning::Requirement)),
            ("改革领域", Some(Meaning::Heading)),
            ("民生实事项目", Some(Meaning::Task)),
            ("年度目标", None),
            ("季度进度安排", None),
            ("责任领导", None),
            ("联系人", None),
            ("总投资", None),
            ("备注", None),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
    }
}
