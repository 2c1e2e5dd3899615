//! 完成时限: the phrase as the document has it, and what it means as a typed rule.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault, FieldError},
    id::{DeadlineId, RequirementId},
    patch::Patch,
    time::Day,
};
use crate::say;

/// Where in the document the phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The column 完成时限.
    #[default]
    Column,
    /// The text of the requirement (每季度, 3个工作日 …).
    Text,
}

/// A calendar period that recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// 每月
    Month,
    /// 每季度
    Quarter,
    /// 每半年
    HalfYear,
    /// 每年
    Year,
}

impl Every {
    /// Calendar months in one period.
    pub fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

/// The day within a period on which a recurring duty falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Due {
    /// The last day of the period.
    #[default]
    #[serde(deserialize_with = "nothing_more")]
    PeriodEnd,
    /// A day of one of its months; a day the month does not have means its last.
    Day {
        /// Which month of the period, from 1; absent: the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        month: Option<u32>,
        /// Day of that month, 1 to 31.
        day: u32,
    },
}

/// serde would drop unknown fields beside the tag of a variant that has none.
fn nothing_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

/// How a span of days is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    /// 日 (calendar days)
    Day,
    /// 工作日 (working days of the State Council's calendar)
    WorkingDay,
}

/// A span that starts the day after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// How many, 1 to 366.
    pub count: u32,
    /// Calendar or working days.
    pub unit: DayUnit,
}

/// What a deadline phrase means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// One day (12月底).
    Date {
        /// The last day on which it is not late.
        due_on: Day,
        /// Which of several milestones (中考, 高考).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
    /// 全年: all through the plan's period.
    #[serde(deserialize_with = "nothing_more")]
    YearRound,
    /// 每月, 每季度 …: by calendar periods.
    Recurring {
        /// The period.
        every: Every,
        /// The day within it; absent: its last.
        #[serde(default)]
        due: Due,
    },
    /// Runs from an event that somebody must register (收到省级政策文件后).
    OnEvent {
        /// What has to happen.
        event: String,
        /// The provision it rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<String>,
        /// The span allowed; absent: 及时, without a number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Within>,
    },
}

/// The kind of a [`Rule`], to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// One day.
    Date,
    /// All year.
    YearRound,
    /// By calendar periods.
    Recurring,
    /// From an event.
    OnEvent,
}

impl Rule {
    /// Its kind.
    pub fn kind(&self) -> RuleKind {
        match self {
            Self::Date { .. } => RuleKind::Date,
            Self::YearRound => RuleKind::YearRound,
            Self::Recurring { .. } => RuleKind::Recurring,
            Self::OnEvent { .. } => RuleKind::OnEvent,
        }
    }

    /// The day, where the rule names one by itself.
    pub fn due_on(&self) -> Option<Day> {
        match self {
            Self::Date { due_on, .. } => Some(*due_on),
            Self::YearRound | Self::Recurring { .. } | Self::OnEvent { .. } => None,
        }
    }

    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        match self {
            Self::Date { due_on, label } => {
                check.day("due_on", *due_on);
                check.optional_text("label", label.as_deref(), 50);
            }
            Self::YearRound => {}
            Self::Recurring {
                every,
                due: Due::Day { month, day },
            } => check.at("due", |check| {
                let months = every.months();
                if month.is_some_and(|month| month == 0 || month > months) {
                    check.at("month", |check| {
                        check.fault(Fault::OutOfRange, say!("应为 1 至 {months}", "must be 1 to {months}"));
                    });
                }
                if !(1..=31).contains(day) {
                    check.at("day", |check| {
                        check.fault(Fault::OutOfRange, say!("应为 1 至 31", "must be 1 to 31"));
                    });
                }
            }),
            Self::Recurring {
                due: Due::PeriodEnd, ..
            } => {}
            Self::OnEvent { event, basis, within } => {
                check.text("event", event, 200);
                check.optional_text("basis", basis.as_deref(), 200);
                if within.is_some_and(|within| !(1..=366).contains(&within.count)) {
                    check.at("within", |check| {
                        check.at("count", |check| {
                            check.fault(Fault::OutOfRange, say!("应为 1 至 366", "must be 1 to 366"));
                        });
                    });
                }
            }
        }
    }
}

/// One deadline of a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// Id, `dg-2017.18.1.d2`.
    pub id: DeadlineId,
    /// The phrase verbatim.
    pub phrase: String,
    /// Where it stands in the document.
    pub source: Source,
    /// What it means.
    pub rule: Rule,
    /// Grows with each change.
    pub version: i64,
}

/// A deadline as a caller writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeadline {
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "12月底")]
    pub phrase: String,
    /// 出处 (column or text)
    #[serde(default)]
    pub source: Source,
    /// 规则 (what it means)
    pub rule: Rule,
}

impl NewDeadline {
    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        check.text("phrase", &self.phrase, 200);
        check.at("rule", |check| self.rule.check(check));
    }

    /// The deadline this becomes.
    pub fn into_deadline(self, id: DeadlineId) -> Deadline {
        Deadline {
            id,
            phrase: self.phrase,
            source: self.source,
            rule: self.rule,
            version: 1,
        }
    }
}

/// A deadline added to a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddedDeadline {
    /// 所属具体要求 (requirement)
    #[schema(example = "dg-2018.1.1")]
    pub requirement_id: RequirementId,
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "12月底")]
    pub phrase: String,
    /// 出处 (column or text)
    #[serde(default)]
    pub source: Source,
    /// 规则 (what it means)
    pub rule: Rule,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedDeadline {
    /// The deadline this becomes as number `number`, or what is wrong with it.
    pub fn into_deadline(self, number: u32) -> Result<Deadline, Vec<FieldError>> {
        let new = NewDeadline {
            phrase: self.phrase,
            source: self.source,
            rule: self.rule,
        };
        let mut check = Checker::default();
        new.check(&mut check);

        check.finish()?;
        Ok(new.into_deadline(DeadlineId {
            requirement: self.requirement_id,
            number,
        }))
    }
}

/// A change of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlinePatch {
    /// 原文表述 (the phrase verbatim)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "11月底")]
    pub phrase: Patch<String>,
    /// 出处 (column or text)
    #[serde(default)]
    #[schema(value_type = Source, required = false)]
    pub source: Patch<Source>,
    /// 规则 (what it means)
    #[serde(default)]
    #[schema(value_type = Rule, required = false)]
    pub rule: Patch<Rule>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "市政府常务会议决定提前完成")]
    pub reason: Option<String>,
}

impl Deadline {
    /// The deadline after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: DeadlinePatch) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.phrase.set(&mut check, "phrase", &mut self.phrase);
        patch.source.set(&mut check, "source", &mut self.source);
        patch.rule.set(&mut check, "rule", &mut self.rule);
        let new = NewDeadline {
            phrase: self.phrase.clone(),
            source: self.source,
            rule: self.rule.clone(),
        };
        new.check(&mut check);
        check.finish()?;
        Ok(self)
    }
}
