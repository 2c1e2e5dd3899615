//! What an operation answers when it does not do what is asked. The types that its handler takes say it, and
//! the operation names them in its `responses`.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{Ref, RefOr, Response},
};

/// Answers by status, for the document.
pub type Answers = BTreeMap<String, RefOr<Response>>;

/// Problems of these statuses.
pub fn refused(statuses: &[u16]) -> Answers {
    let problem = |status: &u16| RefOr::Ref(Ref::from_response_name(format!("Problem{status}")));
    statuses
        .iter()
        .map(|status| (status.to_string(), problem(status)))
        .collect()
}

/// A status that no type of the signature stands for.
pub struct Refused<const STATUS: u16>;

impl<const STATUS: u16> IntoResponses for Refused<STATUS> {
    fn responses() -> Answers {
        refused(&[STATUS])
    }
}

/// What reads from a request, and how it may fail.
macro_rules! refuses {
    ($({$($bounds:tt)*})? $name:ty: $($status:literal),* $(; $part:ty)*) => {
        impl $(<$($bounds)*>)? utoipa::IntoResponses for $name {
            fn responses() -> $crate::http::refused::Answers {
                let answers = $crate::http::refused::refused(&[$($status),*]);
                $(let answers: $crate::http::refused::Answers = answers.into_iter().chain(<$part as utoipa::IntoResponses>::responses()).collect();)*
                answers
            }
        }
    };
}

pub(crate) use refuses;
