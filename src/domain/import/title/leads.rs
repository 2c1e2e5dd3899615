//! A rule that stands outside the table: 列第一位的责任单位为牵头单位.

/// How the place of the one that leads is called.
const FIRST: &[&str] = &[
    "第一位",
    "第一个",
    "第一家",
    "第一名",
    "首位",
    "列首",
    "排第一",
    "排名第一",
    "列第一",
    "第1位",
    "第1个",
    "第一的",
    "最前",
    "第一单位",
    "第一责任单位",
];

/// Letters between the two words of such a rule: 排第一位的责任单位为牵头单位.
const BETWEEN: usize = 12;

/// Whether it says that the first unit named leads.
pub fn first_leads(text: &str) -> bool {
    let says = |sentence: &str| {
        let (before, after) = sentence.split_once("牵头")?;
        let left = FIRST
            .iter()
            .filter_map(|first| before.rsplit_once(first))
            .map(|(_, rest)| rest);
        let right = FIRST
            .iter()
            .filter_map(|first| after.split_once(first))
            .map(|(rest, _)| rest);
        left.chain(right).map(|rest| rest.chars().count()).min()
    };
    text.split(['。', '；', '\n'])
        .filter_map(says)
        .any(|between| between <= BETWEEN)
}
