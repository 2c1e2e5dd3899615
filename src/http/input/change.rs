//! A request that creates or changes something, as one extractor: which thing, at what version, once by
//! what key, and what it says.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt as _, LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;
use utoipa::{IntoResponses, ToSchema};

use super::{Body, IdempotencyKey, IfMatch, InPath, OptionalBody};
use crate::{
    error::{Error, Result},
    http::refused::refuses,
    service::{idempotency::Request, work::Expected},
};

/// A request body that may be asked what it was read from.
pub trait Sent: FromRequest<Error = Error> + IntoResponses {
    /// Its bytes, which an idempotency key stands for.
    fn bytes(&self) -> &[u8];
}

impl<T: DeserializeOwned + ToSchema + 'static> Sent for Body<T> {
    fn bytes(&self) -> &[u8] {
        Self::bytes(self)
    }
}

impl<T: DeserializeOwned + Default + ToSchema + 'static> Sent for OptionalBody<T> {
    fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// Nothing is read from the body.
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Sent for NoBody {
    fn bytes(&self) -> &[u8] {
        &[]
    }
}

/// A change of the thing that the path names: a PATCH, a DELETE or a step of a workflow. Refused in this
/// order: 404 by form, 428, a bad key, a body that cannot be read.
pub struct Change<P, B = NoBody> {
    /// Which thing.
    pub at: P,
    /// `If-Match`.
    pub expected: Expected,
    /// What is said.
    pub body: B,
    /// The idempotency key of a POST, bound to the route and the body.
    pub once: Option<Request>,
}

impl<P: InPath, B: Sent + 'static> FromRequest for Change<P, B> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        async move {
            let at = P::read(&req)?;
            let IfMatch(expected) = IfMatch::extract(&req).await?;
            let key = IdempotencyKey::of(&req)?;
            let body = B::from_request(&req, &mut payload).await?;
            let once = key.bind(body.bytes());
            Ok(Self {
                at,
                expected,
                body,
                once,
            })
        }
        .boxed_local()
    }
}

impl<P, B> Change<P, B> {
    /// What is said, apart from the rest.
    pub fn split(self) -> (Change<P>, B) {
        let change = Change {
            at: self.at,
            expected: self.expected,
            body: NoBody,
            once: self.once,
        };
        (change, self.body)
    }
}

refuses!(NoBody:);
refuses!({P: InPath, B: Sent} Change<P, B>: 409, 412, 428, 507; P; B);
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
            let key = IdempotencyKey::of(&req)?;
            let body: Body<T> = Body::from_request(&req, &mut payload).await?;
            let once = key.bind(body.bytes());
            Ok(Self {
                value: body.value,
                once,
            })
        }
        .boxed_local()
    }
}
