//! What a plan sets for its assessment.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::fault::{Checker, Fault},
    say,
};

/// 考评设置：四项分值之和为 100 (how units are scored; the four weights add up to 100)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AssessmentSettings {
    /// 办结的分值 (points for what is fulfilled)
    #[schema(maximum = 100, default = 40)]
    pub completion: u32,
    /// 时效的分值 (points for reporting in time)
    #[schema(maximum = 100, default = 30)]
    pub timeliness: u32,
    /// 报告质量的分值 (points for reports that need not be returned)
    #[schema(maximum = 100, default = 20)]
    pub quality: u32,
    /// 督办的分值 (points for needing no notices)
    #[schema(maximum = 100, default = 10)]
    pub notices: u32,
    /// 迟报按按时的百分之几计 (what a late report counts, in percent of one in time)
    #[schema(maximum = 100, default = 50)]
    pub late_percent: u32,
    /// 扣分 (deductions)
    pub deductions: Deductions,
    /// 每次通报表扬抵扣的督办扣分 (what each commendation makes up for)
    #[schema(maximum = 100, default = 2)]
    pub commendation: u32,
}

/// 扣分，扣完为止 (points that each costs, until its part has none left)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Deductions {
    /// 每份被退回过的报告 (a report that was returned)
    #[schema(maximum = 100, default = 2)]
    pub returned_report: u32,
    /// 每份蓝色督办单 (a blue notice)
    #[schema(maximum = 100, default = 1)]
    pub blue: u32,
    /// 每份黄色督办单 (a yellow notice)
    #[schema(maximum = 100, default = 2)]
    pub yellow: u32,
    /// 每份红色督办单 (a red notice)
    #[schema(maximum = 100, default = 3)]
    pub red: u32,
    /// 每次通报批评 (a criticism)
    #[schema(maximum = 100, default = 5)]
    pub criticism: u32,
    /// 每份未按期答复的督办单 (a notice that was not answered in time)
    #[schema(maximum = 100, default = 1)]
    pub unanswered: u32,
}

impl Default for AssessmentSettings {
    fn default() -> Self {
        Self {
            completion: 40,
            timeliness: 30,
            quality: 20,
            notices: 10,
            late_percent: 50,
            deductions: Deductions::default(),
            commendation: 2,
        }
    }
}

impl Default for Deductions {
    fn default() -> Self {
        Self {
            returned_report: 2,
            blue: 1,
            yellow: 2,
            red: 3,
            criticism: 5,
            unanswered: 1,
        }
    }
}

fn at_most_hundred(check: &mut Checker, members: &[(&str, u32)]) {
    for (key, _) in members.iter().filter(|(_, value)| *value > 100) {
        check.at(*key, |check| {
            check.fault(Fault::OutOfRange, say!("应为 0 至 100", "must be 0 to 100"));
        });
    }
}

impl AssessmentSettings {
    /// Notes what cannot be.
    pub fn check(&self, check: &mut Checker) {
        let weights = [
            ("completion", self.completion),
            ("timeliness", self.timeliness),
            ("quality", self.quality),
            ("notices", self.notices),
        ];
        at_most_hundred(check, &weights);
        at_most_hundred(
            check,
            &[("late_percent", self.late_percent), ("commendation", self.commendation)],
        );
        let sum: u64 = weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if sum != 100 {
            let detail = say!(
                "四项分值之和应为 100，现为 {sum}",
                "the four weights must add up to 100, not {sum}"
            );
            check.fault(Fault::Conflict, detail);
        }
        let Deductions {
            returned_report,
            blue,
            yellow,
            red,
            criticism,
            unanswered,
        } = self.deductions;
        check.at("deductions", |check| {
            at_most_hundred(
                check,
                &[
                    ("returned_report", returned_report),
                    ("blue", blue),
                    ("yellow", yellow),
                    ("red", red),
                    ("criticism", criticism),
                    ("unanswered", unanswered),
                ],
            );
        });
    }
}
