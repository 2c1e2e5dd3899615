//! A cell of units in its parts: names between separators, and the roles that the cell itself gives them.

use std::borrow::Cow;

use super::{
    items,
    kinds::is_of_a_kind,
    label,
    signs::{BODIES, PERSONS},
};
use crate::domain::{requirement::UnitRole, text, unit::UnitDirectory};

/// Words that end a list of those who lead: 市教育局牵头.
const LEADS: &[&str] = &[
    "总牵头",
    "分别牵头",
    "共同牵头",
    "联合牵头",
    "按职责牵头",
    "牵头负责",
    "牵头落实",
    "牵头",
    "主办",
    "主责",
];
const SUPPORTS: &[&str] = &[
    "按职责分工分别配合",
    "分别配合",
    "积极配合",
    "协助配合",
    "按职责分工配合",
    "按职责配合",
    "配合落实",
    "配合",
    "协办",
    "协助",
    "参与",
    "协同",
    "参加",
];
const IN_CHARGE: &[&str] = &[
    "按职责分工分别负责",
    "按职责分工落实",
    "按职责分工抓落实",
    "按职能分工负责",
    "根据职责分工负责",
    "依职责分工负责",
    "按分工负责",
    "按职责落实",
    "组织实施",
    "按职责分工负责",
    "分工负责",
    "分别负责",
    "共同负责",
    "按职责负责",
    "具体负责",
    "负责落实",
    "负责",
    "承办",
    "落实",
];

/// Words that begin a list: 牵头单位：市教育局.
const BEGINNINGS: &[(&str, UnitRole)] = &[
    ("牵头责任单位", UnitRole::Lead),
    ("牵头单位", UnitRole::Lead),
    ("牵头部门", UnitRole::Lead),
    ("牵头科室", UnitRole::Lead),
    ("主办单位", UnitRole::Lead),
    ("主办部门", UnitRole::Lead),
    ("牵头", UnitRole::Lead),
    ("配合单位", UnitRole::Support),
    ("配合部门", UnitRole::Support),
    ("配合科室", UnitRole::Support),
    ("协办单位", UnitRole::Support),
    ("协助单位", UnitRole::Support),
    ("参与单位", UnitRole::Support),
    ("参加单位", UnitRole::Support),
    ("配合", UnitRole::Support),
    ("责任单位", UnitRole::Responsible),
    ("责任部门", UnitRole::Responsible),
    ("责任科室", UnitRole::Responsible),
    ("承办单位", UnitRole::Responsible),
    ("落实单位", UnitRole::Responsible),
    ("实施单位", UnitRole::Responsible),
];

/// Words between those who lead and those who support: 市教育局会同市财政局.
const WITH: &[&str] = &["会同", "牵头会同"];

/// Characters that part units, outside brackets.
const SEPARATORS: &[char] = &['、', '，', ',', '；', ';', '/', '／', '。', '\n', '\r', '\t', '\u{b}'];

/// What a cell says of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPart {
    /// The name.
    pub name: String,
    /// The role that the cell gives it.
    pub role: Option<UnitRole>,
    /// Whether it names a person, not a unit.
    pub person: bool,
}

/// Parts cells, with all units to know names by.
pub struct Parts<'u>(pub &'u UnitDirectory);

impl Parts<'_> {
    /// The names in a cell, each with the role that the cell itself gives it.
    pub fn named(&self, cell: &str) -> Vec<NamedPart> {
        let mut parted: Vec<NamedPart> = Vec::new();
        // From where on nobody has said in which role.
        let mut open = 0;
        let mut begun = None;
        let mut persons = false;
        for token in self.tokens(&unnumbered(cell)) {
            let mut name = text::visible(&token);
            if let Some((rest, role)) = begins(&name) {
                begun = Some(role);
                open = parted.len();
                name = rest;
                persons = false;
            }
            // 责任领导：张三、李四；责任单位：….
            persons = persons && self.0.named(&name).is_none() || names_persons(&name);
            if persons {
                parted.push(NamedPart {
                    name,
                    role: None,
                    person: true,
                });
                open = parted.len();
                continue;
            }
            name = name.strip_prefix('由').map_or(name.clone(), str::to_owned);
            for (index, piece) in self.with_others(&name).into_iter().enumerate() {
                if index > 0 {
                    // 市教育局会同市财政局.
                    for said in &mut parted[open..] {
                        said.role = said.role.or(Some(UnitRole::Lead));
                    }
                    open = parted.len();
                    begun = Some(UnitRole::Support);
                }
                let (rest, ends) = match self.ends(&piece) {
                    Some((rest, role)) => (rest, Some(role)),
                    None => (piece, None),
                };
                if !text::is_blank(&rest) {
                    let (rest, own) = bracketed_role(&rest);
                    parted.push(NamedPart {
                        name: rest,
                        role: own.or(begun),
                        person: false,
                    });
                }
                if let Some(role) = ends {
                    for said in &mut parted[open..] {
                        said.role = said.role.or(role);
                    }
                    open = parted.len();
                }
            }
        }
        let led = parted.iter().any(|said| said.role == Some(UnitRole::Lead));
        if led && begun.is_none() && open > 0 {
            // 市教育局牵头，市财政局: what follows has part in it.
            for said in &mut parted[open..] {
                said.role = said.role.or(Some(UnitRole::Support));
            }
        }
        parted
    }

    /// `name` without the words at its end that say in which role it, and those before it, are meant, and that role;
    /// `None`: there are no such words.
    fn ends(&self, name: &str) -> Option<(String, Option<UnitRole>)> {
        if self.0.named(name).is_some() {
            return None;
        }
        // Who is in charge is whoever the column says.
        let roles = [
            (LEADS, Some(UnitRole::Lead)),
            (SUPPORTS, Some(UnitRole::Support)),
            (IN_CHARGE, None),
        ];
        for (words, role) in roles {
            for word in words {
                if let Some(rest) = name.strip_suffix(word) {
                    return Some((rest.trim().to_owned(), role));
                }
            }
        }
        None
    }

    fn with_others(&self, name: &str) -> Vec<String> {
        if self.0.named(name).is_none() {
            for word in WITH {
                if let Some((before, after)) = name.split_once(word)
                    && !before.is_empty()
                {
                    return vec![before.to_owned(), after.to_owned()];
                }
            }
        }
        vec![name.to_owned()]
    }

    /// The cell's pieces between separators. What is in brackets is not parted, and names that are broken over lines are
    /// put together.
    fn tokens(&self, cell: &str) -> Vec<String> {
        let mut tokens: Vec<(String, bool)> = vec![(String::new(), false)];
        let mut depth = 0_u32;
        for (at, c) in cell.char_indices() {
            match c {
                '（' | '(' | '〔' | '[' => depth += 1,
                '）' | ')' | '〕' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let breaks = matches!(c, '\n' | '\r' | '\u{b}');
            if depth > 0 && breaks {
                continue;
            }
            let within = c == '、' && tokens.last().is_some_and(|(token, _)| self.goes_on(token, &cell[at..]));
            if depth == 0 && SEPARATORS.contains(&c) && !within {
                tokens.push((String::new(), breaks));
            } else if let Some((token, _)) = tokens.last_mut() {
                token.push(c);
            }
        }
        let mut joined: Vec<String> = Vec::new();
        let mut line_broke = false;
        for (token, broken) in tokens {
            line_broke |= broken;
            if text::is_blank(&token) {
                // A line that breaks after a separator parts nothing more.
                line_broke &= broken;
                if !broken {
                    joined.push(String::new());
                }
                continue;
            }
            match joined.last_mut() {
                Some(before) if line_broke && !before.is_empty() && self.is_one_name(before, &token) => {
                    before.push_str(&token);
                }
                _ => joined.push(token),
            }
            line_broke = false;
        }
        joined.retain(|token| !token.is_empty());
        joined.into_iter().flat_map(|token| self.spaced(token)).collect()
    }

    /// Whether 各县、区人民政府 stands here, parted by a comma as if it were two names.
    fn goes_on(&self, token: &str, rest: &str) -> bool {
        let next = rest.trim_start_matches('、');
        let next = next.split(SEPARATORS).next().unwrap_or_default();
        let all = token.rsplit_once('各').map(|(_, all)| all);
        let known = |name: &str| self.0.named(name).is_some();
        all.is_some_and(|all| all.split('、').all(is_of_a_kind)) && is_of_a_kind(next) && !known(token) && !known(next)
    }

    /// Whether a name is broken over two lines here.
    fn is_one_name(&self, before: &str, after: &str) -> bool {
        let is = |name: &str| self.0.named(text::visible(name).as_str()).is_some();
        is(&format!("{before}{after}")) || after.starts_with(['（', '(']) && !is(after)
    }

    /// Blanks part units where all pieces are units, or are called so.
    fn spaced(&self, token: String) -> Vec<String> {
        let pieces: Vec<&str> = token.split_whitespace().collect();
        let like = |piece: &str| piece.chars().count() > 2 && BODIES.iter().any(|end| piece.ends_with(end));
        let is = |piece: &&str| self.0.named(piece).is_some() || like(piece);
        let all = pieces.len() > 1 && pieces.iter().all(is);
        if all && self.0.named(&token).is_none() {
            pieces.into_iter().map(str::to_owned).collect()
        } else {
            vec![token]
        }
    }
}

/// The cell in one line, as a plan keeps it: lines that break after a separator or within a name are joined, others
/// stay lines.
pub fn phrase(cell: &str, known: &UnitDirectory) -> String {
    let mut whole = String::new();
    let mut depth = 0_i32;
    for line in cell
        .split(['\n', '\r', '\u{b}'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let parted =
            whole.ends_with(['、', '，', ',', '；', ';', '：', ':']) || line.starts_with(['、', '，', '（', '(']);
        let is_name = || {
            let last = whole
                .rsplit(['、', '，', ',', '；', ';', '\n'])
                .next()
                .unwrap_or_default();
            let first = line.split(['、', '，', ',', '；', ';']).next().unwrap_or_default();
            known.named(&format!("{last}{first}")).is_some()
        };
        if !whole.is_empty() && !parted && depth <= 0 && !is_name() {
            whole.push('\n');
        }
        whole.push_str(line);
        depth += line
            .chars()
            .map(|c| match c {
                '（' | '(' => 1,
                '）' | ')' => -1,
                _ => 0,
            })
            .sum::<i32>();
    }
    whole
}

/// 1.市教育局 2.市财政局: the units without their numbers.
fn unnumbered(cell: &str) -> Cow<'_, str> {
    let items = items::split(cell);
    if items.len() < 2 {
        return cell.into();
    }
    let bare = items
        .iter()
        .map(|item| label::read(item).map_or(item.as_str(), |found| found.rest));
    bare.collect::<Vec<_>>().join("\n").into()
}

/// Whether it begins with a word for persons: 责任领导：张三.
fn names_persons(name: &str) -> bool {
    PERSONS.iter().any(|word| {
        let rest = name.strip_prefix(word).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(['：', ':']))
    })
}

/// What follows a word that begins a list, and the role that it says.
fn begins(name: &str) -> Option<(String, UnitRole)> {
    BEGINNINGS.iter().find_map(|(word, role)| {
        let rest = name.strip_prefix(word)?.trim_start();
        let rest = rest.strip_prefix(['：', ':'])?;
        Some((rest.trim().to_owned(), *role))
    })
}

/// 市教育局（牵头）.
fn bracketed_role(name: &str) -> (String, Option<UnitRole>) {
    if let Some((base, inside)) = brackets_at_end(name) {
        let role = match inside {
            "牵头" | "牵头单位" | "主办" => Some(UnitRole::Lead),
            "配合" | "配合单位" | "协办" => Some(UnitRole::Support),
            _ => None,
        };
        if role.is_some() {
            return (base.to_owned(), role);
        }
    }
    (name.to_owned(), None)
}

/// `市教育局（学校）` as its two parts.
pub fn brackets_at_end(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_suffix(['）', ')'])?;
    let (base, inside) = inner.rsplit_once(['（', '('])?;
    (!base.is_empty() && !inside.is_empty()).then_some((base.trim(), inside.trim()))
}
