//! What a cell takes.

use super::*;

#[test]
fn lines_end_as_excel_ends_them() {
    assert_eq!(fitting("a\r\nb\rc _x000D_"), "a\nb\nc _x000D_");
}

#[test]
fn a_text_takes_as_many_lines_as_its_column_is_narrow() {
    for (text, wide, expected) in [
        ("", 10, 1),
        ("一二三四", 10, 1),
        ("一二三四五", 10, 2),
        ("a\n\nb", 10, 3),
        ("一", 0, 2),
    ] {
        assert_eq!(lines(text, wide), expected, "{text} {wide}");
    }
    assert!((points(1000) - 409.0).abs() < f64::EPSILON);
}
