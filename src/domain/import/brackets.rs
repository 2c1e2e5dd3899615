//! Who and when, in brackets after the text: （责任单位：市教育局、市财政局，6月底完成）.

use crate::domain::phrase;

/// What brackets at the end of a text say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bracketed {
    /// The text before them, and what follows.
    pub text: String,
    /// Who, verbatim.
    pub units: String,
    /// When, verbatim.
    pub deadline: Option<String>,
}

const WHO: &[&str] = &[
    "责任单位",
    "牵头单位",
    "配合单位",
    "责任部门",
    "牵头部门",
    "配合部门",
    "主办单位",
    "协办单位",
    "承办单位",
    "落实单位",
    "责任科室",
    "牵头科室",
    "配合科室",
    "实施单位",
    "参加单位",
    "参与单位",
    "牵头责任单位",
    "协助单位",
];
const WHEN: &[&str] = &[
    "完成时限",
    "完成时间",
    "时限要求",
    "时间要求",
    "完成期限",
    "时间节点",
    "时限",
    "办结时限",
];
const ENDS: &[&str] = &[
    "牵头",
    "负责",
    "配合",
    "参与",
    "协办",
    "牵头负责",
    "分工负责",
    "协助",
    "落实",
];

/// Reads the last brackets of `text`, in a plan of `year`.
pub fn read(text: &str, year: i32) -> Option<Bracketed> {
    let trimmed = text.trim_end();
    let (body, end) = match trimmed.strip_suffix('。') {
        Some(body) => (body.trim_end(), "。"),
        None => (trimmed, ""),
    };
    let close = body.chars().next_back()?;
    let open = match close {
        '）' | ')' => ['（', '('],
        '】' => ['【', '【'],
        '〕' => ['〔', '〔'],
        '］' | ']' => ['［', '['],
        _ => return None,
    };
    let from = opening(body, open, close)?;
    let inside = &body[from.0..body.len() - close.len_utf8()];
    let before = body[..from.1].trim_end();
    if before.is_empty() {
        return None;
    }
    let mut found = said(inside, year)?;
    let stops = before.ends_with(['。', '；', '！']) || end.is_empty();
    found.text = if stops {
        before.to_owned()
    } else {
        format!("{before}{end}")
    };
    Some(found)
}

/// Where the brackets that end `body` open: what is inside begins there, and the bracket itself.
fn opening(body: &str, open: [char; 2], close: char) -> Option<(usize, usize)> {
    let mut depth = 0_u32;
    for (at, c) in body.char_indices().rev() {
        if c == close || matches!((c, close), ('）' | ')', '）' | ')')) {
            depth += 1;
        } else if open.contains(&c) {
            depth -= 1;
            if depth == 0 {
                return Some((at + c.len_utf8(), at));
            }
        }
    }
    None
}

fn said(inside: &str, year: i32) -> Option<Bracketed> {
    let mut found = Bracketed::default();
    let mut who = false;
    let mut when = None;
    // 责任单位：…；完成时限：…
    for part in pieces(inside) {
        let bare = part.trim();
        if let Some(phrase) = WHEN.iter().find_map(|word| after_colon(bare, word)) {
            when = Some(phrase.to_owned());
            continue;
        }
        who |= WHO.iter().any(|word| after_colon(bare, word).is_some()) || ENDS.iter().any(|end| bare.ends_with(end));
        let reads = !bare.is_empty() && phrase::read(bare, year).is_ok();
        if when.is_none() && reads {
            when = Some(bare.to_owned());
            continue;
        }
        if !found.units.is_empty() && !bare.is_empty() {
            found.units.push_str(separator_before(inside, part));
        }
        found.units.push_str(bare);
    }
    // 责任单位：市教育局 alone needs no word in front of its units in the plan.
    for word in ["责任单位", "责任部门", "责任科室"] {
        if let Some(rest) = after_colon(&found.units, word)
            && !rest.contains(['：', ':'])
        {
            found.units = String::from(rest);
            break;
        }
    }
    let says = who || when.is_some() && found.units.is_empty();
    found.deadline = when;
    says.then_some(found)
}

fn after_colon<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?.trim_start();
    Some(rest.strip_prefix(['：', ':'])?.trim())
}

/// What stands between commas and the like, outside inner brackets.
fn pieces(inside: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut depth, mut from) = (0_u32, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            '，' | ',' | '；' | ';' | '。' | '\n' if depth == 0 => {
                pieces.push(&inside[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(&inside[from..]);
    pieces
}

/// The separator that stands in `inside` in front of `part`, which is a piece of it.
fn separator_before<'t>(inside: &'t str, part: &str) -> &'t str {
    let from = (part.as_ptr() as usize).saturating_sub(inside.as_ptr() as usize);
    let before = inside.get(..from).and_then(|before| before.char_indices().next_back());
    before.map_or("，", |(at, _)| &inside[at..from])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_after_the_text_say_who_and_when() {
        let deadline = |text: &str| Some(text.to_owned());
        for (text, expected) in [
            (
                "完善公开目录。（责任单位：市教育局、市财政局，6月底完成）",
                Some(("完善公开目录。", "市教育局、市财政局", deadline("6月底完成"))),
            ),
            (
                "完善公开目录（牵头单位：市教育局；配合单位：市财政局；完成时限：12月底）。",
                Some((
                    "完善公开目录。",
                    "牵头单位：市教育局；配合单位：市财政局",
                    deadline("12月底"),
                )),
            ),
            (
                "推进试点。（市教育局牵头，市财政局、各镇（街、园区）配合）",
                Some(("推进试点。", "市教育局牵头，市财政局、各镇（街、园区）配合", None)),
            ),
            ("推进试点【市教育局负责】", Some(("推进试点", "市教育局负责", None))),
            (
                "印发方案（6月底前完成）。",
                Some(("印发方案。", "", deadline("6月底前完成"))),
            ),
            ("推进政府和社会资本合作（PPP）", None),
            ("各镇（街、园区）", None),
            ("（责任单位：市教育局）", None),
            ("推进（）", None),
            ("推进）", None),
            ("", None),
        ] {
            let found = read(text, 2017);
            let found = found
                .as_ref()
                .map(|found| (found.text.as_str(), found.units.as_str(), found.deadline.clone()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
