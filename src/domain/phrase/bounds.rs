//! From when and until when a duty recurs: 5月起每月, 2018—2020年每年, 每月一次，至12月底.

use super::{
    AT,
    date::BEGINNING,
    recurring::EVERY,
    scan::{Fail, Parsed, PhraseReader},
};
use crate::domain::time::Day;

impl PhraseReader<'_> {
    /// The days from which and until which it recurs, before its period.
    ///
    /// ```text
    /// bounds := (即日起 | 自? spot 起 (tie spot)? | when 期间?) ，?
    /// ```
    pub(super) fn bounds(&mut self) -> Parsed<(Option<Day>, Option<Day>)> {
        let from = self.at;
        if self.has("即日起 自即日起 从即日起 即日开始") {
            self.has("， ,");
            return Ok((None, None));
        }
        let begun = self.has("自 从 自从");
        let (start, end) = self.when()?;
        let first = self.first_day(from, start.unwrap_or(end))?;
        let open = start.is_none() && self.has(BEGINNING);
        if begun && !open && start.is_none() {
            return Err(Fail::NotHere);
        }
        let mut last = None;
        if !open {
            self.close(from, end.mark.moment)?;
            self.has("期间 间");
            last = Some(self.last_day(from, (start, end), Some(self.year))?);
        }
        self.has("， ,");
        let goes_on = self.ahead(|reader| {
            reader.has(AT);
            reader.one_of(EVERY).map(drop).or_else(|_| reader.word("每"))
        });
        if !goes_on {
            return Err(Fail::NotHere);
        }
        Ok((Some(first), last))
    }

    /// ```text
    /// until := ，? (直至 | 至 | 到) spot 止?
    /// ```
    pub(super) fn until(&mut self) -> Parsed<Day> {
        self.has("， ,");
        let from = self.at;
        self.word("至 到 直至 直到 持续至 持续到")?;
        let spot = self.spot(self.year)?;
        if !self.has("止 为止") {
            self.close(from, spot.mark.moment)?;
        }
        if spot.year.is_none() {
            self.plain_year(from)?;
        }
        if !self.part_ends() {
            return Err(Fail::NotHere);
        }
        self.last_day(from, (None, spot), Some(self.year))
    }
}
