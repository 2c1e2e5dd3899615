//! Words for all units of a kind.

/// Of which there are many, by one word: 各县（市）、区人民政府, 各委、办、局.
const OF_A_KIND: &[&str] = &[
    "委",
    "办",
    "局",
    "厅",
    "区",
    "县",
    "市",
    "州",
    "盟",
    "旗",
    "镇",
    "乡",
    "街",
    "街道",
    "乡镇",
    "镇街",
    "街镇",
    "园区",
    "开发区",
    "功能区",
    "新区",
    "县区",
    "市区",
    "部门",
    "科",
    "室",
    "科室",
    "处",
    "处室",
    "股室",
    "站所",
    "中心",
    "村",
    "居",
    "社区",
    "直属机构",
    "直属单位",
    "企业",
];

/// Whether a name says of which kind its owners are, and no more.
pub fn is_of_a_kind(name: &str) -> bool {
    let mut depth = 0_u32;
    let bare = name.trim().chars().filter(|c| match c {
        '（' | '(' => {
            depth += 1;
            false
        }
        '）' | ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    let bare: String = bare.collect();
    let ends = ["人民政府", "政府", "管委会", "管理委员会", "办事处", "党委", "党工委"];
    let kind = ends.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(&bare);
    OF_A_KIND.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_from_a_name() {
        for kind in ["县（市）", "区人民政府", "局", "街道办事处", "园区管委会"] {
            assert!(is_of_a_kind(kind), "{kind}");
        }
        for name in ["财政局", "虎门镇", "高新区", "市直单位", ""] {
            assert!(!is_of_a_kind(name), "{name}");
        }
    }
}
