//! Formats that replies are drawn or written in: no more than values go in, and bytes come out.

pub mod board;
pub mod icalendar;
pub mod office;
pub mod trend;

/// Text that may stand in XML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
