//! In which order a request is refused. Extractors of one handler are polled side by side, and the first that fails answers:
//! which one that is must not hang on how long the database takes.

use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::future::{Either, FutureExt as _, LocalBoxFuture, Ready, ready};
use tokio::sync::SetOnce;

use crate::error::Result;

/// Stands open once the caller of a request may pass.
#[derive(Clone)]
pub struct Gate(Rc<SetOnce<()>>);

impl Gate {
    /// Closes it for whatever else the handler reads. [`super::Caller`] comes first in its signature.
    pub fn close(req: &HttpRequest) -> Self {
        let gate = Self(Rc::new(SetOnce::new()));
        req.extensions_mut().insert(gate.clone());
        gate
    }

    /// Lets pass.
    pub fn open(&self) {
        // It is opened once.
        drop(self.0.set(()));
    }
}

/// What was read of a request: that it cannot be read is told when its caller has passed, who else hears of that only.
pub async fn after_caller<T>(req: &HttpRequest, read: Result<T>) -> Result<T> {
    let gate = req.extensions().get::<Gate>().cloned();
    if let (Err(_), Some(gate)) = (&read, gate) {
        gate.0.wait().await;
    }
    read
}

/// The future of an extractor: ready at once, or an error that is told once the caller has passed.
pub type AfterCaller<T> = Either<Ready<Result<T>>, LocalBoxFuture<'static, Result<T>>>;

/// Like [`after_caller`], for what is read without waiting.
pub fn at_once<T: 'static>(req: &HttpRequest, read: Result<T>) -> AfterCaller<T> {
    if read.is_ok() {
        return Either::Left(ready(read));
    }
    let req = req.clone();
    Either::Right(async move { after_caller(&req, read).await }.boxed_local())
}
