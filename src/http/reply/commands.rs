//! Runs a command on one thing and replies with the thing as it is afterwards: all handlers of changes use these functions.

use std::fmt::Display;

use serde::Serialize;

use super::{Reply, changed, created, deleted};
use crate::{
    error::Result,
    http::{
        caller::Call,
        input::{Change, Create, ReasonInput, ReasonParams, query},
    },
    service::{
        amendments::Reason,
        idempotency::told,
        obligations::required_reason,
        work::{Expected, Work},
    },
    store::idempotency::{Audience, SavedReply},
};

/// A thing as a change leaves it.
pub struct Representation<V> {
    id: String,
    version: i64,
    view: V,
    to_all: bool,
}

impl<V: Serialize> Representation<V> {
    /// For who may read it.
    pub fn new(id: &impl Display, version: i64, view: V) -> Self {
        Self {
            id: id.to_string(),
            version,
            view,
            to_all: false,
        }
    }

    /// The same for all callers.
    pub fn to_all(id: &impl Display, version: i64, view: V) -> Self {
        Self {
            to_all: true,
            ..Self::new(id, version, view)
        }
    }

    /// The reply to a change.
    fn changed(&self, call: &Call) -> Result<SavedReply> {
        // What everybody is shown may hold more for who reads.
        let to = if self.to_all && !call.actor().reads() {
            Audience::All
        } else {
            Audience::Readers
        };
        let reply = SavedReply {
            to,
            ..changed(self.version, &self.view)?
        };
        Ok(told(reply, call.actor()))
    }
}

impl Call {
    /// Makes a new thing in the collection that the path names, and shows it.
    pub async fn create<N, T, V: Serialize>(
        &self,
        create: Create<N>,
        command: impl AsyncFnOnce(&mut Work<'_>, N) -> Result<T>,
        shown: impl FnOnce(&Self, &T) -> Representation<V>,
    ) -> Reply {
        self.write(create.once, async |work| {
            let shown = shown(self, &command(work, create.value).await?);
            created(self.request().path(), &shown.id, shown.version, &shown.view)
        })
        .await
    }

    /// Takes a step with a thing, and shows it as it is then.
    pub async fn step<I, T, V: Serialize>(
        &self,
        change: Change<I>,
        command: impl AsyncFnOnce(&mut Work<'_>, &I, &Expected) -> Result<T>,
        shown: impl FnOnce(&Self, &T) -> Representation<V>,
    ) -> Reply {
        self.write(change.once, async |work| {
            let after = command(work, &change.at, &change.expected).await?;
            shown(self, &after).changed(self)
        })
        .await
    }

    /// Like [`Call::step`], for a step that must have a reason; 422 without one.
    pub async fn step_because<I, T, V: Serialize>(
        &self,
        change: Change<I, ReasonInput>,
        command: impl AsyncFnOnce(&mut Work<'_>, &I, &Expected, String) -> Result<T>,
        shown: impl FnOnce(&Self, &T) -> Representation<V>,
    ) -> Reply {
        let (change, ReasonInput { reason }) = change.split();
        let reason = required_reason(reason)?;
        self.step(
            change,
            async |work, id, expected| command(work, id, expected, reason).await,
            shown,
        )
        .await
    }

    /// Like [`Call::step`], for a step or a PATCH that has a body.
    pub async fn change<I, S, T, V: Serialize>(
        &self,
        change: Change<I, S>,
        command: impl AsyncFnOnce(&mut Work<'_>, &I, &Expected, S) -> Result<T>,
        shown: impl FnOnce(&Self, &T) -> Representation<V>,
    ) -> Reply {
        let (change, said) = change.split();
        self.step(
            change,
            async |work, id, expected| command(work, id, expected, said).await,
            shown,
        )
        .await
    }

    /// Deletes a thing.
    pub async fn delete<I>(
        &self,
        change: Change<I>,
        command: impl AsyncFnOnce(&mut Work<'_>, &I, &Expected) -> Result<()>,
    ) -> Reply {
        self.write(change.once, async |work| {
            command(work, &change.at, &change.expected).await?;
            Ok(deleted())
        })
        .await
    }

    /// Like [`Call::delete`], with the reason that the query gives; 422 where one is required and absent.
    pub async fn delete_because<I>(
        &self,
        change: Change<I>,
        command: impl AsyncFnOnce(&mut Work<'_>, &I, &Expected, Reason) -> Result<()>,
    ) -> Reply {
        let ReasonParams { reason, applies_to } = query(self.request())?;
        let reason = Reason::in_query(reason).applying_to(applies_to);
        self.delete(change, async |work, id, expected| {
            command(work, id, expected, reason).await
        })
        .await
    }
}
