//! Who is calling, and whether the route's action is allowed to them: the first gate. It stands
//! in the handler's signature, so that a route without it does not exist.

mod gate;
mod reach;
mod token;

use std::{cell::OnceCell, marker::PhantomData, ops::Deref, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::ACCEPT, web::Data};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use utoipa::IntoResponses;

use self::gate::Gate;
use self::token::{acts_for, allow, authenticate, bearer, needs_no_unit_or_names_one, not_accepted, own_unit};
pub use self::{
    gate::{AfterCaller, after_caller, at_once},
    token::take_over,
};
pub use crate::domain::policy::may;

use super::{
    origin::Origin,
    refused::{Answers, refused},
};
use crate::{
    app::{App, PlansSeen, Snapshot},
    domain::{
        catalog::Catalog,
        disclosure::Disclosed,
        extra::ExtraCell,
        plan::{self, Plan},
        policy::{Action, Actor, Demand, TokenReading},
        scope::{Scope, Scoped},
        time::Day,
        unit::UnitDirectory,
    },
    error::{Error, Result},
    service::work::Context,
};

/// What a caller's rights make of the same plans. Callers with the same view get the same bytes.
#[derive(Clone)]
pub struct View {
    /// Drafts are there.
    pub drafts: bool,
    /// `allowed_actions` of plans are not empty.
    pub manages_plans: bool,
    /// Which extra cells there are.
    pub extra: Scope<ExtraCell>,
}

impl View {
    /// The view of `actor`.
    pub fn of(actor: &Actor) -> Self {
        Self {
            drafts: *Scope::<Plan>::of(actor).visibility() == plan::Visibility::All,
            manages_plans: actor.may(Action::ManagePlans),
            extra: Scope::of(actor),
        }
    }

    /// What is public.
    pub fn public() -> Self {
        Self::of(&Actor::anonymous())
    }

    /// What sets the bytes of plans apart from those of other views; extra cells do where not everybody sees the same.
    pub fn seen(&self, private_columns: bool) -> PlansSeen {
        PlansSeen {
            drafts: self.drafts,
            manages: self.manages_plans,
            private_columns: private_columns.then(|| self.extra.visibility().clone()),
        }
    }
}

/// A caller to whom the demanded action is allowed: a proof, and besides that a [`Call`] like any other.
pub struct Caller<D> {
    call: Call,
    demand: PhantomData<D>,
}

impl<D> Deref for Caller<D> {
    type Target = Call;
    fn deref(&self) -> &Call {
        &self.call
    }
}

/// One request of one caller: who asks what of which application, and the plans and units as they are
/// known at that moment.
pub struct Call {
    app: Data<App>,
    req: HttpRequest,
    context: Context,
    snapshot: Arc<Snapshot>,
    today: Day,
    origin: OnceCell<Origin>,
    /// How far the log was before plans and units were read, where changes are asked for.
    pub sealed: Option<i64>,
    /// What the caller may see of plans.
    pub view: View,
}

impl Call {
    /// Who is calling.
    pub fn actor(&self) -> &Actor {
        &self.context.actor
    }

    /// Which things of a kind the caller sees.
    pub fn scope<T: Scoped>(&self) -> Scope<T> {
        Scope::of(self.actor())
    }

    /// The plan as the caller sees it, among `units`.
    pub fn disclosed<'a>(&'a self, plan: &'a Plan, units: &'a UnitDirectory) -> Disclosed<'a> {
        Disclosed {
            plan,
            units,
            scope: &self.view.extra,
        }
    }

    /// Today, which for one request is one day.
    pub fn today(&self) -> Day {
        self.today
    }

    /// The same request from an unnamed caller with the same rights.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        Self {
            app: self.app.clone(),
            req: self.req.clone(),
            context: Context {
                actor: self.context.actor.unnamed(),
                request_id: None,
            },
            snapshot: self.snapshot.clone(),
            today: self.today,
            origin: OnceCell::new(),
            sealed: self.sealed,
            view: self.view.clone(),
        }
    }

    /// Whether the caller has shown no token.
    pub fn is_anonymous(&self) -> bool {
        self.actor().person.is_none()
    }

    /// What the caller's token says; `None` without one.
    pub async fn token(&self) -> Result<Option<TokenReading>> {
        let Some(token) = bearer(&self.req)? else {
            return Ok(None);
        };
        let read = self.app.verifier.read(token, self.now()).await;
        read.map(Some)
            .map_err(|refused| not_accepted(refused.passes(), refused.detail()))
    }

    /// The request.
    pub fn request(&self) -> &HttpRequest {
        &self.req
    }

    /// `Accept`.
    pub fn accept(&self) -> Option<&str> {
        self.req.headers().get(ACCEPT).and_then(|header| header.to_str().ok())
    }

    /// Plans and units.
    pub fn catalog(&self) -> &Catalog {
        self.snapshot.catalog()
    }

    /// Plans and units with the replies that were rendered from them.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Where the caller finds the service.
    pub fn origin(&self) -> &Origin {
        self.origin.get_or_init(|| Origin::of(&self.req))
    }

    /// Who, and in which request.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Fails when `action` reaches only for the caller's own unit and there is no such unit: without this error the caller
    /// would silently see only what is public.
    pub fn sees_by(&self, action: Action) -> Result<()> {
        needs_no_unit_or_names_one(&self.app, self.actor(), action)?;
        own_unit(&self.app, self.actor(), action, self.catalog()).map(drop)
    }
}

impl<D: Demand> FromRequest for Caller<D> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = Gate::close(req);
        let req = req.clone();
        async move {
            super::Unmatched::check(&req)?;
            let app = app(&req)?;
            let mut context = authenticate(&app, &req).await?;
            needs_no_unit_or_names_one(&app, &context.actor, D::ACTION)?;
            allow(&app, &context.actor, D::ACTION)?;
            // Before plans and units are read: what changes in them meanwhile is told the next time.
            let follows = super::declared::Declared::asks(&req, "changed_since");
            let sealed = app.sealed_if(follows).await?;
            let snapshot = app.catalog(&context).await?;
            let unit = own_unit(&app, &context.actor, D::ACTION, snapshot.catalog())?;
            acts_for(&app, &context.actor, D::ACTION, unit)?;
            super::declared::Declared::check(&req)?;
            let today = app.today();
            take_over(&mut context.actor, snapshot.catalog(), today);
            let view = View::of(&context.actor);
            gate.open();
            Ok(Self {
                call: Call {
                    app,
                    req,
                    context,
                    snapshot,
                    today,
                    origin: OnceCell::new(),
                    sealed,
                    view,
                },
                demand: PhantomData,
            })
        }
        .boxed_local()
    }
}

impl<D: Demand> IntoResponses for Caller<D> {
    fn responses() -> Answers {
        let anybody = Actor::anonymous().may(D::ACTION);
        refused(if anybody {
            &[400, 401, 503]
        } else {
            &[400, 401, 403, 503]
        })
    }
}

/// The application that serves `req`.
pub fn app(req: &HttpRequest) -> Result<Data<App>> {
    req.app_data::<Data<App>>()
        .cloned()
        .ok_or_else(|| Error::internal("no application"))
}
