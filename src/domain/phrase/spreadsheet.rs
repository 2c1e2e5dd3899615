//! Days as spreadsheets store them.

use chrono::Days;

use crate::domain::time::Day;

/// The day that a spreadsheet's serial number means, for cells that are typed as dates: days since the end of 1899, or since
/// 1904-01-01 in workbooks that say so (`date1904`). The time of day is dropped. Serial 60 is 1900-02-29, which the
/// first spreadsheets believed in: no day.
pub fn spreadsheet_day(serial: f64, date1904: bool) -> Option<Day> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is within the range"
    )]
    let days = (0.0..2_958_466.0).contains(&serial).then_some(serial as u64)?;
    let epoch = match days {
        _ if date1904 => Day::from_ymd_opt(1904, 1, 1),
        0 | 60 => None,
        1..60 => Day::from_ymd_opt(1899, 12, 31),
        _ => Day::from_ymd_opt(1899, 12, 30),
    };
    epoch?.checked_add_days(Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_days() {
        let day = |serial, date1904| spreadsheet_day(serial, date1904).map(|day| day.to_string());
        for (serial, expected) in [
            (1.0, Some("1900-01-01")),
            (59.0, Some("1900-02-28")),
            (60.0, None),
            (61.0, Some("1900-03-01")),
            (43_100.0, Some("2017-12-31")),
            (43_100.75, Some("2017-12-31")),
            (2_958_465.0, Some("9999-12-31")),
            (2_958_466.0, None),
            (0.0, None),
            (-1.0, None),
            (f64::NAN, None),
        ] {
            assert_eq!(day(serial, false).as_deref(), expected, "{serial}");
        }
        assert_eq!(day(41_638.0, true).as_deref(), Some("2017-12-31"));
    }
}
