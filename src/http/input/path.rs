//! What a path names. What does not even look like one cannot exist: 404.

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use utoipa::{
    IntoParams, PartialSchema as _,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    domain::{fault::Bilingual, id::NotAnId},
    error::{Code, Error, Result},
    http::{
        caller::{AfterCaller, at_once},
        refused::refuses,
    },
    say,
};

/// The path parameter `id` or `code`.
pub struct Id<T>(pub T);

/// The two path parameters of a part of something: `id` and `member`.
pub struct IdAndMember<T, M = T>(pub T, pub M);

/// Something that a path can name: how that looks is known.
pub trait PathParameter: FromStr<Err: Into<NotAnId>> + 'static {}

impl<T: FromStr<Err: Into<NotAnId>> + 'static> PathParameter for T {}

/// What a path names.
pub trait InPath: Sized + 'static {
    /// Reads it.
    fn read(req: &HttpRequest) -> Result<Self>;
}

impl<T: PathParameter> InPath for T {
    fn read(req: &HttpRequest) -> Result<Self> {
        segment(req, "id")
    }
}

impl<T: PathParameter, M: PathParameter> InPath for IdAndMember<T, M> {
    fn read(req: &HttpRequest) -> Result<Self> {
        Ok(Self(segment(req, "id")?, segment(req, "member")?))
    }
}

impl<T: PathParameter> FromRequest for Id<T> {
    type Error = Error;
    type Future = AfterCaller<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        at_once(req, T::read(req).map(Self))
    }
}

impl<T: PathParameter, M: PathParameter> FromRequest for IdAndMember<T, M> {
    type Error = Error;
    type Future = AfterCaller<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        at_once(req, Self::read(req))
    }
}

refuses!({T} Id<T>: 404);
refuses!({T, M} IdAndMember<T, M>: 404);

fn segment<T: PathParameter>(req: &HttpRequest, name: &str) -> Result<T> {
    let text = req.match_info().get(name).ok_or_else(Error::not_found)?;
    text.parse().map_err(|error: T::Err| {
        let Bilingual { zh, en } = error.into().form();
        Error::new(
            Code::NotFound,
            say!("路径中的编号“{text}”{zh}", "the id {text} in the path {en}"),
        )
    })
}

/// An id that the document describes alike wherever it stands in a path.
pub trait Described {
    /// What it is the id of.
    const WHAT: &'static str;
    /// How it looks.
    const EXAMPLE: &'static str;
}

/// Says it of the ids of a noun, beside its handlers.
macro_rules! described {
    ($($id:ty: $what:literal, $example:literal;)*) => {$(
        impl $crate::http::input::Described for $id {
            const WHAT: &'static str = $what;
            const EXAMPLE: &'static str = $example;
        }
    )*};
}
pub(in crate::http) use described;

fn parameter<T: Described>(name: &str) -> Parameter {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .description(Some(T::WHAT))
        .required(Required::True)
        .schema(Some(String::schema()))
        .example(Some(T::EXAMPLE.into()));
    parameter.build()
}

impl<T: Described> IntoParams for Id<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![parameter::<T>("id")]
    }
}

impl<T: Described, M: Described> IntoParams for IdAndMember<T, M> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![parameter::<T>("id"), parameter::<M>("member")]
    }
}
