//! Who and when, in brackets after the text: （责任单位：市教育局、市财政局，6月底完成）.

use super::signs::{BODIES, ENDS, PERSONS, REMARKS, TIMES, WHEN, WHO};
use crate::domain::{phrase, unit::UnitDirectory};

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

/// Reads what stands in brackets, in a plan of `year`, among the units that there are.
#[derive(Clone, Copy)]
pub struct BracketReader<'k> {
    /// The plan's year.
    pub year: i32,
    /// All units.
    pub known: &'k UnitDirectory,
}

impl BracketReader<'_> {
    /// What the brackets at the end of `text` say, or its last sentences: 责任单位：….
    pub fn read(self, text: &str) -> Option<Bracketed> {
        self.bracketed(text).or_else(|| self.trailing(text))
    }

    fn bracketed(self, text: &str) -> Option<Bracketed> {
        let trimmed = text.trim_end();
        let (body, end) = match trimmed.strip_suffix(['。', '；', ';']) {
            Some(body) => (body.trim_end(), &trimmed[body.len()..]),
            None => (trimmed, ""),
        };
        let close = body.chars().next_back()?;
        let (from, at) = opening(body, close)?;
        let inside = &body[from..body.len() - close.len_utf8()];
        let before = body[..at].trim_end();
        if before.is_empty() {
            return None;
        }
        let mut found = self.said(inside, before.ends_with(['。', '；', '！']))?;
        let stops = before.ends_with(['。', '；', '！']) || end.is_empty();
        found.text = format!("{before}{}{}", found.text, if stops { "" } else { end });
        Some(found)
    }

    /// 责任单位：市教育局。完成时限：12月底, at the end of a text.
    fn trailing(self, text: &str) -> Option<Bracketed> {
        let begins = |at: usize| {
            WHO.iter()
                .chain(WHEN)
                .any(|word| after_colon(&text[at..], word).is_some())
        };
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            let parted = matches!(before, '。' | '；' | ';' | '！' | '\n' | ' ' | '　' | '）' | '】');
            if at > 0 && parted && begins(at) {
                let own = text[..at].trim_end();
                let mut found = self.said(text[at..].trim_end_matches('。'), false)?;
                found.text = format!("{own}{}", found.text);
                return (!own.is_empty()).then_some(found);
            }
            before = c;
        }
        None
    }

    /// Whether the text says anywhere in brackets, or at its end, who does it.
    pub fn names_units(self, text: &str) -> bool {
        let says = |found: Option<Bracketed>| found.is_some_and(|found| !found.units.is_empty());
        says(self.trailing(text)) || ends(text).into_iter().any(|end| says(self.bracketed(&text[..end])))
    }

    /// The text parted behind each of its brackets that say who.
    pub fn parted(self, text: &str) -> Vec<&str> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for end in ends(text) {
            let found = self.bracketed(&text[from..end]);
            if found.is_some_and(|found| !found.units.is_empty()) {
                let stop = text[end..].starts_with(['。', '；', ';']);
                let end = end
                    + if stop {
                        text[end..].chars().next().map_or(0, char::len_utf8)
                    } else {
                        0
                    };
                pieces.push(&text[from..end]);
                from = end;
            }
        }
        if !text[from..].trim().is_empty() {
            pieces.push(&text[from..]);
        }
        pieces
    }

    /// The units of a cell, and when, where it says both.
    pub fn timed(self, cell: &str) -> Option<(String, String)> {
        let (mut who, mut when) = (String::new(), Vec::new());
        for part in pieces(cell) {
            let bare = part.trim();
            let said = WHEN.iter().find_map(|word| after_colon(bare, word)).unwrap_or(bare);
            let reads = !bare.is_empty() && self.known.named(bare).is_none() && phrase::read(said, self.year).is_ok();
            if reads || said != bare || self.says_when(bare) {
                when.push(said);
                continue;
            }
            if !who.is_empty() && !bare.is_empty() {
                who.push_str(separator_before(cell, part));
            }
            who.push_str(bare);
        }
        (!who.is_empty() && !when.is_empty()).then(|| (who, when.join("，")))
    }

    /// What is said inside; `apart`: after a whole sentence, where units stand by themselves. Persons stay with the text.
    fn said(self, inside: &str, apart: bool) -> Option<Bracketed> {
        let mut found = Bracketed::default();
        let mut who = self.are_units(inside, apart);
        let mut when = None;
        let mut persons = Vec::new();
        // 责任单位：…；完成时限：…
        for part in pieces(inside) {
            let bare = part.trim();
            if let Some(phrase) = WHEN.iter().find_map(|word| after_colon(bare, word)) {
                when = Some(phrase.to_owned());
                continue;
            }
            if PERSONS.iter().any(|word| after_colon(bare, word).is_some()) {
                persons.push(bare);
                continue;
            }
            who |=
                WHO.iter().any(|word| after_colon(bare, word).is_some()) || ENDS.iter().any(|end| bare.ends_with(end));
            let reads = !bare.is_empty() && phrase::read(bare, self.year).is_ok();
            if when.is_none() && (reads || !found.units.is_empty() && self.says_when(bare)) {
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
        if !persons.is_empty() {
            found.text = format!("（{}）", persons.join("；"));
        }
        says.then_some(found)
    }

    /// Whether it is of a time, though it does not read: 年内持续推进. Somebody has to settle it, but it is no unit.
    fn says_when(self, part: &str) -> bool {
        let of_units = ENDS.iter().chain(BODIES).any(|end| part.ends_with(end)) || self.known.named(part).is_some();
        !of_units && TIMES.iter().any(|word| part.contains(word))
    }

    /// Whether these are names of units and nothing else: one is known, or they are where nothing else stands.
    fn are_units(self, inside: &str, apart: bool) -> bool {
        let names: Vec<&str> = pieces(inside)
            .into_iter()
            .flat_map(|part| part.split('、'))
            .map(str::trim)
            .collect();
        let like = |name: &&str| {
            name.chars().count() > 2
                && BODIES.iter().any(|end| name.ends_with(end))
                && !REMARKS.iter().any(|word| name.starts_with(word))
        };
        let known = |name: &&str| self.known.named(name).is_some();
        let timed = |name: &&str| phrase::read(name, self.year).is_ok();
        // （各起草单位，10月底前）: where a time stands, who does it by then is meant.
        let apart = apart || names.iter().any(timed);
        names.iter().any(|name| known(name) || apart && like(name))
            && names.iter().all(|name| known(name) || like(name) || timed(name))
    }
}

/// The longest text, in bytes, whose brackets are all looked at.
const LONGEST: usize = 20_000;

/// Where the brackets of a text end.
fn ends(text: &str) -> Vec<usize> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let closing = text
        .char_indices()
        .filter(|(_, c)| matches!(c, '）' | ')' | '】' | '〕' | '］' | ']'));
    closing.map(|(at, c)| at + c.len_utf8()).collect()
}

/// Where the brackets that end `body` with `close` open: what is inside begins there, and the bracket itself.
fn opening(body: &str, close: char) -> Option<(usize, usize)> {
    let (open, also) = match close {
        '）' | ')' => (['（', '('], ['）', ')']),
        '】' => (['【', '【'], ['】', '】']),
        '〕' => (['〔', '〔'], ['〕', '〕']),
        '］' | ']' => (['［', '['], ['］', ']']),
        _ => return None,
    };
    let mut depth = 0_u32;
    for (at, c) in body.char_indices().rev() {
        if also.contains(&c) {
            depth += 1;
        } else if open.contains(&c) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some((at + c.len_utf8(), at));
            }
        }
    }
    None
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
            (
                "推进公开。（市教育局、市财政局）",
                Some(("推进公开。", "市教育局、市财政局", None)),
            ),
            ("推进公开（市教育局、市财政局）", None),
            ("推进公开。（含市直单位）", None),
            (
                "推进公开。责任单位：市教育局、市财政局。完成时限：12月底。",
                Some(("推进公开。", "市教育局、市财政局", deadline("12月底"))),
            ),
            (
                "推进公开（责任领导：张三；责任单位：市教育局）。",
                Some(("推进公开（责任领导：张三）。", "市教育局", None)),
            ),
            ("推进政府和社会资本合作（PPP）", None),
            ("各镇（街、园区）", None),
            ("（责任单位：市教育局）", None),
            ("推进（）", None),
            ("推进）", None),
            ("", None),
        ] {
            let known = UnitDirectory::default();
            let reader = BracketReader {
                year: 2017,
                known: &known,
            };
            let found = reader.read(text);
            let found = found
                .as_ref()
                .map(|found| (found.text.as_str(), found.units.as_str(), found.deadline.clone()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
