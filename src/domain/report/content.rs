//! What a report says. A draft may lack things; what is submitted may not.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::indicators::{IndicatorValue, Reported};
use crate::{
    domain::{
        fault::{Checker, Fault, FieldError},
        id::UnitCode,
        patch::Patch,
        requirement::Requirement,
        time::Day,
    },
    say,
};

/// Characters of each text.
const LONGEST: usize = 5000;

/// 佐证: for open government, the page where it was published is the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// 标题 (title)
    #[schema(example = "2017年第二季度环境质量状况")]
    pub title: String,
    /// 网址 (URL of the published page)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://www.dg.gov.cn/hbj/2017q2.html")]
    pub url: Option<String>,
    /// 公开日期 (day of publication)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Day>,
}

/// What a report says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportContent {
    /// In a few sentences.
    pub summary: String,
    /// How much is done, 0 to 100.
    pub percent: Option<u32>,
    /// What was done.
    pub measures: Option<String>,
    /// What stands in the way.
    pub problems: Option<String>,
    /// What comes next.
    pub next_steps: Option<String>,
    /// Where it can be seen.
    pub evidence: Vec<Evidence>,
    /// Values of the requirement's indicators.
    pub indicators: Vec<Reported>,
    /// Whether the unit says that the obligation is fulfilled.
    pub claims_completion: bool,
}

/// A report as a unit begins it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// 应办事项 (obligation)
    #[schema(example = "dg-2017.17.3.d2.hbj.2017Q2")]
    pub obligation_id: String,
    /// 进展摘要；草稿可暂缺 (summary; a draft may lack it)
    #[serde(default)]
    #[schema(example = "已按月公开全市环境空气质量状况")]
    pub summary: Option<String>,
    /// 完成百分比 (percent done)
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100, example = 100)]
    pub percent: Option<u32>,
    /// 已采取的措施 (measures taken)
    #[serde(default)]
    pub measures: Option<String>,
    /// 存在的问题 (problems)
    #[serde(default)]
    pub problems: Option<String>,
    /// 下一步打算 (next steps)
    #[serde(default)]
    pub next_steps: Option<String>,
    /// 佐证 (evidence)
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// 量化指标的值 (values of the requirement's indicators)
    #[serde(default)]
    pub indicators: Vec<IndicatorValue>,
    /// 是否已办结 (whether the unit says it is fulfilled)
    #[serde(default)]
    pub claims_completion: bool,
    /// 同时提交：与填报后再提交相同，一次完成 (submit it too: the same as to begin and then to submit, at once)
    #[serde(default)]
    pub submit: bool,
}

/// What a report shall say instead: what is left out stays, `null` clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContentPatch {
    /// 进展摘要 (summary)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "已按月公开全市环境空气质量状况")]
    pub summary: Patch<String>,
    /// 完成百分比 (percent done)
    #[serde(default)]
    #[schema(value_type = Option<u32>, required = false, minimum = 0, maximum = 100)]
    pub percent: Patch<u32>,
    /// 已采取的措施 (measures taken)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub measures: Patch<String>,
    /// 存在的问题 (problems)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub problems: Patch<String>,
    /// 下一步打算 (next steps)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    pub next_steps: Patch<String>,
    /// 佐证，整体替换 (evidence, replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<Evidence>, required = false)]
    pub evidence: Patch<Vec<Evidence>>,
    /// 量化指标的值，整体替换 (values of indicators, replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<IndicatorValue>, required = false)]
    pub indicators: Patch<Vec<IndicatorValue>>,
    /// 是否已办结 (whether the unit says it is fulfilled)
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    pub claims_completion: Patch<bool>,
}

impl NewReport {
    /// The content it begins with, or everything that is wrong with it; of one that is submitted too, also what is
    /// missing.
    pub fn into_content(
        self,
        today: Day,
        unit: &UnitCode,
        of: Option<&Requirement>,
    ) -> Result<ReportContent, Vec<FieldError>> {
        let mut content = ReportContent {
            summary: self.summary.unwrap_or_default(),
            percent: self.percent,
            measures: self.measures,
            problems: self.problems,
            next_steps: self.next_steps,
            evidence: self.evidence,
            indicators: self.indicators.into_iter().map(Reported::from).collect(),
            claims_completion: self.claims_completion,
        };
        let mut check = Checker::default();
        content.check(&mut check, today, of);
        if self.submit {
            content.check_missing(&mut check, of);
        }
        check.finish()?;
        content.read_indicators(unit, of);
        Ok(content)
    }
}

impl ReportContent {
    /// What it says after `patch`.
    pub fn patched(
        &self,
        patch: ContentPatch,
        today: Day,
        unit: &UnitCode,
        of: Option<&Requirement>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut after = self.clone();
        let mut check = Checker::default();
        patch.summary.set(&mut check, "summary", &mut after.summary);
        patch.percent.set_optional(&mut after.percent);
        patch.measures.set_optional(&mut after.measures);
        patch.problems.set_optional(&mut after.problems);
        patch.next_steps.set_optional(&mut after.next_steps);
        patch.evidence.set(&mut check, "evidence", &mut after.evidence);
        let indicators = patch
            .indicators
            .map(|new| new.into_iter().map(Reported::from).collect());
        indicators.set(&mut check, "indicators", &mut after.indicators);
        let claims = &mut after.claims_completion;
        patch.claims_completion.set(&mut check, "claims_completion", claims);
        after.check(&mut check, today, of);
        check.finish()?;
        after.read_indicators(unit, of);
        Ok(after)
    }

    /// Its values are beside the words and targets of now, until it is submitted. `of`: the requirement, unless an amendment
    /// removed it: then they stay beside those it had.
    pub fn read_indicators(&mut self, unit: &UnitCode, of: Option<&Requirement>) {
        let indicators = of.map_or(&[][..], |of| &of.indicators);
        for value in &mut self.indicators {
            value.read(indicators, unit);
        }
    }

    /// The texts that a search looks through.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let optional = [&self.measures, &self.problems, &self.next_steps];
        let evidence = self.evidence.iter().map(|evidence| evidence.title.as_str());
        std::iter::once(self.summary.as_str())
            .chain(optional.into_iter().filter_map(Option::as_deref))
            .chain(evidence)
    }

    /// Notes what no draft may hold either.
    fn check(&self, check: &mut Checker, today: Day, of: Option<&Requirement>) {
        if !self.summary.is_empty() {
            check.text("summary", &self.summary, LONGEST);
        }
        check.optional_text("measures", self.measures.as_deref(), LONGEST);
        check.optional_text("problems", self.problems.as_deref(), LONGEST);
        check.optional_text("next_steps", self.next_steps.as_deref(), LONGEST);
        if self.percent.is_some_and(|percent| percent > 100) {
            check.at("percent", |check| {
                check.fault(Fault::OutOfRange, say!("应为 0 至 100", "must be 0 to 100"));
            });
        }
        check.at("evidence", |check| {
            check.parts(self.evidence.len());
            for (index, evidence) in self.evidence.iter().enumerate() {
                check.at(index, |check| evidence.check(check, today));
            }
        });
        check.at("indicators", |check| {
            check.parts(self.indicators.len());
            for (index, value) in self.indicators.iter().enumerate() {
                let again = self.indicators[..index]
                    .iter()
                    .any(|other| other.indicator_id == value.indicator_id);
                check.at(index, |check| {
                    value.check(check, again);
                    if let Some(of) = of {
                        value.check_against(check, &of.indicators);
                    }
                });
            }
        });
    }

    /// Notes what a draft that was saved some time ago lacks for a submission. `of`: the requirement, unless an
    /// amendment removed it.
    pub fn check_complete(&self, check: &mut Checker, of: Option<&Requirement>) {
        if let Some(of) = of {
            check.at("indicators", |check| {
                for (index, value) in self.indicators.iter().enumerate() {
                    check.at(index, |check| value.check_against(check, &of.indicators));
                }
            });
        }
        self.check_missing(check, of);
    }

    /// Notes what a draft may lack, and a submission may not.
    fn check_missing(&self, check: &mut Checker, of: Option<&Requirement>) {
        if self.summary.is_empty() {
            check.text("summary", &self.summary, LONGEST);
        }
        if self.claims_completion && self.percent.is_some_and(|percent| percent < 100) {
            check.at("percent", |check| {
                check.fault(
                    Fault::Conflict,
                    say!("已办结的事项应为 100", "must be 100 when completion is claimed"),
                );
            });
        }
        let Some(of) = of else { return };
        check.at("indicators", |check| {
            // Who says that it is done says how much was reached.
            let given = |id: &str| self.indicators.iter().any(|value| value.indicator_id == id);
            for missing in of.indicators.iter().filter(|_| self.claims_completion) {
                let id = missing.id.to_string();
                if !given(&id) {
                    let name = &missing.target.name;
                    check.fault(
                        Fault::Required,
                        say!(
                            "办结须填报指标 {id}（{name}）",
                            "completion needs a value for {id} ({name})"
                        ),
                    );
                }
            }
        });
    }
}

impl Evidence {
    fn check(&self, check: &mut Checker, today: Day) {
        check.text("title", &self.title, 200);
        check.optional_text("url", self.url.as_deref(), 2000);
        // Shown as a link on public pages: no other scheme may hide in it.
        let is_web = |url: &str| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
        };
        if self.url.as_deref().is_some_and(|url| !is_web(url)) {
            check.at("url", |check| {
                check.fault(
                    Fault::Invalid,
                    say!(
                        "应为 http:// 或 https:// 网址",
                        "must be an http:// or https:// address"
                    ),
                );
            });
        }
        if let Some(day) = self.published_on {
            check.day("published_on", day);
            if day > today {
                check.at("published_on", |check| {
                    check.fault(Fault::OutOfRange, say!("晚于今天 {today}", "is after today, {today}"));
                });
            }
        }
    }
}
