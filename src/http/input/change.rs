//! A request that creates or changes something, as one extractor: which thing, at what version, once by
//! what key, and what it says.

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::de::DeserializeOwned;
use utoipa::{IntoResponses, ToSchema};

use super::{Body, IdempotencyKey, InPath, Nothing, OptionalBody, if_match};
use crate::{
    error::{Error, Result},
    http::{caller::after_caller, refused::refuses},
    service::{idempotency::Request, work::Expected},
};

/// What a change may say.
pub trait ChangeBody: Sized + 'static {
    /// How it is read.
    type Body: FromRequest<Error = Error> + IntoResponses;

    /// What is said, and the bytes that say it: an idempotency key stands for them.
    fn by(body: Self::Body) -> (Self, Bytes);
}

impl<T: DeserializeOwned + ToSchema + 'static> ChangeBody for T {
    type Body = Body<T>;

    fn by(body: Body<T>) -> (Self, Bytes) {
        (body.value, body.bytes)
    }
}

impl<T: DeserializeOwned + Default + ToSchema + 'static> ChangeBody for OptionalBody<T> {
    type Body = Self;

    fn by(body: Self) -> (Self, Bytes) {
        let bytes = body.0.bytes.clone();
        (body, bytes)
    }
}

impl ChangeBody for Nothing {
    type Body = Self;

    fn by(nothing: Self) -> (Self, Bytes) {
        (nothing, Bytes::new())
    }
}

/// A change of the thing that the path names: a PATCH, a DELETE or a step of a workflow. Refused in this
/// order: 404 by form, 428, a bad key, a body that cannot be read.
pub struct Change<P, S = Nothing> {
    /// Which thing.
    pub at: P,
    /// `If-Match`.
    pub expected: Expected,
    /// What is said.
    pub said: S,
    /// The idempotency key, bound to the route and the body.
    pub once: Option<Request>,
}

impl<P: InPath, S: ChangeBody> FromRequest for Change<P, S> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        async move {
            let read = Self::read(&req, &mut payload).await;
            after_caller(&req, read).await
        }
        .boxed_local()
    }
}

impl<P: InPath, S: ChangeBody> Change<P, S> {
    async fn read(req: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let at = P::read(req)?;
        let expected = if_match(req)?;
        let key = IdempotencyKey::of(req)?;
        let (said, bytes) = S::by(S::Body::from_request(req, payload).await?);
        let once = key.bind(&bytes);
        Ok(Self {
            at,
            expected,
            said,
            once,
        })
    }
}

impl<P, S> Change<P, S> {
    /// What is said, apart from the rest.
    pub fn split(self) -> (Change<P>, S) {
        let change = Change {
            at: self.at,
            expected: self.expected,
            said: Nothing,
            once: self.once,
        };
        (change, self.said)
    }
}

refuses!({P: InPath, S: ChangeBody} Change<P, S>: 404, 409, 412, 428, 507; S::Body);
refuses!({T} Create<T>: 409, 507; Body<T>);

/// A POST that makes something new of what it says.
pub struct Create<T> {
    /// What is said.
    pub value: T,
    /// The idempotency key, bound to the route and the body.
    pub once: Option<Request>,
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Create<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        async move {
            let read = Self::read(&req, &mut payload).await;
            after_caller(&req, read).await
        }
        .boxed_local()
    }
}

impl<T: DeserializeOwned + ToSchema + 'static> Create<T> {
    async fn read(req: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let key = IdempotencyKey::of(req)?;
        let body: Body<T> = Body::from_request(req, payload).await?;
        Ok(Self {
            value: body.value,
            once: key.bind(&body.bytes),
        })
    }
}
