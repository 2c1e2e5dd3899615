//! The words of the API: each enumeration is declared once, with its names on the wire and what people call
//! them in Chinese and in English.

use std::fmt;

/// 枚举的一个值及其名称 (a word of an enumeration)
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Term {
    /// 接口中的写法 (its name on the wire)
    #[schema(example = "submitted")]
    pub code: &'static str,
    /// 中文名称 (what people call it in Chinese)
    #[schema(example = "待审核")]
    pub zh: &'static str,
    /// 英文名称 (what they call it in English)
    #[schema(example = "submitted")]
    pub en: &'static str,
}

/// What people call it, in both languages.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.zh, self.en)
    }
}

/// An enumeration whose words people read.
pub trait Vocabulary: Copy + 'static {
    /// Its words, in its order.
    const TERMS: &'static [Term];

    /// The name of this one, and what people call it.
    fn term(self) -> &'static Term;
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
        }

        impl $crate::domain::vocabulary::Vocabulary for $name {
            const TERMS: &'static [$crate::domain::vocabulary::Term] = &[
                $($crate::domain::vocabulary::Term { code: $code, zh: $zh, en: $en },)*
            ];

            fn term(self) -> &'static $crate::domain::vocabulary::Term {
                &Self::TERMS[self as usize]
            }
        }
    };
}
pub(crate) use vocabulary;
