//! 考评: a score per unit from weights that the plan sets, each point linked to the facts that earned or
//! cost it. Computed in hundredths of a point, in whole numbers.

super::event::events! {
    ASSESSMENTS:
    ASSESSMENT_FROZEN = "assessment.frozen",
}
mod scoring;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    id::{NoticeId, PlanId, UnitCode},
    notice::{NoticeKind, NoticeLevel},
    obligation::Timeliness,
    plan::{AssessmentSettings, Basis, Deductions},
    policy::{Action, Actor},
    scope::{Owners, Scope, Scoped},
    step::Step,
    time::{Day, Instant, day_of},
    unit::UnitKind,
    vocabulary::vocabulary,
};

/// Ids that are given with a fact; the link has all.
pub const IDS: usize = 5;

/// Hundredths of a point: no sum of them drifts. On the wire, and where they are kept, a number with at
/// most two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub i64);

impl Points {
    /// Whole points.
    pub fn whole(points: u32) -> Self {
        Self(i64::from(points) * 100)
    }

    /// `part` of `of` of these, rounded to the nearest hundredth, halves up.
    #[must_use]
    pub fn share(self, part: i64, of: i64) -> Self {
        if of == 0 {
            return Self(0);
        }
        Self((2 * self.0 * part + of) / (2 * of))
    }

    /// As a number with two decimals.
    #[expect(clippy::cast_precision_loss, reason = "scores are small")]
    pub fn to_number(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_number())
    }
}

impl<'de> Deserialize<'de> for Points {
    #[expect(clippy::cast_possible_truncation, reason = "scores are small")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Ok(Self((number * 100.0).round() as i64))
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        Self(points.map(|points| points.0).sum())
    }
}

vocabulary! {
    /// What a score is made of.
    pub enum PartKind {
        /// 办结
        Completion = "completion": "办结", "completion";
        /// 时效
        Timeliness = "timeliness": "时效", "timeliness";
        /// 报告质量
        Quality = "quality": "报告质量", "quality of reports";
        /// 督办
        Notices = "notices": "督办", "notices";
    }
}

vocabulary! {
    /// What earns points or costs them.
    pub enum FactKind {
        /// 应办事项已办结
        Fulfilled = "fulfilled": "应办事项已办结", "obligations fulfilled";
        /// 应办事项未办结
        Unfulfilled = "unfulfilled": "应办事项未办结", "obligations not fulfilled";
        /// 按时报送
        OnTime = "on_time": "按时报送", "reported in time";
        /// 迟报
        Late = "late": "迟报", "reported late";
        /// 未报
        Missing = "missing": "未报", "not reported";
        /// 已报送的应办事项
        Reported = "reported": "已报送的应办事项", "obligations reported on";
        /// 被退回过的报告，复核撤销的退回不计
        Returned = "returned": "被退回过的报告", "reports that were returned";
        /// 到期的应办事项
        Expected = "expected": "到期的应办事项", "obligations that fell due";
        /// 蓝色督办单
        Blue = "blue": "蓝色督办单", "blue notices";
        /// 黄色督办单
        Yellow = "yellow": "黄色督办单", "yellow notices";
        /// 红色督办单
        Red = "red": "红色督办单", "red notices";
        /// 通报批评
        Criticism = "criticism": "通报批评", "criticisms";
        /// 未按期答复的督办单
        Unanswered = "unanswered": "未按期答复的督办单", "notices not answered in time";
        /// 通报表扬
        Commendation = "commendation": "通报表扬", "commendations";
    }
}

/// How often a fact is there, and the first ids of where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: i64,
    /// The first [`IDS`] of them, in order.
    pub ids: Vec<String>,
}

/// What is known of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFacts {
    /// The unit.
    pub unit: UnitCode,
    /// What it is called.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// Whether it had ended before the day. It keeps its score, and is not ranked.
    pub has_ended: bool,
    tallies: BTreeMap<FactKind, Tally>,
}

/// Some obligations of a unit that fell due and were not exempted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Whether they are fulfilled.
    pub fulfilled: bool,
    /// How they were reported on.
    pub timeliness: Timeliness,
    /// How many, and which.
    pub tally: Tally,
}

/// A notice as one unit received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub notice: NoticeId,
    /// What it is for.
    pub kind: NoticeKind,
    /// How severe it is.
    pub level: Option<NoticeLevel>,
    /// The last day to answer in time.
    pub reply_by: Option<Day>,
    /// When the unit answered.
    pub answered_at: Option<Instant>,
}

impl UnitFacts {
    /// A unit of which nothing is known yet.
    pub fn new(unit: UnitCode, name: String, kind: UnitKind) -> Self {
        Self {
            unit,
            name,
            kind,
            has_ended: false,
            tallies: BTreeMap::new(),
        }
    }

    /// Notes what it owed.
    pub fn owed(&mut self, owed: &Owed) {
        let reported = match owed.timeliness {
            Timeliness::OnTime => FactKind::OnTime,
            Timeliness::Late => FactKind::Late,
            Timeliness::Missing => FactKind::Missing,
            // What is due on the day itself may still be reported on.
            Timeliness::Pending | Timeliness::Exempted => return,
        };
        let done = if owed.fulfilled {
            FactKind::Fulfilled
        } else {
            FactKind::Unfulfilled
        };
        self.note(FactKind::Expected, &owed.tally);
        self.note(done, &owed.tally);
        self.note(reported, &owed.tally);
        if reported != FactKind::Missing {
            self.note(FactKind::Reported, &owed.tally);
        }
    }

    /// Notes a notice that it received, as seen on a day: for its level or kind, and for the answer that
    /// did not come in time.
    pub fn received(&mut self, notice: &Received, as_of: Day) {
        let severity = match (notice.kind, notice.level) {
            (NoticeKind::Commendation, _) => Some(FactKind::Commendation),
            (NoticeKind::Criticism, _) => Some(FactKind::Criticism),
            (NoticeKind::Reminder | NoticeKind::Supervision, level) => level.map(|level| match level {
                NoticeLevel::Blue => FactKind::Blue,
                NoticeLevel::Yellow => FactKind::Yellow,
                NoticeLevel::Red => FactKind::Red,
            }),
        };
        let in_time = |last: Day| notice.answered_at.is_some_and(|at| day_of(at) <= last);
        let late = notice.reply_by.is_some_and(|last| last < as_of && !in_time(last));
        let unanswered = (late && notice.kind.is_answered()).then_some(FactKind::Unanswered);
        for kind in severity.into_iter().chain(unanswered) {
            self.note(
                kind,
                &Tally {
                    count: 1,
                    ids: vec![notice.notice.to_string()],
                },
            );
        }
    }

    /// Notes facts of a kind.
    pub fn note(&mut self, kind: FactKind, more: &Tally) {
        let tally = self.tallies.entry(kind).or_default();
        tally.count += more.count;
        tally.ids.extend(more.ids.iter().cloned());
        tally.ids.sort();
        tally.ids.truncate(IDS);
    }

    fn count(&self, kind: FactKind) -> i64 {
        self.tallies.get(&kind).map_or(0, |tally| tally.count)
    }

    /// The fact with the points that it makes, unless there is none.
    fn fact(&self, kind: FactKind, points: Points) -> Option<Fact> {
        let tally = self.tallies.get(&kind)?;
        Some(Fact {
            kind,
            count: tally.count,
            points,
            ids: tally.ids.clone(),
        })
    }
}

/// A fact, and what it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// How often.
    pub count: i64,
    /// What all of them made together; less than nothing where they cost.
    pub points: Points,
    /// The first of them.
    pub ids: Vec<String>,
}

/// A part of a score. Its points are the sum of its facts'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePart {
    /// Which of the four parts: completion, timeliness, quality or notices.
    pub part: PartKind,
    /// The most that it can make.
    pub weight: Points,
    /// What it made.
    pub points: Points,
    /// The facts that its points follow from.
    pub facts: Vec<Fact>,
}

/// The score of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The unit.
    pub unit: UnitCode,
    /// What it was called.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// The sum of the parts.
    pub total: Points,
    /// Its place among units of its kind; the same for the same total. A unit that had ended has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// How many units of its kind are ranked.
    pub ranked: usize,
    /// What it is made of.
    pub parts: Vec<ScorePart>,
}

/// Internal until it is published: a unit sees its own score and rank.
impl Scoped for Score {
    type Visibility = Owners;

    fn visibility(actor: &Actor) -> Owners {
        Owners::within_reach(actor, Action::ReadAssessment)
    }

    fn everything() -> Owners {
        Owners::Everybodys
    }
}

impl Scope<Score> {
    /// What scores on `as_of` are made of. A rank tells of others: who sees only its own is told nothing of
    /// `today`.
    pub fn basis(&self, as_of: Day, today: Day) -> Basis {
        if self.visibility().is_everybodys() {
            Basis::ledger(as_of, today)
        } else {
            Basis::of_days_past(as_of, today)
        }
    }
}

/// How a plan's units stand on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The plan.
    pub plan: PlanId,
    /// The day.
    pub as_of: Day,
    /// The weights it was made with.
    pub settings: AssessmentSettings,
    /// The scores, by kind and rank.
    pub scores: Vec<Score>,
    /// Who froze it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<Step>,
}

impl Assessment {
    /// With the scores that `scope` shows.
    #[must_use]
    pub fn within(mut self, scope: &Scope<Score>) -> Self {
        self.scores.retain(|score| scope.visibility().has(&score.unit));
        self
    }
}
