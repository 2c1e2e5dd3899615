//! Examples of the real plan, made by the code that makes the replies: they cannot be wrong.

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::operations;
use crate::{
    domain::{
        attachment,
        catalog::Catalog,
        deadline::RuleKind,
        disclosure::Disclosed,
        obligation::{Horizon, Obligation, ReportFacts, Unfinished},
        policy::Actor,
        requirement::UnitRole,
        scope::Scope,
    },
    http::{
        TAGS,
        caller::View,
        deadlines::DeadlineView,
        input::Embed,
        list::Page,
        obligations::ObligationView,
        origin::Origin,
        plans::{self, PlanView},
        reply::format::{DOCX, XLSX},
        requirements::RequirementView,
        tasks::TaskView,
        units::{UnitView, members::members},
        vocabulary::vocabulary,
    },
    service::seed::seed_catalog,
};

/// Puts an example of the real plan to every reply and every request body.
pub fn add_examples(document: &mut Value, tables: &[&str]) -> anyhow::Result<()> {
    let catalog = seed_catalog()?;
    let (mut replies, mut bodies) = (reply_examples(&catalog)?, body_examples());
    for (_, _, examples) in TAGS {
        let [of_replies, of_bodies] = examples();
        replies.extend(members_of(of_replies));
        bodies.extend(members_of(of_bodies));
    }
    operations(document, |_, path, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for status in ["200", "201"] {
            let Some(content) = operation["responses"]
                .get_mut(status)
                .and_then(|response| response.get_mut("content"))
            else {
                continue;
            };
            if let Some(json) = content.get_mut("application/json") {
                let schema = json["schema"]["$ref"]
                    .as_str()
                    .unwrap_or_default()
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                if let Some(example) = replies.get(&schema) {
                    json["example"] = example.clone();
                }
                if status == "200" && tables.contains(&path) {
                    content["text/csv"] = json!({"schema": {"type": "string"}});
                    content["application/x-ndjson"] = json!({"schema": {"type": "string"}});
                    content[XLSX] = json!({});
                }
            }
        }
        if id == "get_plan" {
            let content = &mut operation["responses"]["200"]["content"];
            content[DOCX] = json!({});
            content[XLSX] = json!({});
        }
        if id == "get_attachment" {
            // Bytes need no schema: they are what their type says.
            let types = attachment::media_types().filter_map(|name| name.split(';').next());
            operation["responses"]["200"]["content"] = types.map(|name| (name.to_owned(), json!({}))).collect();
        }
        if let Some(example) = bodies.get(&id) {
            operation["requestBody"]["content"]["application/json"]["example"] = example.clone();
        }
    });
    Ok(())
}

fn reply_examples(catalog: &Catalog) -> anyhow::Result<Map<String, Value>> {
    let units = &catalog.units;
    let missing = "the seed lacks what the examples show";
    let id = |text: &str| text.to_owned();
    let plan = catalog.plan(&"dg-2017".parse()?, &Scope::system()).context(missing)?;
    let of = catalog
        .requirement(&"dg-2017.17.3".parse()?, &Scope::system())
        .context(missing)?;
    let exam = catalog
        .requirement(&"dg-2017.18.1".parse()?, &Scope::system())
        .context(missing)?;
    let deadline = exam.requirement.deadlines.last().context(missing)?;
    let collective = catalog.units.get(&"zhenjie".parse()?).context(missing)?;

    let plan_view = serde_json::to_value(PlanView::new(
        &plan.content,
        (units, &catalog.calendar.calendar),
        (&View::public(), &Origin::default()),
        &Embed::default(),
    ))?;
    let anybody = View::public();
    let disclosed = Disclosed {
        plan: &plan.content.plan,
        units,
        scope: &anybody.extra,
    };
    let task_view = serde_json::to_value(TaskView::new(of.task, disclosed, false))?;
    let requirement_view = serde_json::to_value(RequirementView::new(of.task, of.requirement, disclosed, false))?;
    let deadline_view = serde_json::to_value(DeadlineView::new(deadline))?;
    let unit_view = serde_json::to_value(UnitView::new(collective, &catalog.units, &Embed::default()))?;
    let members = members(collective, &catalog.units, None);
    let newest = members
        .iter()
        .find(|member| member.code == "binhaiwan")
        .context(missing)?;
    let member_view = serde_json::to_value(newest)?;
    let amendment_view = json!({
        "id": "019a1b2c-3d4e-7f00-8000-000000000000", "at": "2017-06-30T02:00:00Z", "actor": "zhang.san", "actor_unit": "zwfwb",
        "event": "deadline.updated", "subject": "dg-2017.2.1.d1", "reason": "市政府常务会议决定提前完成",
        "before": {"phrase": "12月底"}, "after": {"phrase": "11月底"}
    });
    let hash = format!("{:x}", Sha256::digest("an example"));
    let audit_view = json!({
        "seq": 74, "hash": hash, "algorithm": "sha256", "id": "019a1b2c-3d4e-7f00-8000-000000000000", "at": "2017-06-30T02:00:00Z",
        "actor": "zhang.san", "actor_unit": "zwfwb", "event": "deadline.updated", "thing": "deadline", "subject": "dg-2017.2.1.d1",
        "plan_id": "dg-2017", "reason": "市政府常务会议决定提前完成", "before": {"phrase": "12月底"}, "after": {"phrase": "11月底"},
        "request_id": "019a1b2c-3d4e-7f00-8000-000000000002"
    });
    let history_view = json!({
        "seq": 75, "id": "019a1b2c-3d4e-7f00-8000-000000000003", "at": "2017-06-30T02:00:00Z", "actor": "li.si", "actor_unit": "zwfwb",
        "event": "extension.granted", "subject": "019a1b2c-3d4e-7f00-8000-000000000001",
        "before": {"status": "requested"}, "after": {"status": "granted", "granted_due_on": "2018-01-15"}
    });
    let page = |item: &Value, total: usize| {
        serde_json::to_value(Page {
            items: vec![item.clone()],
            total: i64::try_from(total).unwrap_or(i64::MAX),
            next: (total > 1).then(|| id("http://127.0.0.1:8080/api/v1/…?cursor=…")),
            changes: None,
        })
    };
    let requirements = plan.requirements().count();
    let deadlines = plan.requirements().map(|of| of.requirement.deadlines.len()).sum();
    let mut examples = Map::new();
    examples.insert(id("CreatedUnitOrUnits"), unit_view.clone());
    for (name, view, total) in [
        ("Plan", plan_view, 1),
        ("Task", task_view, plan.content.tasks.len()),
        ("Requirement", requirement_view, requirements),
        ("Deadline", deadline_view, deadlines),
        ("Unit", unit_view, catalog.units.iter().count()),
        ("Member", member_view, members.len()),
        ("Amendment", amendment_view, 1),
        ("AuditEvent", audit_view, 1),
        ("HistoryEntry", history_view, 1),
    ] {
        examples.insert(format!("Page_{name}"), page(&view, total)?);
        examples.insert(id(name), view);
    }
    examples.extend(ledger_examples(catalog)?);
    examples.extend(members_of(plans::example::replies()?));
    examples.insert(id("Health"), json!({"status": "ok"}));
    Ok(examples)
}

/// What the ledger answers, on 2017-06-30.
fn ledger_examples(catalog: &Catalog) -> anyhow::Result<Map<String, Value>> {
    let (event, extension) = (
        "019a1b2c-3d4e-7f00-8000-000000000000",
        "019a1b2c-3d4e-7f00-8000-000000000001",
    );
    let obligation = Obligation {
        id: "dg-2017.17.3.d2.hbj.2017Q2".parse()?,
        judged_as: RuleKind::Recurring,
        role: Some(UnitRole::Lead),
        opens_on: "2017-04-01".parse().ok(),
        due_on: "2017-06-30".parse().ok(),
        original_due_on: "2017-06-30".parse().ok(),
        exemption: None,
        reported_due_on: None,
        report: ReportFacts::default(),
        unfinished: Unfinished::default(),
        version: 1,
    };
    let as_of = "2017-06-30".parse()?;
    let horizon = Horizon::new(as_of, 3, &catalog.calendar.calendar);
    let obligation = serde_json::to_value(ObligationView::new(
        (&obligation, None),
        catalog,
        horizon,
        (&Actor::anonymous(), &Origin::default()),
        as_of,
    ))?;
    let occurrence = json!({
        "id": event, "deadline_id": "dg-2017.11.1.d1", "period": "e1", "happened_on": "2017-06-20", "due_on": "2017-07-10",
        "document": "粤府办〔2017〕24号", "version": 1
    });
    let asked = json!({
        "id": extension, "obligation_id": "dg-2017.2.1.d1.zdb.2017", "unit": "zdb", "status": "requested",
        "due_on": "2017-12-31", "requested_due_on": "2018-01-31", "reason": "项目征地未完成", "progress": "已公开三批项目清单",
        "requested_by": "wang", "requested_at": "2017-06-30T01:00:00Z", "version": 1, "allowed_actions": ["withdraw"],
        "links": {"withdraw": {"method": "POST", "path": format!("/api/v1/extensions/{extension}/withdraw")}}
    });
    let figures = json!({
        "key": "hbj", "name": "市环保局", "total": 110, "waiting": 2, "undecided": 0, "not_open": 40, "open": 43, "fulfilled": 25, "exempted": 0,
        "expected": 50, "reported": 25, "on_time": 24, "late": 1, "missing": 22, "reporting_rate": 0.5, "on_time_rate": 0.48,
        "original": {"expected": 50, "on_time": 23, "on_time_rate": 0.46},
        "overdue": 25, "green": 9, "yellow": 9, "red": 25
    });
    let rule = json!({"kind": "recurring", "every": "quarter", "due": {"kind": "day", "month": 1, "day": 10}});
    let phrase = "每季度第一个月10日前";
    let year = catalog
        .calendar
        .years
        .get(&2017)
        .map(|(year, _)| serde_json::to_value(year))
        .transpose()?;
    let examples = json!({
        "Page_Obligation": {"items": [obligation], "total": 1}, "Obligation": obligation,
        "Page_Occurrence": {"items": [occurrence], "total": 1}, "Occurrence": occurrence,
        "Page_Extension": {"items": [asked], "total": 1}, "Extension": asked,
        "Statistics": {"plan_id": "dg-2017", "as_of": "2017-06-30", "group_by": "unit", "total": figures, "groups": [figures]},
        "StatisticsSeries": {"plan_id": "dg-2017", "step": "month", "points": [{"as_of": "2017-06-30", "total": figures}]},
        "CalendarYear": year,
        "CalendarYearPut": {
            "year": 2027, "days_off": [{"date": "2027-01-01", "name": "元旦"}], "make_up_workdays": [], "moved": 0,
            "due_on_days_off": [{"plan_id": "dg-2027", "due_on": "2027-10-31", "obligations": 96}]
        },
        "CalendarDays": {"items": [{"date": "2017-10-01", "working_day": false, "name": "国庆节"}], "total": 1, "working_days": 0},
        "WorkingDays": {"from": "2017-09-28", "date": "2017-10-09", "working_days": 3, "calendar_days": 11},
        "PhraseReading": {
            "phrase": phrase, "year": 2017, "rules": [rule],
            "readings": [{"from": phrase, "rule": rule, "dates": ["2017-01-10", "2017-04-10", "2017-07-10", "2017-10-10"]}]
        },
        "Index": {
            "collections": [{"name": "plans", "title": "方案 (plans)", "href": "http://127.0.0.1:8080/api/v1/plans"}],
            "vocabulary": "http://127.0.0.1:8080/api/v1/vocabulary", "openapi": "http://127.0.0.1:8080/openapi.json", "docs": "http://127.0.0.1:8080/docs/"
        },
        "Vocabulary": {"enumerations": [vocabulary().enumerations.into_iter().find(|one| one.name == "PlanStatus")]},
        "CalendarFeed": {"url": "http://127.0.0.1:8080/api/v1/units/humen/calendar.ics?token=…"}
    });
    Ok(members_of(examples))
}

fn members_of(examples: Value) -> Map<String, Value> {
    if let Value::Object(examples) = examples {
        examples
    } else {
        Map::new()
    }
}

fn body_examples() -> Map<String, Value> {
    let year_round = json!({"phrase": "全年", "rule": {"kind": "year_round"}});
    let examples = json!({
        "create_plan": {
            "id": "dg-2018", "title": "2018年全市政务信息公开工作重点分工方案", "year": 2018, "issuer": "zwfwb",
            "tasks": [{"title": "推进决策公开", "requirements": [{
                "text": "完善政府法律顾问制度。", "units_phrase": "市法制局", "units": [{"code": "fzj", "role": "lead"}], "deadlines": [year_round]
            }]}]
        },
        "update_plan": {"title": "2017年全市政务信息公开工作重点分工方案（修订）", "reason": "更正标题"},
        "create_task": {"plan_id": "dg-2018", "title": "推进执行公开", "reason": "按省工作部署增补"},
        "update_task": {"title": "推进决策公开", "reason": "更正标题"},
        "create_requirement": {
            "task_id": "dg-2018.1", "text": "加强审计结果公告。", "units_phrase": "市审计局", "units": [{"code": "sjj", "role": "lead"}],
            "deadlines": [year_round], "reason": "按省工作部署增补"
        },
        "update_requirement": {"units": [{"code": "hbj", "role": "lead"}, {"code": "zhenjie", "role": "support"}], "reason": "镇街共同承担"},
        "create_deadline": {
            "requirement_id": "dg-2018.1.1", "phrase": "每季度", "source": "text",
            "rule": {"kind": "recurring", "every": "quarter", "due": {"kind": "period_end"}}, "reason": "按正文补录"
        },
        "update_deadline": {"phrase": "11月底", "rule": {"kind": "date", "due_on": "2017-11-30"}, "reason": "市政府常务会议决定提前完成"},
        "create_unit": {"code": "wglj", "name": "市文广旅体局", "official_name": "东莞市文化广电旅游体育局", "kind": "department", "valid_from": "2019-01-11"},
        "update_unit": {"valid_to": "2019-01-10", "successors": ["wglj"]},
        "parse_deadline": {"phrase": "每季度第一个月10日前", "year": 2017},
        "register_occurrence": {"happened_on": "2017-06-20", "due_on": "2017-07-10", "document": "粤府办〔2017〕24号"},
        "update_occurrence": {"due_on": "2017-07-14"},
        "withdraw_occurrence": {"reason": "登记有误"},
        "exempt_obligation": {"reason": "该项职责已划转"},
        "exempt_obligations": {"reason": "该项职责已划转", "obligations": [{"id": "dg-2017.17.3.d2.hbj.2017Q3", "version": 1}, {"id": "dg-2017.17.3.d2.hbj.2017Q4", "version": 1}]},
        "request_extension": {
            "obligation_id": "dg-2017.2.1.d1.zdb.2017", "requested_due_on": "2018-01-31",
            "reason": "项目征地未完成", "progress": "已公开三批项目清单"
        },
        "grant_extension": {"granted_due_on": "2018-01-15", "decision": "同意延至1月15日"},
        "refuse_extension": {"reason": "不宜延期"},
        "put_calendar_year": {"year": 2027, "days_off": [{"date": "2027-01-01", "name": "元旦"}], "make_up_workdays": []},
        "freeze_assessment": {"as_of": "2017-06-30"},
        "reopen_plan": {"reason": "误操作，恢复办理"},
        "set_member": {"periods": [{"valid_from": "2017-01-01", "valid_to": "2017-09-30"}]}
    });
    members_of(examples)
}
