//! Files that other programs made, of other shapes than the seed's, row by row against what stands in them.

use serde_json::Value;

use super::import;

/// By python-docx: a province's, with 一、→（一）→1., a note below the table and a text at the top of its pages.
const PROVINCE: &[u8] = include_bytes!("../../files/province-python-docx.docx");
/// By openpyxl: a bureau's, with two header rows, merged tasks, a typed day, a hidden row and a hidden sheet.
const BUREAU: &[u8] = include_bytes!("../../files/bureau-openpyxl.xlsx");

/// Of each requirement: headings, label and text, units and deadlines as they are written.
fn rows(import: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', "⏎");
    let tasks = import["preview"]["tasks"].as_array().unwrap().iter();
    let of_task = |task: &Value| {
        let headings = task["headings"].as_array().map(Vec::as_slice).unwrap_or_default();
        let headings: Vec<String> = headings.iter().map(text).collect();
        let head = format!("{}|{}", headings.join("/"), text(&task["title"]));
        let of_one = |one: &Value| {
            let deadlines = one["deadlines"].as_array().map(Vec::as_slice).unwrap_or_default();
            let when = |deadline: &Value| {
                let rule = &deadline["rule"];
                let day = rule["due_on"].as_str().or(rule["kind"].as_str()).unwrap_or_default();
                format!("{}={day}", text(&deadline["phrase"]))
            };
            let when: Vec<String> = deadlines.iter().map(when).collect();
            format!(
                "{head}|{}|{}|{}",
                text(&one["text"]),
                text(&one["units_phrase"]),
                when.join("+")
            )
        };
        task["requirements"]
            .as_array()
            .unwrap()
            .iter()
            .map(of_one)
            .collect::<Vec<_>>()
    };
    tasks.flat_map(of_task).collect()
}

/// What was found besides units that nobody knows.
fn found(import: &Value) -> Vec<(&str, Option<u64>, &str)> {
    let findings = import["preview"]["findings"].as_array().unwrap().iter();
    let brief = findings.map(|finding| {
        let code = finding["code"].as_str().unwrap();
        (
            code,
            finding["place"]["row"].as_u64(),
            finding["original"].as_str().unwrap_or_default(),
        )
    });
    brief
        .filter(|(code, ..)| !matches!(*code, "unknown_unit" | "no_plan_id" | "extra_column"))
        .collect()
}

on_both! {
    async fn a_provinces_by_python_docx(app: &TestApp) {
        let made = import(&app.coordinator(), "省.docx", PROVINCE).await.expect(201).json();
        assert_eq!(made["preview"]["title"], "某省2021年优化营商环境重点任务分工方案");
        assert_eq!(made["preview"]["document_number"], "某政办发〔2021〕12号");
        assert_eq!(
            rows(&made),
            [
                "一、深化“放管服”改革/（一）推进审批制度改革|压减行政许可事项，2021年6月底前公布省级权力清单|\
                 压减行政许可事项，2021年6月底前公布省级权力清单。|省发改委、人社厅、国土厅|2021年6月底前=2021-06-30",
                "一、深化“放管服”改革/（一）推进审批制度改革|企业开办时间压缩至1个工作日内|\
                 企业开办时间压缩至1个工作日内。|省市场监管局牵头，省公安厅、税务局配合|9月底前=2021-09-30",
                "一、深化“放管服”改革/（二）加强事中事后监管|全面推行“双随机、一公开”监管，抽查比例不低于5%|\
                 全面推行“双随机、一公开”监管，抽查比例不低于5%。|省直有关部门，各市（州）人民政府|长期坚持=year_round",
                "一、深化“放管服”改革/（二）加强事中事后监管|建立信用分级分类监管机制|\
                 建立信用分级分类监管机制。|省发改委|力争到2021年底前=undecided",
                "二、提升政务服务水平|实现高频事项“跨省通办”，上半年完成50项，下半年完成100项|\
                 实现高频事项“跨省通办”，上半年完成50项，下半年完成100项。|省政务服务局|\
                 上半年完成50项=2021-06-30+下半年完成100项=2021-12-31",
                "二、提升政务服务水平|每季度通报一次进展|每季度通报一次进展。|省政府办公厅|每季度结束后10日内=recurring",
            ]
        );
        assert_eq!(
            found(&made),
            [
                ("running_text", None, "某省人民政府办公厅文件"),
                ("first_leads", None, "注：列第一位的责任单位为牵头单位。"),
                ("unread_deadline", Some(8), "力争到2021年底前"),
            ]
        );
    }

    async fn a_bureaus_by_openpyxl(app: &TestApp) {
        let made = import(&app.coordinator(), "局.xlsx", BUREAU).await.expect(201).json();
        assert_eq!(
            rows(&made),
            [
                "|老旧小区改造|完成改造30个小区|物业科⏎质安科|2022年10月=2022-10-31",
                "|老旧小区改造|加装电梯100台|物业科|12月底前=2022-12-31",
                "|农村危房改造|竣工率达100%|村镇科|9月=2022-09-30",
                "|污水管网|新建管网20公里|城建科、各有关科室|汛前=undecided",
                "|行业监管|开展专项检查||每周三前后=undecided",
            ]
        );
        let extra = &made["preview"]["tasks"][0]["requirements"][0]["extra"];
        assert_eq!((&extra[0]["name"], &extra[0]["text"]), (&"责任领导".into(), &"张三".into()));
        assert_eq!((&extra[1]["name"], &extra[1]["text"]), (&"进展情况·一季度".into(), &"已立项".into()));
        assert_eq!(
            found(&made),
            [
                ("hidden", None, "旧表"),
                ("hidden", Some(7), ""),
                ("unread_deadline", Some(7), "汛前"),
                ("no_unit", Some(8), "开展专项检查"),
                ("unread_deadline", Some(8), "每周三前后"),
                ("total_row", Some(9), "合计"),
                ("unknown_table", None, "不是任务"),
            ]
        );
    }
}
