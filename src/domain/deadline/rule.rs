//! What a deadline phrase means: a typed rule.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        fault::{Checker, Fault},
        time::{Day, Period},
        vocabulary::vocabulary,
    },
    say,
};

vocabulary! {
    /// A calendar period that recurs.
    pub enum Every {
        /// 每周, from Monday to Sunday
        Week = "week": "每周", "week";
        /// 每旬: to the 10th, to the 20th, and to the end of a month
        TenDays = "ten_days": "每旬", "ten days";
        /// 每半月: to the 15th, and to the end of a month
        HalfMonth = "half_month": "每半月", "half month";
        /// 每月
        Month = "month": "每月", "month";
        /// 每季度
        Quarter = "quarter": "每季度", "quarter";
        /// 每半年
        HalfYear = "half_year": "每半年", "half year";
        /// 每年
        Year = "year": "每年", "year";
    }
}

impl Every {
    /// Calendar months in one period; of a shorter one the days that the longest has.
    pub fn size(self) -> Size {
        match self {
            Self::Week => Size::Days(7),
            Self::TenDays => Size::Days(11),
            Self::HalfMonth => Size::Days(16),
            Self::Month => Size::Months(1),
            Self::Quarter => Size::Months(3),
            Self::HalfYear => Size::Months(6),
            Self::Year => Size::Months(12),
        }
    }
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Part of a month, or a week: so many days at most.
    Days(u32),
    /// So many months.
    Months(u32),
}

/// The day within a period on which a recurring duty falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Due {
    /// The last day of the period.
    #[default]
    #[serde(deserialize_with = "nothing_more")]
    PeriodEnd,
    /// A day of one of its months, or of a period that is shorter (Monday is 1); one that there is not means the last.
    Day {
        /// Which month of the period, from 1; absent: the last, or that it is shorter than a month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        month: Option<u32>,
        /// Day of that month, 1 to 31, or of the shorter period.
        day: u32,
    },
    /// So long after the period has ended (每季度结束后10日内, 每月…次月5日前).
    After {
        /// How many, 1 to 366.
        count: u32,
        /// Of what.
        unit: SpanUnit,
    },
}

/// serde would drop unknown fields beside the tag of a variant that has none.
fn nothing_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

vocabulary! {
    /// The form of a [`Due`].
    pub enum DueKind {
        /// The last day of the period.
        PeriodEnd = "period_end": "期末", "end of the period";
        /// A day in it.
        Day = "day": "期内某日", "a day of the period";
        /// So long after it.
        After = "after": "期后若干日", "so long after the period";
    }
}

vocabulary! {
    /// How a span is counted.
    pub enum SpanUnit {
        /// 日 (calendar days)
        Day = "day": "日", "day";
        /// 工作日 (working days of the State Council's calendar)
        WorkingDay = "working_day": "工作日", "working day";
        /// 个月 (months: to the matching day of a later month, or to its end where it has no such day)
        Month = "month": "个月", "month";
        /// 年 (years, in the same way)
        Year = "year": "年", "year";
    }
}

/// A span that starts the day after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// How many, 1 to 366.
    pub count: u32,
    /// Of what.
    pub unit: SpanUnit,
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
    /// 每周, 每月, 每季度 …: by calendar periods.
    Recurring {
        /// The period.
        every: Every,
        /// The day within or after it; absent: its last.
        #[serde(default)]
        due: Due,
        /// The day from which it recurs (5月起); absent: from the plan's first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Day>,
        /// The day until which it recurs; absent: to the plan's last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
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
    /// 待定: nobody can say when without asking (适时, 汛前, 力争2023年底前). Its obligations have no day until a
    /// coordinator gives it another rule.
    #[serde(deserialize_with = "nothing_more")]
    Undecided,
}

vocabulary! {
    /// The kind of a [`Rule`], to filter by.
    pub enum RuleKind {
        /// One day.
        Date = "date": "确定日期", "a day";
        /// All year.
        YearRound = "year_round": "全年", "all year";
        /// By calendar periods.
        Recurring = "recurring": "周期", "recurring";
        /// From an event.
        OnEvent = "on_event": "事件触发", "from an event";
        /// To be settled.
        Undecided = "undecided": "待定", "to be settled";
    }
}

impl RuleKind {
    /// Whether it says by when something is to be done, once: that is in time when it is done in time. What comes again
    /// is in time when it is reported on in time, done or not.
    pub fn asks_for_completion(self) -> bool {
        match self {
            Self::Date | Self::OnEvent => true,
            Self::YearRound | Self::Recurring | Self::Undecided => false,
        }
    }
}

/// The largest number of days, months or years of a span.
const LONGEST_SPAN: u32 = 366;

fn from_one(place: &'static str, number: u32, most: u32, check: &mut Checker) {
    if !(1..=most).contains(&number) {
        check.at(place, |check| {
            check.fault(Fault::OutOfRange, say!("应为 1 至 {most}", "must be 1 to {most}"));
        });
    }
}

impl Due {
    /// Notes what is wrong with it in periods of `every`.
    fn check(self, every: Every, check: &mut Checker) {
        match (self, every.size()) {
            (Self::PeriodEnd, _) => {}
            (Self::Day { month, day }, Size::Months(months)) => {
                if let Some(month) = month {
                    from_one("month", month, months, check);
                }
                from_one("day", day, 31, check);
            }
            (Self::Day { month, day }, Size::Days(days)) => {
                if month.is_some() {
                    check.at("month", |check| {
                        check.fault(
                            Fault::Invalid,
                            say!("不满一个月的周期没有月份", "a period shorter than a month has none"),
                        );
                    });
                }
                from_one("day", day, days, check);
            }
            (Self::After { count, .. }, _) => from_one("count", count, LONGEST_SPAN, check),
        }
    }
}

impl Rule {
    /// Its kind.
    pub fn kind(&self) -> RuleKind {
        match self {
            Self::Date { .. } => RuleKind::Date,
            Self::YearRound => RuleKind::YearRound,
            Self::Recurring { .. } => RuleKind::Recurring,
            Self::OnEvent { .. } => RuleKind::OnEvent,
            Self::Undecided => RuleKind::Undecided,
        }
    }

    /// The day, where the rule names one by itself.
    pub fn due_on(&self) -> Option<Day> {
        match self {
            Self::Date { due_on, .. } => Some(*due_on),
            Self::YearRound | Self::Recurring { .. } | Self::OnEvent { .. } | Self::Undecided => None,
        }
    }

    /// Whether its day, or all of the time in which it recurs, is outside a plan's `period`.
    pub fn is_outside(&self, period: Period) -> bool {
        match self {
            Self::Date { due_on, .. } => !period.contains(*due_on),
            Self::Recurring { from, until, .. } => {
                until.is_some_and(|until| until < period.from) || from.is_some_and(|from| period.to < from)
            }
            Self::YearRound | Self::OnEvent { .. } | Self::Undecided => false,
        }
    }

    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        match self {
            Self::Date { due_on, label } => {
                check.day("due_on", *due_on);
                check.optional_text("label", label.as_deref(), 50);
            }
            Self::YearRound | Self::Undecided => {}
            Self::Recurring {
                every,
                due,
                from,
                until,
            } => {
                check.at("due", |check| due.check(*every, check));
                for (place, day) in [("from", from), ("until", until)] {
                    if let Some(day) = day {
                        check.day(place, *day);
                    }
                }
                if let (Some(from), Some(until)) = (from, until)
                    && until < from
                {
                    check.at("until", |check| {
                        check.fault(
                            Fault::OutOfRange,
                            say!("早于起始之日 {from}", "is before it begins on {from}"),
                        );
                    });
                }
            }
            Self::OnEvent { event, basis, within } => {
                check.text("event", event, 200);
                check.optional_text("basis", basis.as_deref(), 200);
                if let Some(within) = within {
                    check.at("within", |check| from_one("count", within.count, LONGEST_SPAN, check));
                }
            }
        }
    }
}
