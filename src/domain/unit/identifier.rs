//! What other systems call a unit: 统一社会信用代码, and ids of their own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        fault::{Bilingual, Checker, Fault},
        text,
    },
    say,
};

/// The scheme of 统一社会信用代码 (GB 32100-2015).
pub const USCC: &str = "uscc";

/// The characters of such a code, each worth its place.
const LETTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unit's id in another system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitIdentifier)]
pub struct Identifier {
    /// 编号体系；`uscc` 为统一社会信用代码，须通过校验码 (which system; `uscc` is the unified social credit code, and its
    /// check character must be right)
    #[schema(example = "uscc")]
    pub scheme: String,
    /// 编号 (what the unit is there)
    #[schema(example = "91350100M000100Y43")]
    pub value: String,
}

impl Identifier {
    /// Notes what is wrong with it.
    pub fn check(&self, check: &mut Checker) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if !(1..=40).contains(&self.scheme.len()) || !self.scheme.bytes().all(plain) {
            check.at("scheme", |check| {
                let why = say!(
                    "应由小写字母、数字、连字符和下划线组成，最多 40 个字符",
                    "must be lower-case letters, digits, hyphens and underscores, at most 40"
                );
                check.fault(Fault::Invalid, why);
            });
        }
        check.text("value", &self.value, 100);
        if self.scheme == USCC
            && let Err(why) = credit_code(&self.value)
        {
            check.at("value", |check| check.fault(Fault::Invalid, why));
        }
    }

    /// Whether `given` names it: by its value, or by `scheme:value`.
    pub fn is(&self, given: &str) -> bool {
        let same = |value: &str| text::normalize(value) == text::normalize(&self.value);
        let of_scheme = given.split_once(':').filter(|(scheme, _)| *scheme == self.scheme);
        same(given) || of_scheme.is_some_and(|(_, value)| same(value))
    }
}

/// Why `code` is no 统一社会信用代码: 18 characters, of which the last follows from the others.
fn credit_code(code: &str) -> Result<(), Bilingual> {
    let worth = |byte: u8| LETTERS.iter().position(|letter| *letter == byte);
    let worths: Option<Vec<usize>> = code.bytes().map(worth).collect();
    let Some((&[ref before @ .., last], 18)) = worths.as_deref().map(|worths| (worths, worths.len())) else {
        return Err(say!(
            "统一社会信用代码为 18 位数字和大写字母，没有 I、O、S、V、Z",
            "a unified social credit code has 18 digits and capital letters, without I, O, S, V and Z"
        ));
    };
    let weighed = before.iter().fold((0, 1), |(sum, weight), worth| {
        ((sum + worth * weight) % 31, weight * 3 % 31)
    });
    let wanted = (31 - weighed.0) % 31;
    if last == wanted {
        return Ok(());
    }
    Err(say!(
        "校验码不符，请核对有无误写",
        "the check character does not fit the others: look for a slip"
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        assert_eq!(credit_code("91350100M000100Y43"), Ok(()));
        for wrong in [
            "91350100M000100Y4Z",
            "91350100M000100Y44",
            "91350100M000100Y4",
            "",
            "91350100m000100y43",
        ] {
            assert!(credit_code(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        /// Whatever comes before it, one last character fits, and no slip in one place goes unseen.
        #[test]
        fn one_slip_is_always_seen(
            before in proptest::collection::vec(0..31usize, 17), at in 0..17usize, other in 0..31usize,
        ) {
            let code = |worths: &[usize], last: u8| {
                let text: String = worths.iter().map(|worth| LETTERS[*worth] as char).collect();
                format!("{text}{}", last as char)
            };
            let fitting: Vec<u8> =
                LETTERS.iter().copied().filter(|last| credit_code(&code(&before, *last)).is_ok()).collect();
            prop_assert_eq!(fitting.len(), 1);
            let mut slipped = before.clone();
            slipped[at] = other;
            prop_assert_eq!(credit_code(&code(&slipped, fitting[0])).is_ok(), other == before[at]);
        }
    }
}
