//! The words of the API: each enumeration is declared once, with its names on the wire and what people call
//! them in Chinese and in English.

/// A word of an enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Its name on the wire.
    pub code: &'static str,
    /// What people call it in Chinese.
    pub zh: &'static str,
    /// What they call it in English.
    pub en: &'static str,
}

/// An enumeration whose words people read.
pub trait Vocabulary {
    /// Its words, in its order.
    const TERMS: &'static [Term];
}

/// Declares an enumeration: each word with its name on the wire and what people call it.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $code:tt: $zh:literal, $en:literal;)*
    }) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        $(#[$doc])*
        $vis enum $name { $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the wire and in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// By its name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($code => Some(Self::$variant),)* _ => None }
            }

            /// Its name, and what people call it.
            pub fn term(self) -> &'static $crate::domain::vocabulary::Term {
                &<Self as $crate::domain::vocabulary::Vocabulary>::TERMS[self as usize]
            }
        }

        impl $crate::domain::vocabulary::Vocabulary for $name {
            const TERMS: &'static [$crate::domain::vocabulary::Term] = &[
                $($crate::domain::vocabulary::Term { code: $code, zh: $zh, en: $en },)*
            ];
        }
    };
}
pub(crate) use vocabulary;
