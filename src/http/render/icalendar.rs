//! A calendar feed (RFC 5545): due days as all-day events with stable UIDs.

use crate::domain::time::{Day, Instant};

/// One due day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stable: the same obligation keeps it.
    pub uid: String,
    /// The day.
    pub day: Day,
    /// One line.
    pub summary: String,
    /// The text below the summary (DESCRIPTION).
    pub description: String,
    /// Grows with each change (SEQUENCE).
    pub sequence: i64,
}

/// The feed as text, lines ended and folded as the RFC asks.
pub fn render(name: &str, entries: &[Entry], stamp: Instant) -> String {
    let mut feed = String::new();
    let mut line = |name: &str, value: &str| fold(&mut feed, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//duban//obligations//ZH");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("NAME", &escape(name));
    line("X-WR-CALNAME", &escape(name));
    line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
    for entry in entries {
        line("BEGIN", "VEVENT");
        line("UID", &entry.uid);
        line("DTSTAMP", &stamp.format("%Y%m%dT%H%M%SZ").to_string());
        line("DTSTART;VALUE=DATE", &entry.day.format("%Y%m%d").to_string());
        // Not included: the day after.
        let end = entry.day.succ_opt().unwrap_or(entry.day);
        line("DTEND;VALUE=DATE", &end.format("%Y%m%d").to_string());
        line("SEQUENCE", &entry.sequence.to_string());
        line("SUMMARY", &escape(&entry.summary));
        line("DESCRIPTION", &escape(&entry.description));
        line("TRANSP", "TRANSPARENT");
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    feed
}

/// TEXT (section 3.3.11).
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace("\r\n", "\\n")
        .replace('\n', "\\n")
}

/// Lines of at most 75 octets, cut between characters (section 3.1).
fn fold(feed: &mut String, line: &str) {
    let mut room = 75;
    for character in line.chars() {
        if character.len_utf8() > room {
            feed.push_str("\r\n ");
            room = 74;
        }
        feed.push(character);
        room -= character.len_utf8();
    }
    feed.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_was_said(summary in "[^\r\n]{0,120}") {
            let entry = Entry {
                uid: "a@duban".into(),
                day: "2017-12-31".parse().unwrap(),
                summary: summary.clone(),
                description: String::new(),
                sequence: 1,
            };
            let feed = render("台账", &[entry], "2017-06-30T00:00:00Z".parse().unwrap());
            prop_assert!(feed.split("\r\n").all(|line| line.len() <= 75));
            let unfolded = feed.replace("\r\n ", "");
            let expected = format!("SUMMARY:{}\r\n", escape(&summary));
            prop_assert!(unfolded.contains(&expected));
            prop_assert!(unfolded.contains("DTEND;VALUE=DATE:20180101\r\n"));
        }
    }
}
