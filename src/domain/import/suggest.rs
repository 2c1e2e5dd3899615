//! Unknown units, as they could be created: codes by the sounds of their names, kinds by how they end.

use std::collections::BTreeSet;

use pinyin::ToPinyin as _;

use super::finding::{Finding, FindingCode};
use crate::domain::{
    id::UnitCode,
    text,
    unit::{NewMembership, NewUnit, UnitDirectory, UnitKind},
};

/// The longest name that is taken for one.
const LONGEST: usize = 30;

/// By how a name ends, the longer ending first.
const KINDS: &[(&str, UnitKind)] = &[
    ("管委会", UnitKind::Park),
    ("居委会", UnitKind::Village),
    ("村委会", UnitKind::Village),
    ("居民委员会", UnitKind::Village),
    ("村民委员会", UnitKind::Village),
    ("委员会", UnitKind::Committee),
    ("领导小组", UnitKind::Committee),
    ("开发区", UnitKind::Park),
    ("高新区", UnitKind::Park),
    ("园区", UnitKind::Park),
    ("新区", UnitKind::Park),
    ("社区", UnitKind::Village),
    ("村", UnitKind::Village),
    ("街道办", UnitKind::Subdistrict),
    ("办事处", UnitKind::Other),
    ("街道", UnitKind::Subdistrict),
    ("镇", UnitKind::Town),
    ("乡", UnitKind::Town),
    ("公司", UnitKind::Enterprise),
    ("集团", UnitKind::Enterprise),
    ("银行", UnitKind::Enterprise),
    ("税务局", UnitKind::VerticalAgency),
    ("海关", UnitKind::VerticalAgency),
    ("供电局", UnitKind::Enterprise),
    ("科", UnitKind::InternalOffice),
    ("科室", UnitKind::InternalOffice),
    ("处", UnitKind::InternalOffice),
    ("股", UnitKind::InternalOffice),
    ("中心", UnitKind::Institution),
    ("支队", UnitKind::Institution),
    ("大队", UnitKind::Institution),
    ("学校", UnitKind::Institution),
    ("医院", UnitKind::Institution),
    ("局", UnitKind::Department),
    ("委", UnitKind::Department),
    ("办", UnitKind::Department),
    ("办公室", UnitKind::Department),
    ("厅", UnitKind::Department),
    ("部", UnitKind::Department),
    ("县", UnitKind::County),
    ("区", UnitKind::County),
];

/// What stands for the place that it is of: 狮山镇人民政府, 祖庙街道办事处, 里水镇党委.
const ORGANS: &[&str] = &[
    "人民政府",
    "政府",
    "办事处",
    "党委",
    "党工委",
    "委员会",
    "管委会",
    "管理委员会",
];

/// Places, by how their names end.
const PLACES: &[(&str, UnitKind)] = &[
    ("街道", UnitKind::Subdistrict),
    ("街", UnitKind::Subdistrict),
    ("镇", UnitKind::Town),
    ("乡", UnitKind::Town),
    ("园区", UnitKind::Park),
    ("开发区", UnitKind::Park),
    ("高新区", UnitKind::Park),
    ("经开区", UnitKind::Park),
    ("新区", UnitKind::Park),
    ("区", UnitKind::County),
    ("县", UnitKind::County),
    ("旗", UnitKind::County),
    ("州", UnitKind::City),
    ("市", UnitKind::City),
];

/// The units that were not found, each once, as they could be created.
pub fn units(findings: &[Finding], known: &UnitDirectory) -> Vec<NewUnit> {
    let mut taken = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let unknown = findings
        .iter()
        .filter(|finding| finding.code == FindingCode::UnknownUnit);
    let names = unknown.map(|finding| finding.original.as_str());
    let names =
        names.filter(|name| (2..=LONGEST).contains(&name.chars().count()) && !name.contains(['：', '。', '；']));
    let names: Vec<String> = names.map(closed_up).filter(|name| seen.insert(name.clone())).collect();
    // No unit may be called what another's code is.
    let called: BTreeSet<String> = names.iter().map(|name| text::normalize(name)).collect();
    names
        .iter()
        .filter_map(|name| {
            let code = code(name, |code| {
                let word = code.as_str();
                let is_anothers_name = called.contains(word) && text::normalize(name) != word;
                !taken.contains(code) && !known.has_word(word) && !is_anothers_name
            })?;
            taken.insert(code.clone());
            let open = is_open(name);
            Some(NewUnit {
                kind: if open { UnitKind::Collective } else { kind(name) },
                membership: open.then_some(NewMembership::Open),
                ..NewUnit::new(code, name.to_owned())
            })
        })
        .collect()
}

/// The name without the blanks that stretch it over its cell: 推 广 科.
fn closed_up(name: &str) -> String {
    if name.contains(|c: char| c.is_ascii_alphabetic()) {
        return name.to_owned();
    }
    name.split_whitespace().collect()
}

/// Whether it says that there are several, and not who.
pub fn is_open(name: &str) -> bool {
    let begins = ["各", "有关", "相关", "其他", "所有", "全体", "沿线"];
    let within = ["有关", "相关", "各", "直属单位", "成员单位"];
    begins.iter().any(|word| name.starts_with(word)) || within.iter().any(|word| name.contains(word))
}

fn kind(name: &str) -> UnitKind {
    let bare = name.split(['（', '(']).next().unwrap_or(name);
    let place = ORGANS
        .iter()
        .filter_map(|organ| bare.strip_suffix(organ))
        .min_by_key(|place| place.len());
    // 市政府 is of no place by name.
    let named = place.filter(|place| place.chars().count() > 1);
    let of_a_place = named.and_then(|place| ending(place, PLACES));
    of_a_place.or_else(|| ending(bare, KINDS)).unwrap_or(UnitKind::Other)
}

/// What the longest of the endings that `name` has says.
fn ending(name: &str, endings: &[(&str, UnitKind)]) -> Option<UnitKind> {
    let of_it = endings.iter().filter(|(ending, _)| name.ends_with(ending));
    of_it.max_by_key(|(ending, _)| ending.len()).map(|(_, kind)| *kind)
}

/// The initials of a name, told apart where they are not free.
fn code(name: &str, is_free: impl Fn(&UnitCode) -> bool) -> Option<UnitCode> {
    let bare = name.strip_prefix(['省', '市', '区', '县', '镇']);
    let bare = bare.filter(|bare| bare.chars().count() > 1).unwrap_or(name);
    let initials: String = bare
        .chars()
        .filter_map(|c| match c.to_pinyin() {
            Some(sound) => sound.first_letter().chars().next(),
            None => Some(c.to_ascii_lowercase()).filter(char::is_ascii_alphanumeric),
        })
        .take(20)
        .collect();
    let stem = if initials.starts_with(|c: char| c.is_ascii_alphabetic()) && initials.len() > 1 {
        initials
    } else {
        format!("u{initials}")
    };
    let numbered = (2..1000).map(|number| format!("{stem}{number}"));
    let mut codes = std::iter::once(stem.clone())
        .chain(numbered)
        .filter_map(|code| code.parse().ok());
    codes.find(is_free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_and_a_code_follow_from_a_name() {
        for (name, expected, initials) in [
            ("省发展改革委", UnitKind::Department, "fzggw"),
            ("农业农村办", UnitKind::Department, "nyncb"),
            ("住房保障科", UnitKind::InternalOffice, "zfbzk"),
            ("质量安全科（市质监站）", UnitKind::InternalOffice, "zlaqkszjz"),
            ("北坡村委会", UnitKind::Village, "bpcwh"),
            ("县经开区管委会", UnitKind::Park, "jkqgwh"),
            ("省交投集团", UnitKind::Enterprise, "jtjt"),
            ("科创园", UnitKind::Other, "kcy"),
            ("北坡村民委员会", UnitKind::Village, "bpcmwyh"),
            ("狮山镇人民政府", UnitKind::Town, "sszrmzf"),
            ("白坭镇政府", UnitKind::Town, "bnzzf"),
            ("里水镇党委", UnitKind::Town, "lszdw"),
            ("祖庙街道办事处", UnitKind::Subdistrict, "zmjdbsc"),
            ("石湾镇街道办事处", UnitKind::Subdistrict, "swzjdbsc"),
            ("桂城街道党工委", UnitKind::Subdistrict, "gcjddgw"),
            ("顺德区政府", UnitKind::County, "sdqzf"),
            ("瑶族自治县人民政府", UnitKind::County, "yzzzxrmzf"),
            ("佛山高新区管委会", UnitKind::Park, "fsgxqgwh"),
            ("南海区住建局", UnitKind::Department, "nhqzjj"),
            ("市国资委", UnitKind::Department, "gzw"),
            ("区政府办公室", UnitKind::Department, "zfbgs"),
            ("驻京办事处", UnitKind::Other, "zjbsc"),
            ("市政府", UnitKind::Other, "zf"),
        ] {
            let code = code(name, |_| true).unwrap();
            assert_eq!((kind(name), code.as_str()), (expected, initials), "{name}");
        }
        assert!(is_open("省直有关部门") && is_open("各科室") && !is_open("市教育局"));
        let second = code("市教育局", |code| code.as_str() != "jyj");
        assert_eq!(second.unwrap().as_str(), "jyj2");
    }
}
