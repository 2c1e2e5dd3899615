//! How facts make points: the parts, their sum, and ranks.

use super::{AssessmentSettings, Deductions, Fact, FactKind, PartKind, Points, Score, ScorePart, UnitFacts};
use crate::domain::scope::Scope;

fn part(part: PartKind, weight: Points, facts: impl IntoIterator<Item = Option<Fact>>) -> ScorePart {
    let facts: Vec<Fact> = facts.into_iter().flatten().collect();
    ScorePart {
        part,
        weight,
        points: facts.iter().map(|fact| fact.points).sum(),
        facts,
    }
}

impl AssessmentSettings {
    /// What these facts cost, one after the other, until there is nothing left of `pool`.
    fn costs(&self, unit: &UnitFacts, pool: Points, kinds: &[FactKind]) -> Vec<Option<Fact>> {
        let mut left = pool;
        let cost = |kind: &FactKind| {
            let cost = self.price(*kind, unit).min(left);
            left = Points(left.0 - cost.0);
            unit.fact(*kind, Points(-cost.0))
        };
        kinds.iter().map(cost).collect()
    }

    fn price(&self, kind: FactKind, unit: &UnitFacts) -> Points {
        let Deductions {
            returned_report,
            blue,
            yellow,
            red,
            criticism,
            unanswered,
        } = self.deductions;
        let each = match kind {
            FactKind::Returned => returned_report,
            FactKind::Blue => blue,
            FactKind::Yellow => yellow,
            FactKind::Red => red,
            FactKind::Criticism => criticism,
            FactKind::Unanswered => unanswered,
            FactKind::Commendation => self.commendation,
            FactKind::Fulfilled
            | FactKind::Unfulfilled
            | FactKind::OnTime
            | FactKind::Late
            | FactKind::Missing
            | FactKind::Reported
            | FactKind::Expected => 0,
        };
        Points(Points::whole(each).0.saturating_mul(unit.count(kind)))
    }

    /// Shares of what was owed: fulfilled counts, late or not.
    fn completion(&self, unit: &UnitFacts) -> ScorePart {
        let weight = Points::whole(self.completion);
        let earned = weight.share(unit.count(FactKind::Fulfilled), unit.count(FactKind::Expected));
        part(
            PartKind::Completion,
            weight,
            [
                unit.fact(FactKind::Fulfilled, earned),
                unit.fact(FactKind::Unfulfilled, Points(0)),
            ],
        )
    }

    /// Shares of what was owed: in time counts whole, late in part. Rounded together, so that both are
    /// never more than the weight.
    fn timeliness(&self, unit: &UnitFacts) -> ScorePart {
        let weight = Points::whole(self.timeliness);
        let (on_time, expected) = (unit.count(FactKind::OnTime), unit.count(FactKind::Expected));
        let late = unit.count(FactKind::Late) * i64::from(self.late_percent);
        let both = weight.share(on_time * 100 + late, expected * 100);
        let in_time = weight.share(on_time, expected);
        part(
            PartKind::Timeliness,
            weight,
            [
                unit.fact(FactKind::OnTime, in_time),
                unit.fact(FactKind::Late, Points(both.0 - in_time.0)),
                unit.fact(FactKind::Missing, Points(0)),
            ],
        )
    }

    /// The share that was reported on, less what returns cost: who reports nothing shows no quality.
    fn quality(&self, unit: &UnitFacts) -> ScorePart {
        let weight = Points::whole(self.quality);
        let earned = weight.share(unit.count(FactKind::Reported), unit.count(FactKind::Expected));
        let mut facts = vec![unit.fact(FactKind::Reported, earned)];
        facts.extend(self.costs(unit, earned, &[FactKind::Returned]));
        part(PartKind::Quality, weight, facts)
    }

    /// All of it, less what notices cost. Commendations make up for what notices cost, and for no more.
    fn notices(&self, unit: &UnitFacts) -> ScorePart {
        const COST: &[FactKind] = &[
            FactKind::Criticism,
            FactKind::Red,
            FactKind::Yellow,
            FactKind::Blue,
            FactKind::Unanswered,
        ];
        let weight = Points::whole(self.notices);
        let price: Points = COST.iter().map(|kind| self.price(*kind, unit)).sum();
        let praise = self.price(FactKind::Commendation, unit).min(price);
        let mut facts = vec![unit.fact(FactKind::Expected, weight)];
        facts.extend(self.costs(unit, Points(weight.0 + praise.0), COST));
        facts.push(unit.fact(FactKind::Commendation, praise));
        part(PartKind::Notices, weight, facts)
    }

    fn score(&self, unit: UnitFacts) -> Score {
        let parts = vec![
            self.completion(&unit),
            self.timeliness(&unit),
            self.quality(&unit),
            self.notices(&unit),
        ];
        Score {
            unit: unit.unit,
            name: unit.name,
            kind: unit.kind,
            total: parts.iter().map(|part| part.points).sum(),
            rank: None,
            ranked: 0,
            parts,
        }
    }

    /// The scores that `scope` shows, by kind, rank and code, and behind them those of units that had ended; all others are
    /// ranked. Who owed nothing has none.
    pub fn assess(&self, units: Vec<UnitFacts>, scope: &Scope<Score>) -> Vec<Score> {
        let owing = units.into_iter().filter(|unit| unit.count(FactKind::Expected) > 0);
        let mut scores: Vec<(bool, Score)> = owing.map(|unit| (unit.has_ended, self.score(unit))).collect();
        scores.sort_by(|(a_ended, a), (b_ended, b)| {
            (a.kind, a_ended, b.total, &a.unit).cmp(&(b.kind, b_ended, a.total, &b.unit))
        });
        let mut done: Vec<Score> = Vec::with_capacity(scores.len());
        for kind in scores.chunk_by(|(_, a), (_, b)| a.kind == b.kind) {
            let ranked = kind.iter().filter(|(has_ended, _)| !has_ended).count();
            for (place, (has_ended, score)) in kind.iter().enumerate() {
                let tied = done.last().filter(|last| place > 0 && last.total == score.total);
                let rank = tied.map_or(Some(place + 1), |last| last.rank);
                done.push(Score {
                    rank: rank.filter(|_| !has_ended),
                    ranked,
                    ..score.clone()
                });
            }
        }
        done.retain(|score| scope.visibility().has(&score.unit));
        done
    }
}
