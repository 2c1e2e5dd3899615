//! Deadlines as callers write them: with a rule, or with nothing but the phrase.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    amendment::AppliesTo,
    deadline::{Deadline, Rule, Source},
    fault::{Bilingual, Checker, Fault, FieldError},
    given::ReadOnly,
    id::{DeadlineId, RequirementId},
    patch::Patch,
    phrase::{self, Reading},
    text,
    time::Day,
};
use crate::say;

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
    /// 规则；省略则解读原文，读不懂的为 `undecided` (what it means; absent: what the phrase says, `undecided` where it does
    /// not say when)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Rule, required = false)]
    pub rule: Option<Rule>,
    /// 自哪天起计，此前到期的不由任何单位承担；省略时按修订写明的日期 (the day from which it counts: what falls due before is
    /// nobody's; absent: as the amendment says)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Day, required = false)]
    pub effective_from: Option<Day>,
    /// 编号 (id)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub id: ReadOnly,
    /// 到期日 (due date)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub due_on: ReadOnly,
}

/// What a phrase with this rule, or without one, comes to in a plan of `year`: one deadline for each time that it names.
/// Nothing is guessed: what does not say when is undecided.
pub fn read(phrase: &str, rule: Option<&Rule>, year: i32) -> Vec<(String, Rule)> {
    if let Some(rule) = rule {
        return vec![(phrase.to_owned(), rule.clone())];
    }
    match phrase::read(phrase, year).as_deref() {
        Ok([one]) => vec![(phrase.to_owned(), one.rule.clone())],
        Ok(several) if !several.is_empty() => {
            // 第一 of 第一、第三季度 says nothing by itself.
            let apart = several.iter().all(|reading| phrase::read(&reading.from, year).is_ok());
            let words = |reading: &Reading| if apart { reading.from.clone() } else { phrase.to_owned() };
            let of = |reading: &Reading| (words(reading), reading.rule.clone());
            several.iter().map(of).collect()
        }
        _ => vec![(phrase.to_owned(), Rule::Undecided)],
    }
}

/// The longest phrase.
pub const LONGEST_PHRASE: usize = 200;

/// Notes what is wrong with a phrase and its rule.
fn check_words(check: &mut Checker, phrase: &str, rule: Option<&Rule>) {
    check.text("phrase", phrase, LONGEST_PHRASE);
    if let Some(rule) = rule {
        check.at("rule", |check| rule.check(check));
    }
}

impl NewDeadline {
    /// One of which is known what it means.
    pub fn new(phrase: String, source: Source, rule: Rule) -> Self {
        Self {
            phrase,
            source,
            rule: Some(rule),
            effective_from: None,
            id: ReadOnly,
            due_on: ReadOnly,
        }
    }

    /// Notes what is wrong with it, in a plan with this default.
    pub fn check(&self, check: &mut Checker, default: Option<&DefaultDeadline>) {
        check_words(check, &self.phrase, self.rule.as_ref());
        check.optional_day("effective_from", self.effective_from);
        let is_default = |default: &DefaultDeadline| {
            default.phrase == self.phrase && self.rule.as_ref().is_none_or(|rule| *rule == default.rule)
        };
        if self.source == Source::Default && !default.is_some_and(is_default) {
            check.at("source", |check| check.fault(Fault::Conflict, not_said()));
        }
    }

    /// The deadlines this becomes in a plan of `year`, but for their ids.
    pub fn read(&self, year: i32) -> Vec<(String, Source, Rule, Option<Day>)> {
        let found = read(&self.phrase, self.rule.as_ref(), year);
        let of = |(phrase, rule)| (phrase, self.source, rule, self.effective_from);
        found.into_iter().map(of).collect()
    }
}

/// That a deadline is the plan's default is for the plan to say.
fn not_said() -> Bilingual {
    say!(
        "default 由方案的 default_deadline 得出，不能自行写明",
        "`default` follows from the plan's default_deadline and is not said by itself"
    )
}

/// What is published and what is owed would be two things.
fn unread() -> Bilingual {
    say!(
        "新的表述读不出时限，须同时写明 rule；确实无法确定的写 {{\"kind\": \"undecided\"}}",
        "the new phrase does not say when: give its rule as well, {{\"kind\": \"undecided\"}} where nobody can say"
    )
}

/// 默认完成时限，原文未写时限的要求按此办理 (the deadline of requirements that have none)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultDeadline {
    /// 表述 (the phrase)
    #[schema(example = "12月底")]
    pub phrase: String,
    /// 规则 (what it means)
    pub rule: Rule,
}

/// 默认完成时限 (the deadline of requirements that have none)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDefaultDeadline {
    /// 表述 (the phrase)
    #[schema(example = "12月底")]
    pub phrase: String,
    /// 规则；省略则解读表述 (what it means; absent: what the phrase says)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Rule, required = false)]
    pub rule: Option<Rule>,
}

impl From<DefaultDeadline> for NewDefaultDeadline {
    fn from(DefaultDeadline { phrase, rule }: DefaultDeadline) -> Self {
        Self {
            phrase,
            rule: Some(rule),
        }
    }
}

impl NewDefaultDeadline {
    /// What it comes to in a plan of `year`; that it names several times is a fault.
    pub fn read(self, check: &mut Checker, year: i32) -> DefaultDeadline {
        check_words(check, &self.phrase, self.rule.as_ref());
        let rule = only(check, &self.phrase, self.rule.as_ref(), year);
        DefaultDeadline {
            phrase: self.phrase,
            rule,
        }
    }
}

/// The one rule of a phrase; several are a fault.
fn only(check: &mut Checker, phrase: &str, rule: Option<&Rule>, year: i32) -> Rule {
    let mut found = read(phrase, rule, year);
    if found.len() > 1 {
        let why = say!(
            "含多个时限，请分别写明",
            "it names several times: write a deadline for each"
        );
        check.at("phrase", |check| check.fault(Fault::Conflict, why));
    }
    found.pop().map_or(Rule::Undecided, |(_, rule)| rule)
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
    /// 规则；省略则解读原文 (what it means; absent: what the phrase says)
    #[serde(default)]
    #[schema(value_type = Rule, required = false)]
    pub rule: Option<Rule>,
    /// 自哪天起计，此前到期的不由任何单位承担；方案发布后默认为修订当日 (the day from which it counts: what falls due before is
    /// nobody's; of a published plan by default the day of the amendment)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2018-07-01")]
    pub effective_from: Option<Day>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedDeadline {
    /// The deadline this becomes as number `number` in a plan of `year`, or what is wrong with it; it counts from `day`,
    /// unless it says another.
    pub fn into_deadline(self, number: u32, year: i32, day: Option<Day>) -> Result<Deadline, Vec<FieldError>> {
        let mut check = Checker::default();
        check_words(&mut check, &self.phrase, self.rule.as_ref());
        check.optional_day("effective_from", self.effective_from);
        if self.source == Source::Default {
            check.at("source", |check| check.fault(Fault::Conflict, not_said()));
        }
        let rule = only(&mut check, &self.phrase, self.rule.as_ref(), year);
        check.finish()?;
        Ok(Deadline {
            id: DeadlineId {
                requirement: self.requirement_id,
                number,
            },
            phrase: self.phrase,
            source: self.source,
            rule,
            effective_from: self.effective_from.or(day),
            version: 1,
        })
    }
}

/// A change of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlinePatch {
    /// 原文表述；不写明 `rule` 的重新解读，读不出的须写明 (the phrase verbatim; without a `rule` it is read anew, and where it does
    /// not say when, the rule is required)
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
    /// 适用于哪些应办事项：`upcoming` 只调整尚未到期的（默认），`unfinished` 连同已到期、未办结的 (which obligations follow: those that
    /// are not due yet, or all that are not done)
    #[serde(default)]
    #[schema(value_type = AppliesTo, required = false)]
    pub applies_to: Option<AppliesTo>,
    /// 自哪天起计，此前到期的不由任何单位承担；null 为自始。省略时，改后的时限多出的、修订之日以前到期的不计 (the day from which it
    /// counts: what falls due before is nobody's; `null`: always. Absent: what the change adds counts from the day of it)
    #[serde(default)]
    #[schema(value_type = Option<Day>, required = false, example = "2018-07-01")]
    pub effective_from: Patch<Day>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "市政府常务会议决定提前完成")]
    pub reason: Option<String>,
}

impl Deadline {
    /// The deadline after `patch` in a plan of `year`, or what is wrong with it. Another phrase without a rule is read. One that
    /// was the plan's default is the requirement's own then.
    pub fn patched(mut self, patch: DeadlinePatch, year: i32) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        let before = self.clone();
        let says_where = patch.source != Patch::Absent;
        let is_other = |new: &String| text::normalize(new) != text::normalize(&self.phrase) && !text::is_blank(new);
        let to_read = patch.phrase.value().is_some_and(is_other) && patch.rule == Patch::Absent;
        patch.phrase.set(&mut check, "phrase", &mut self.phrase);
        patch.source.set(&mut check, "source", &mut self.source);
        patch.rule.set(&mut check, "rule", &mut self.rule);
        check.optional_day("effective_from", patch.effective_from.value().copied());
        patch.effective_from.set_optional(&mut self.effective_from);
        if to_read {
            self.rule = only(&mut check, &self.phrase, None, year);
            if self.rule == Rule::Undecided {
                check.at("rule", |check| check.fault(Fault::Required, unread()));
            }
        }
        if self != before && self.source == Source::Default && !says_where {
            self.source = Source::Column;
        }
        check_words(&mut check, &self.phrase, Some(&self.rule));
        if self.source == Source::Default && self != before {
            check.at("source", |check| check.fault(Fault::Conflict, not_said()));
        }
        check.finish()?;
        Ok(self)
    }
}
