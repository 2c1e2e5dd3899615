//! What can happen to a thing, by name.

/// What happened, dotted past tense: its name in the log and in the change feed. Each noun names its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event(&'static str);

impl Event {
    pub(super) const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// Names what happens to a noun; `ALL:` before it names all of that together.
macro_rules! events {
    ($all:ident: $($name:ident = $text:literal),+ $(,)?) => {
        $crate::domain::event::events! { $($name = $text),+ }
        impl $crate::domain::event::Event {
            pub(super) const $all: &[Self] = &[$(Self::$name),+];
        }
    };
    ($($name:ident = $text:literal),+ $(,)?) => {
        #[expect(missing_docs, reason = "the names on the wire say it")]
        impl $crate::domain::event::Event {
            $(pub const $name: Self = Self::named($text);)+
        }
    };
}
pub(super) use events;
