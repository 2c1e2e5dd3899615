//! Suggestions for misspelt names: "did you mean …?"

use super::{fault::Bilingual, text};
use crate::say;

/// The one of `known` that `given` is nearly: but for case, width, hyphens and a few letters.
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let folded = |name: &str| text::normalize(name).replace('-', "_");
    let given = folded(given);
    let distance = |name: &str| {
        let name = folded(name);
        let lengths = [given.chars().count(), name.chars().count()];
        let (shorter, longer) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
        // Part of a name, or a name with more to it.
        let part = shorter >= 3 && (name.starts_with(&given) || given.starts_with(&name));
        let part = part || shorter >= 5 && name.ends_with(&given);
        let distance = strsim::osa_distance(&given, &name);
        (part || distance * 3 <= longer).then_some(distance)
    };
    let near = known.into_iter().filter_map(|name| Some((distance(name)?, name)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// What follows a sentence that something is not there: the names that may have been meant, if there are some.
pub fn meant<N: AsRef<str>>(names: &[N]) -> Bilingual {
    if names.is_empty() {
        return say!("", "");
    }
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let (zh, en) = (names.join(" 或 "), names.join(" or "));
    say!("，是否指 {zh}？", "; did you mean {en}?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_through() {
        let names = [
            "obligations",
            "plans",
            "progress-reports",
            "due_on",
            "unit",
            "unit_kind",
            "万江",
        ];
        for (given, meant) in [
            ("obligation", Some("obligations")),
            ("Plans", Some("plans")),
            ("plan", Some("plans")),
            ("progress_reports", Some("progress-reports")),
            ("ｕｎｉｔ", Some("unit")),
            ("uint", Some("unit")),
            ("reports", Some("progress-reports")),
            ("due", Some("due_on")),
            ("due_no", Some("due_on")),
            ("colour", None),
            ("x", None),
            ("两字", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, names), meant, "{given}");
        }
    }
}
