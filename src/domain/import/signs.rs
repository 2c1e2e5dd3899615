//! Words by which brackets and sentences are known to say who, or when.

/// Words before units.
pub const WHO: &[&str] = &[
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
/// Words before a deadline.
pub const WHEN: &[&str] = &[
    "完成时限",
    "完成时间",
    "时限要求",
    "时间要求",
    "完成期限",
    "时间节点",
    "时限",
    "办结时限",
];
/// What a list of units ends in.
pub const ENDS: &[&str] = &[
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

/// Words before persons: they stay with the text.
pub const PERSONS: &[&str] = &[
    "责任领导",
    "分管领导",
    "牵头领导",
    "包抓领导",
    "挂钩领导",
    "市领导",
    "县领导",
    "区领导",
    "责任人",
    "联系人",
    "第一责任人",
    "负责人",
];

/// What a unit's name ends in.
pub const BODIES: &[&str] = &[
    "局", "委", "办", "厅", "院", "会", "部", "署", "科", "室", "处", "股", "所", "站", "政府", "中心", "公司", "集团",
    "支行", "分行", "街道", "镇", "乡", "支队", "大队", "单位", "部门", "法院", "银行", "学校",
];
/// What a time has in it.
pub const TIMES: &[&str] = &[
    "年", "月", "季度", "底前", "日前", "完成", "推进", "长期", "持续", "适时", "时限",
];
/// What a remark begins with.
pub const REMARKS: &[&str] = &[
    "含",
    "不含",
    "包括",
    "如",
    "即",
    "见",
    "除",
    "或",
    "原",
    "简称",
    "以下简称",
    "下同",
    "详见",
    "指",
];
