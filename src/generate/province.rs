//! A province: units in their thousands, plans of theirs, and reports on what they owe.

use chrono::Days;
use fastrand::Rng;
use serde_json::{Value, json};

use super::{
    Progress, Site,
    words::{self, Part, at, person},
};
use crate::{
    domain::{
        id::PlanId,
        obligation::Obligation,
        report::{Report, ReportStatus},
        requirement::Requirement,
        step::Step,
        time::Day,
        unit::NewUnit,
    },
    error::{Error, Result},
    service::{
        generated, plans, units,
        work::{Context, Expected, Work},
    },
};

/// How large a province.
#[derive(Debug, Clone, Copy)]
pub struct Province {
    /// Units.
    pub units: usize,
    /// Plans.
    pub plans: usize,
}

/// The years of plans, one after the other and then again.
const FIRST_YEAR: i32 = 2018;
const YEARS: i32 = 8;
/// Whom all plans mean.
const ALL: &str = "sl-all";
/// Units that some requirements name.
const NAMED: usize = 11;

const REGIONS: [&str; 8] = ["云", "清", "永", "安", "长", "平", "新", "临"];
const WATERS: [&str; 5] = ["岭", "江", "湖", "川", "宁"];
const OFFICES: [&str; 43] = [
    "教育局",
    "科技局",
    "公安局",
    "民政局",
    "司法局",
    "财政局",
    "人社局",
    "自然资源局",
    "生态环境局",
    "住建局",
    "交通局",
    "水务局",
    "农业农村局",
    "商务局",
    "文广旅体局",
    "卫健局",
    "应急局",
    "审计局",
    "国资委",
    "市场监管局",
    "统计局",
    "医保局",
    "政务服务局",
    "城管局",
    "林业局",
    "信访局",
    "金融局",
    "档案馆",
    "气象局",
    "税务局",
    "东城街道",
    "西城街道",
    "南城街道",
    "北城街道",
    "桥头镇",
    "石湾镇",
    "沙田镇",
    "大塘镇",
    "白石镇",
    "高新区",
    "经开区",
    "港区",
    "自贸区",
];
const WORK: [&str; 17] = [
    "决策公开",
    "执行公开",
    "管理公开",
    "服务公开",
    "结果公开",
    "政策解读",
    "回应关切",
    "平台建设",
    "财政信息公开",
    "环境信息公开",
    "食品安全信息公开",
    "安全生产信息公开",
    "公共资源配置公开",
    "重大项目公开",
    "社会救助公开",
    "教育信息公开",
    "医疗卫生信息公开",
];

/// An example that is not right is a fault of the program.
fn read<T: serde::de::DeserializeOwned>(made: Value) -> Result<T> {
    serde_json::from_value(made).map_err(Error::internal)
}

fn code(index: usize) -> String {
    format!("sl{:04}", index + 1)
}

fn unit(index: usize) -> Result<NewUnit> {
    let office = OFFICES[index % OFFICES.len()];
    let place = index / OFFICES.len();
    let (region, water) = (place % REGIONS.len(), place / REGIONS.len() % WATERS.len());
    let again = place / (REGIONS.len() * WATERS.len());
    let again = if again == 0 {
        String::new()
    } else {
        format!("第{}分局", again + 1)
    };
    let kind = match office {
        _ if office.ends_with("街道") => "subdistrict",
        _ if office.ends_with('镇') => "town",
        _ if office.ends_with('区') => "park",
        _ => "department",
    };
    let name = format!("示例{}{}市{office}{again}", REGIONS[region], WATERS[water]);
    read(
        json!({"code": code(index), "name": name, "kind": kind, "region_code": "999900", "note": "示例单位，并非真实机构"}),
    )
}

fn everybody() -> Result<NewUnit> {
    let kinds = ["department", "subdistrict", "town", "park"];
    let rule = json!({"kind": "rule", "region": "9999", "unit_kinds": kinds});
    read(json!({"code": ALL, "name": "示例全省各单位", "kind": "collective", "membership": rule}))
}

/// 51 requirements: for all units 5 each month, 12 each quarter and 9 once, which is 117 times for each of them; and
/// 25 each quarter for 11 units each. With 1,700 units that is 200,000 obligations.
fn plan(id: &PlanId, year: i32, units: usize, dice: &mut Rng) -> Value {
    let recurring = |every: &str, phrase: &str| json!({"phrase": phrase, "rule": {"kind": "recurring", "every": every, "due": {"kind": "period_end"}}});
    let requirement = |number: usize, dice: &mut Rng| {
        let deadline = match number {
            0..5 => recurring("month", "每月"),
            17..26 => {
                let month = number - 14;
                json!({"phrase": format!("{month}月底"), "rule": {"kind": "date", "due_on": format!("{year}-{month:02}-28")}})
            }
            _ => recurring("quarter", "每季度"),
        };
        let named: Vec<Value> = if number < 26 {
            vec![json!({"code": ALL, "role": "responsible"})]
        } else {
            let first = dice.usize(..units);
            let named = (0..NAMED.min(units)).map(|next| (first + next * (units / NAMED).max(1)) % units);
            let mut named: Vec<usize> = named.collect();
            named.sort_unstable();
            named.dedup();
            named.into_iter().map(|index| json!({"code": code(index)})).collect()
        };
        let text = format!(
            "【示例】推进{}，落实第{}项任务，及时公开有关信息。",
            WORK[number % WORK.len()],
            number + 1
        );
        json!({"text": text, "units_phrase": "示例", "units": named, "deadlines": [deadline]})
    };
    let tasks = WORK.iter().enumerate().map(|(number, work)| {
        let of_task = (0..3).map(|third| requirement(number * 3 + third, dice));
        json!({"title": format!("【示例】推进{work}"), "requirements": of_task.collect::<Vec<_>>()})
    });
    let tasks: Vec<Value> = tasks.collect();
    json!({"id": id, "title": format!("【示例】{year}年全省重点工作分工方案"), "year": year, "tasks": tasks})
}

impl Province {
    pub(super) async fn make(self, site: &mut Site<'_>) -> Result<()> {
        Box::pin(self.make_units(site)).await?;
        for index in 0..self.plans {
            Box::pin(self.make_plan(site, index)).await?;
        }
        Ok(())
    }

    async fn make_units(self, site: &mut Site<'_>) -> Result<()> {
        site.clock
            .set(at(Day::from_ymd_opt(FIRST_YEAR, 1, 2).unwrap_or_default(), 9, 0));
        let context = Context::system();
        let all = async |work: &mut Work<'_>| {
            for index in 0..self.units {
                Box::pin(units::create_unit(work, unit(index)?)).await?;
            }
            units::create_unit(work, everybody()?).await.map(drop)
        };
        site.app.write(&context, all).await?;
        site.made.units = self.units + 1;
        site.seal().await
    }

    async fn make_plan(self, site: &mut Site<'_>, index: usize) -> Result<()> {
        let round = i32::try_from(index).unwrap_or(0);
        let year = FIRST_YEAR + round % YEARS;
        let id: PlanId = read(json!(format!("sl{}-{year}", round / YEARS + 1)))?;
        site.clock
            .set(at(Day::from_ymd_opt(year, 1, 3).unwrap_or_default(), 9, 0));
        let (context, new) = (Context::system(), plan(&id, year, self.units, &mut site.dice));
        let made = site
            .app
            .write(&context, async |work| {
                let (draft, _) = Box::pin(plans::create_plan(work, read(new)?)).await?;
                let (id, open) = (&draft.plan.id, plans::AcceptOpen(false));
                Box::pin(plans::publish_plan(work, id, &Expected::Any, open)).await?;
                Ok(draft)
            })
            .await?;
        site.made.plans += 1;
        let is_last = index + 1 == self.plans;
        let requirements = made.tasks.iter().flat_map(|task| &task.requirements);
        let requirements: Vec<_> = requirements.map(|requirement| requirement.id.clone()).collect();
        for (number, requirement) in requirements.iter().enumerate() {
            let (dice, owed) = (&mut site.dice, &mut site.made.obligations);
            let write = |work: &Work<'_>, obligation: &Obligation, requirement: &Requirement| {
                *owed += 1;
                reports(work, dice, (obligation, requirement), *owed, is_last)
            };
            let added = site
                .app
                .write(&context, async |work| {
                    generated::add_reports(work, requirement, write).await
                })
                .await?;
            site.made.reports += added;
            site.seal().await?;
            let (done, of) = (number + 1 + index * requirements.len(), self.plans * requirements.len());
            (site.told)(Progress { done, of });
        }
        Ok(())
    }
}

fn step(by: Part, day: Day, hour: i64, minute: i64) -> Step {
    Step {
        by: person(by),
        at: at(day, hour, minute),
    }
}

/// What is reported on an obligation, the `number`th: mostly one report, of ten once none and once two. All steps with
/// a report are of one day: an earlier day then is told from one row of the past.
fn reports(
    work: &Work<'_>,
    dice: &mut Rng,
    (obligation, requirement): (&Obligation, &Requirement),
    number: usize,
    is_last: bool,
) -> Result<Vec<Report>> {
    let Some((opens, due)) = obligation.opens_on.zip(obligation.due_on) else {
        return Ok(Vec::new());
    };
    let days = u64::try_from((due - opens).num_days()).unwrap_or(0);
    let late = dice.u32(..100) < 12;
    let last = if late {
        due + Days::new(dice.u64(1..20))
    } else {
        due - Days::new(dice.u64(..=days.min(15)))
    };
    let on = match number % 10 {
        0 => vec![],
        1 => vec![opens + Days::new(days / 3), last],
        _ => vec![last],
    };
    let mut reports = Vec::new();
    for (index, day) in on.iter().enumerate() {
        let completes = index + 1 == on.len();
        let minute = dice.i64(0..60);
        let new = words::report(dice, obligation, requirement, (*day, completes));
        let begun = step(Part::Reporter, *day, 9, minute);
        let id = work.id_of(begun.at);
        let draft = new.begin(obligation, begun, Some(requirement), id)?;
        let mut report = draft.submit(step(Part::Reporter, *day, 10, minute), Some(requirement), false)?;
        let fate = if completes { dice.u32(..100) } else { 0 };
        let judged = step(Part::Secrecy, *day, 16, minute);
        let reviewed = step(Part::Coordinator, *day, 14, minute);
        report = match fate {
            95.. if is_last => draft,
            90..95 if is_last => report,
            87.. => report.send_back(reviewed, words::return_reason(dice))?,
            _ => report.accept(reviewed, None)?,
        };
        if report.status == ReportStatus::Accepted {
            report = match fate {
                0..65 => report.clear(judged, None)?,
                65..68 => report.withhold(judged, words::marked("涉及未公开数据"))?,
                _ => report,
            };
        }
        reports.push(report);
    }
    Ok(reports)
}
