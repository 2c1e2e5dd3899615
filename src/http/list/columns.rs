//! The columns of a table: what they are called, and what stands in them.

use super::cell::{Cell, Headers};

/// A column of a table of `V`s.
pub struct Column<V> {
    /// Its name, as in `fields=`.
    pub name: &'static str,
    /// Its head in Chinese.
    pub zh: &'static str,
    /// What stands in it.
    pub cell: fn(&V) -> Cell<'_>,
}

impl<V> Column<V> {
    /// What stands above it.
    pub fn head(&self, headers: Option<Headers>) -> String {
        match headers {
            None => self.name.to_owned(),
            Some(Headers::Zh) => self.zh.to_owned(),
            // `due_on` is `Due on`.
            Some(Headers::En) => {
                let (first, rest) = self.name.split_at(1);
                first.to_ascii_uppercase() + &rest.replace('_', " ")
            }
        }
    }
}

/// Declares the columns of a table, each with its head in Chinese: `field: "…"` for a field of the view,
/// `name: "…" = |view| …` for anything else.
macro_rules! columns {
    (@cell $field:ident) => { |view| $crate::http::list::Cell::of(&view.$field) };
    (@cell $name:ident $cell:expr) => { $cell };
    ($($name:ident: $zh:literal $(= $cell:expr)?),* $(,)?) => {
        &[$($crate::http::list::Column {
            name: stringify!($name),
            zh: $zh,
            cell: $crate::http::list::columns!(@cell $name $($cell)?),
        },)*]
    };
}
pub(crate) use columns;
