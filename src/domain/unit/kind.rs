//! What sort of body a unit is.

use crate::domain::vocabulary::vocabulary;

vocabulary! {
    /// 单位类别 (what sort of body a unit is)
    pub enum UnitKind {
        /// 市直部门
        Department = "department": "市直部门", "department";
        /// 街道
        Subdistrict = "subdistrict": "街道", "subdistrict";
        /// 镇
        Town = "town": "镇", "town";
        /// 园区
        Park = "park": "园区", "park";
        /// 事业单位等机构
        Institution = "institution": "事业单位等机构", "institution";
        /// 委员会
        Committee = "committee": "委员会", "committee";
        /// 县（市、区）
        County = "county": "县（市、区）", "county or district";
        /// 地级以上市
        City = "city": "市", "city";
        /// 企业
        Enterprise = "enterprise": "企业", "enterprise";
        /// 垂直管理单位
        VerticalAgency = "vertical_agency": "垂管单位", "agency led from above";
        /// 内设机构：科室、处室
        InternalOffice = "internal_office": "内设科室", "internal office";
        /// 村（社区）
        Village = "village": "村（社区）", "village or community";
        /// 其他
        Other = "other": "其他", "other";
        /// 集合单位: stands for other units and never owes anything itself
        Collective = "collective": "集合单位", "collective";
    }
}
