//! What a list can be filtered by, perhaps in parts that several lists share.

use actix_web::HttpRequest;
use serde::de::DeserializeOwned;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::{pairs, read_pairs};
use crate::error::Result;

/// What a list can be filtered by: parameters, read together.
pub trait Filters: Sized {
    /// Them, for the document.
    fn parameters(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter>;
    /// Reads them from the names and values of a query.
    fn read(pairs: &[(String, String)]) -> Result<Self>;
}

impl<T: DeserializeOwned + IntoParams> Filters for T {
    fn parameters(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        T::into_params(place)
    }

    fn read(pairs: &[(String, String)]) -> Result<Self> {
        read_pairs(pairs)
    }
}

/// Two sets of filters that have no name in common.
pub struct Both<A, B>(pub A, pub B);

impl<A: Filters, B: Filters> IntoParams for Both<A, B> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Self::parameters(place)
    }
}

impl<A: Filters, B: Filters> Filters for Both<A, B> {
    fn parameters(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = A::parameters(&place);
        parameters.extend(B::parameters(place));
        parameters
    }

    fn read(pairs: &[(String, String)]) -> Result<Self> {
        Ok(Self(A::read(pairs)?, B::read(pairs)?))
    }
}

/// The query as `T`.
pub fn query<T: Filters>(req: &HttpRequest) -> Result<T> {
    T::read(&pairs(req))
}
