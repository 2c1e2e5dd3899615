//! What a cell takes.

use super::*;

#[test]
fn what_looks_like_an_escape_is_text() {
    for (text, written) in [
        ("_x000D_", "_x005F_x000D_"),
        ("a_x005F_", "a_x005F_x005F_"),
        ("_x00G0_ _x12_ _x", "_x00G0_ _x12_ _x"),
        ("中_x4E2D_文", "中_x005F_x4E2D_文"),
        ("a\r\nb\rc", "a\nb\nc"),
    ] {
        assert_eq!(fitting(text), written);
    }
}
