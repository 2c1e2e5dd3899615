//! What a notice says before it is issued, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Addressee, Notice, NoticeKind, NoticeLevel, NoticeStatus, Refusal, escalation};
use crate::{
    domain::{
        fault::{Bilingual, Checker, Fault},
        id::{NoticeId, PlanId, UnitCode},
        obligation::ObligationId,
        patch::Patch,
        step::Step,
        time::Day,
        unit::{NamedUnit, UnitDirectory},
    },
    say,
};

/// What a draft is held against.
pub struct Setting<'s> {
    /// All units.
    pub units: &'s UnitDirectory,
    /// The obligations in the ledger, among those it names.
    pub known: BTreeSet<ObligationId>,
    /// The notice that it follows, if there is such a one.
    pub earlier: Option<&'s Notice>,
    /// Today.
    pub today: Day,
}

/// A notice as an office writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// 方案 (plan)
    #[schema(value_type = String, example = "dg-2017")]
    pub plan_id: PlanId,
    /// 类别 (kind)
    pub kind: NoticeKind,
    /// 级别；催办、督办必填，通报不填 (level; for reminders and supervision notices only)
    #[serde(default)]
    #[schema(value_type = NoticeLevel, required = false)]
    pub level: Option<NoticeLevel>,
    /// 事由 (subject)
    #[schema(example = "关于报送政务公开季度进展的催办")]
    pub subject: String,
    /// 正文 (text)
    #[schema(example = "请于7月7日前报送办理情况。")]
    pub text: String,
    /// 依据：领导批示、会议决定等 (whose decision it rests on)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "市政府第12次常务会议")]
    pub basis: Option<String>,
    /// 主送单位，按代码、名称或别名；集合单位按签发当日的成员展开 (units by code, name or alias; collectives mean their members)
    #[schema(example = json!(["humen"]))]
    pub units: Vec<NamedUnit>,
    /// 涉及的应办事项，须由主送单位承担 (obligations of these units)
    #[serde(default)]
    #[schema(example = json!(["dg-2017.1.1.d1.humen.2017Q1"]))]
    pub obligations: Vec<String>,
    /// 答复期限；催办、督办必填，表扬不填 (the last day to answer)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2017-07-07")]
    pub reply_by: Option<Day>,
    /// 所升级的前一份督办单 (the earlier notice that it escalates)
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    pub follows: Option<String>,
    /// 紧急事由，直接发黄、红单时必填 (why it starts above blue)
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    pub urgent_reason: Option<String>,
}

/// A change of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticePatch {
    /// 级别 (level)
    #[serde(default)]
    #[schema(value_type = NoticeLevel, required = false)]
    pub level: Patch<NoticeLevel>,
    /// 事由 (subject)
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    pub subject: Patch<String>,
    /// 正文 (text)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "请于7月10日前报送办理情况。")]
    pub text: Patch<String>,
    /// 依据 (basis)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub basis: Patch<String>,
    /// 主送单位，整体替换 (units, replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<NamedUnit>, required = false)]
    pub units: Patch<Vec<NamedUnit>>,
    /// 涉及的应办事项，整体替换 (obligations, replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false)]
    pub obligations: Patch<Vec<String>>,
    /// 答复期限 (the last day to answer)
    #[serde(default)]
    #[schema(value_type = Option<Day>, required = false, example = "2017-07-10")]
    pub reply_by: Patch<Day>,
    /// 所升级的前一份督办单 (the earlier notice that it escalates)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub follows: Patch<String>,
    /// 紧急事由 (why it starts above blue)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub urgent_reason: Patch<String>,
}

pub(super) fn fault(check: &mut Checker, key: &str, fault: Fault, detail: Bilingual) {
    check.at(key, |check| check.fault(fault, detail));
}

impl NewNotice {
    /// The draft this becomes, or what is wrong with it.
    pub fn draft(self, id: NoticeId, year: i32, by: Step, setting: &Setting<'_>) -> Result<Notice, Refusal> {
        let notice = Notice {
            id,
            plan: self.plan_id,
            year,
            kind: self.kind,
            level: self.level,
            number: None,
            status: NoticeStatus::Draft,
            subject: self.subject,
            text: self.text,
            basis: self.basis,
            reply_by: self.reply_by,
            follows: None,
            urgent_reason: self.urgent_reason,
            addressed: Vec::new(),
            units: Vec::new(),
            obligations: BTreeSet::new(),
            prepared_by: vec![by.by.clone()],
            created: by,
            approved: None,
            returned: None,
            issued: None,
            rescinded: None,
            rescission: None,
            ground: None,
            version: 1,
        };
        notice.complete(self.follows.is_some(), (&self.units, &self.obligations), setting)
    }
}

impl Notice {
    /// A reminder that the service issues by itself, of one unit's obligations that became overdue.
    pub fn automatic(
        id: NoticeId,
        (plan, year): (PlanId, i32),
        number: u32,
        (unit, obligations): (UnitCode, BTreeSet<ObligationId>),
        (by, reply_by): (Step, Option<Day>),
    ) -> Self {
        let count = obligations.len();
        let last = reply_by.map_or_else(|| "尽快".to_owned(), |day| day.format("于%Y年%-m月%-d日前").to_string());
        Self {
            id,
            plan,
            year,
            kind: NoticeKind::Reminder,
            level: Some(NoticeLevel::Blue),
            number: Some(number),
            status: NoticeStatus::Issued,
            subject: format!("逾期应办事项自动催办（{count}项）"),
            text: format!("所列{count}项应办事项已经到期，尚未办结。请抓紧办理，并{last}答复办理情况。"),
            basis: None,
            reply_by,
            follows: None,
            urgent_reason: None,
            addressed: vec![unit.clone()],
            units: vec![Addressee::new(unit)],
            obligations,
            prepared_by: vec![by.by.clone()],
            created: by.clone(),
            approved: None,
            returned: None,
            issued: Some(by),
            rescinded: None,
            rescission: None,
            ground: None,
            version: 1,
        }
    }

    /// The draft after `patch`; the person who makes it counts as an author from then on, unless it says what it said.
    pub fn patched(mut self, patch: NoticePatch, by: Step, setting: &Setting<'_>) -> Result<Self, Refusal> {
        let before = self.clone();
        let mut check = Checker::default();
        let (mut units, mut obligations) = self.named();
        let follows = match &patch.follows {
            Patch::Absent => self.follows.is_some(),
            Patch::Null => false,
            Patch::Value(_) => true,
        };
        patch.level.set_optional(&mut self.level);
        patch.subject.set(&mut check, "subject", &mut self.subject);
        patch.text.set(&mut check, "text", &mut self.text);
        patch.basis.set_optional(&mut self.basis);
        patch.units.set(&mut check, "units", &mut units);
        patch.obligations.set(&mut check, "obligations", &mut obligations);
        patch.reply_by.set_optional(&mut self.reply_by);
        patch.urgent_reason.set_optional(&mut self.urgent_reason);
        check.finish().map_err(Refusal::Faults)?;
        let mut after = self.complete(follows, (&units, &obligations), setting)?;
        if after != before {
            after.wrote(by.by);
        }
        Ok(after)
    }

    /// The draft checked again against units and the ledger of the day on which it is issued: what was right when it
    /// was drafted may be wrong by then.
    pub fn renewed(self, setting: &Setting<'_>) -> Result<Self, Refusal> {
        let (units, obligations) = self.named();
        let follows = self.follows.is_some();
        self.complete(follows, (&units, &obligations), setting)
    }

    /// The units and obligations that it names, in the form of a request.
    fn named(&self) -> (Vec<NamedUnit>, Vec<String>) {
        let obligations = self.obligations.iter().map(ToString::to_string).collect();
        (self.addressed.iter().map(NamedUnit::from).collect(), obligations)
    }

    fn complete(
        mut self,
        follows: bool,
        (units, obligations): (&[NamedUnit], &[String]),
        setting: &Setting<'_>,
    ) -> Result<Self, Refusal> {
        let mut check = Checker::default();
        check.text("subject", &self.subject, 200);
        check.text("text", &self.text, 10_000);
        check.optional_text("basis", self.basis.as_deref(), 500);
        check.optional_text("urgent_reason", self.urgent_reason.as_deref(), 500);
        self.check_reply_by(&mut check, setting.today);
        check.at("units", |check| self.expand(check, units, setting));
        check.at("obligations", |check| {
            self.name_obligations(check, obligations, setting);
        });
        let earlier = setting.earlier.filter(|earlier| earlier.plan == self.plan);
        self.follows = earlier.map(|earlier| earlier.id).filter(|_| follows);
        escalation::check_level(&self, &mut check, follows, earlier);
        check.finish().map_err(Refusal::Faults)?;
        match earlier.filter(|_| follows) {
            Some(earlier) => escalation::check_order(earlier, setting.today).map(|()| self),
            None => Ok(self),
        }
    }

    fn check_reply_by(&self, check: &mut Checker, today: Day) {
        match self.reply_by {
            None if self.kind.urges() => {
                let detail = say!("须写明答复期限", "say by which day to answer");
                fault(check, "reply_by", Fault::Required, detail);
            }
            Some(_) if !self.kind.is_answered() => {
                let detail = say!("通报表扬无须答复", "a commendation is not answered");
                fault(check, "reply_by", Fault::Conflict, detail);
            }
            Some(day) if day < today => {
                let detail = say!("答复期限 {day} 已过", "{day} has passed");
                fault(check, "reply_by", Fault::OutOfRange, detail);
            }
            Some(day) => check.day("reply_by", day),
            None => {}
        }
    }

    /// Whom the units named mean today.
    fn expand(&mut self, check: &mut Checker, named: &[NamedUnit], setting: &Setting<'_>) {
        let mut meant = BTreeMap::new();
        let mut addressed: Vec<UnitCode> = Vec::new();
        if named.is_empty() {
            check.fault(Fault::Required, say!("须写明主送单位", "say to which units it goes"));
        }
        for (index, named) in named.iter().enumerate() {
            check.at(index, |check| {
                let Some(unit) = named.found(check, setting.units) else {
                    return;
                };
                let code = &unit.code;
                if addressed.contains(code) {
                    check.fault(Fault::Duplicate, say!("{code} 重复", "{code} is given twice"));
                }
                addressed.push(code.clone());
                let mut members = setting.units.expand(unit, setting.today);
                // What a dissolved unit owed is somebody's: who took over receives it under that name.
                if !setting.units.acting(unit, setting.today).is_empty() && unit.ended_by(setting.today) {
                    members.push(unit);
                }
                if members.is_empty() {
                    let detail = say!(
                        "{code} 今天不存在，或没有成员",
                        "{code} does not exist today, or has no members"
                    );
                    check.fault(Fault::Conflict, detail);
                }
                meant.extend(
                    members
                        .into_iter()
                        .map(|unit| (unit.code.clone(), Addressee::new(unit.code.clone()))),
                );
            });
        }
        self.addressed = addressed;
        self.units = meant.into_values().collect();
    }

    fn name_obligations(&mut self, check: &mut Checker, given: &[String], setting: &Setting<'_>) {
        check.parts(given.len());
        let mut named = BTreeSet::new();
        for (index, text) in given.iter().enumerate() {
            let id: Option<ObligationId> = text.parse().ok();
            let known = id.filter(|id| id.deadline.requirement.plan() == &self.plan && setting.known.contains(id));
            check.at(index, |check| match known {
                None => {
                    let detail = say!("本方案没有这项应办事项", "the plan has no such obligation");
                    check.fault(Fault::NotFound, detail);
                }
                Some(id) if self.addressee(&id.unit).is_none() => {
                    let unit = &id.unit;
                    let detail = say!(
                        "承担单位 {unit} 不在主送单位之列",
                        "it is owed by {unit}, which is not addressed"
                    );
                    check.fault(Fault::Conflict, detail);
                }
                Some(id) => {
                    if !named.insert(id) {
                        check.fault(Fault::Duplicate, say!("{text} 重复", "{text} is given twice"));
                    }
                }
            });
        }
        self.obligations = named;
    }
}
