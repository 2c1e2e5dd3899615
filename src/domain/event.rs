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

    /// The name in the log of the kind of thing that it happens to.
    pub fn subject_kind(self) -> &'static str {
        subject_kind_of(self.0)
    }
}

/// Whether the event of this name is one of these.
pub fn is_one_of(name: &str, events: &[Event]) -> bool {
    events.iter().any(|event| event.as_str() == name)
}

/// The name of the kind of thing that an event of this name happens to: what stands before the dot.
pub fn subject_kind_of(event: &str) -> &str {
    event.split('.').next().unwrap_or_default()
}

macro_rules! event_subjects {
    ($($kind:ident = $name:literal,)+) => {
        /// What something can happen to.
        #[expect(missing_docs, reason = "the names in the log say it")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EventSubject { $($kind,)+ }

        impl EventSubject {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Its name in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// What an event of this name happens to.
            pub fn of(event: &str) -> Option<Self> {
                match subject_kind_of(event) { $($name => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

event_subjects! {
    Assessment = "assessment",
    Calendar = "calendar",
    CalendarFeed = "calendar_feed",
    Deadline = "deadline",
    Extension = "extension",
    Feedback = "feedback",
    Import = "import",
    Notice = "notice",
    Obligation = "obligation",
    Occurrence = "occurrence",
    Plan = "plan",
    Report = "progress_report",
    Requirement = "requirement",
    SecondReview = "second_review",
    Task = "task",
    Unit = "unit",
}

/// Declares the events of a noun; with `ALL:` in front, also a constant `ALL` with all of them.
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

        /// What can happen to the noun.
        pub(super) const EVENTS: &[$crate::domain::event::Event] = &[$($crate::domain::event::Event::$name),+];

        #[cfg(test)]
        #[test]
        fn events_happen_to_things_that_are_known() {
            for name in [$($text),+] {
                assert!($crate::domain::event::EventSubject::of(name).is_some(), "{name}");
            }
        }
    };
}
pub(super) use events;
