//! Who is calling, and whether the route's action is allowed to them: the first gate. It stands
//! in the handler's signature, so that a route without it does not exist.

use std::{cell::OnceCell, marker::PhantomData, ops::Deref, sync::Arc};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{ACCEPT, AUTHORIZATION},
    web::Data,
};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use utoipa::IntoResponses;

pub use crate::domain::policy::may;

use super::{
    origin::Origin,
    refused::{Answers, refused},
    request_id::RequestId,
};
use crate::{
    app::{App, Snapshot},
    domain::{
        catalog::Catalog,
        disclosure::Disclosed,
        extra::ExtraCell,
        fault::Bilingual,
        plan::{self, Plan},
        policy::{Action, Actor, Demand, Reading},
        scope::{Scope, Scoped, Whose},
        time::Day,
        unit::{Unit, UnitDirectory},
    },
    error::{Code, Error, Result},
    say,
    service::work::{Context, Work},
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
            drafts: *Scope::<Plan>::of(actor).sight() == plan::Sight::All,
            manages_plans: actor.may(Action::ManagePlans),
            extra: Scope::of(actor),
        }
    }

    /// What anybody sees.
    pub fn public() -> Self {
        Self::of(&Actor::anonymous())
    }

    /// What sets the bytes of plans apart from those of other views; extra cells do where not everybody sees the same.
    pub fn key(&self, private: bool) -> String {
        let extra = match self.extra.sight() {
            Whose::Everybodys if private => "all".to_owned(),
            Whose::Units(units) if private => units.iter().flat_map(|unit| ["+", unit.as_str()]).collect(),
            _ => String::new(),
        };
        format!("{} {} {extra}", u8::from(self.drafts), u8::from(self.manages_plans))
    }
}

/// A caller to whom the demanded action is allowed.
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

impl Deref for Call {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
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
    pub async fn token(&self) -> Result<Option<Reading>> {
        let Some(token) = bearer(&self.req)? else {
            return Ok(None);
        };
        let read = self.verifier.read(token, self.clock().now()).await;
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
        needs_no_unit_or_names_one(self, self.actor(), action)?;
        own_unit(self, self.actor(), action, self.catalog()).map(drop)
    }

    /// Runs a command of this caller that answers in its own way.
    pub async fn write_with<R>(&self, command: impl AsyncFnOnce(&mut Work<'_>) -> Result<R>) -> Result<R> {
        self.app.write(&self.context, command).await
    }
}

impl<D: Demand> FromRequest for Caller<D> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move {
            let app = app(&req)?;
            let mut context = authenticate(&app, &req).await?;
            needs_no_unit_or_names_one(&app, &context.actor, D::ACTION)?;
            allow(&app, &context.actor, D::ACTION)?;
            let sealed = app.sealed_if(req.query_string().contains("changed_since=")).await?;
            let snapshot = app.catalog(&context).await?;
            let unit = own_unit(&app, &context.actor, D::ACTION, snapshot.catalog())?;
            acts_for(&app, &context.actor, D::ACTION, unit)?;
            let today = app.today();
            take_over(&mut context.actor, snapshot.catalog(), today);
            let view = View::of(&context.actor);
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

/// Who sends `req`: nobody in particular without a token, an error with one that is not accepted.
pub async fn authenticate(app: &App, req: &HttpRequest) -> Result<Context> {
    let actor = match bearer(req)? {
        None => Actor::anonymous(),
        Some(token) => app
            .verifier
            .verify(token, app.clock().now())
            .await
            .map_err(|refused| not_accepted(refused.passes(), refused.detail()))?,
    };
    Ok(Context {
        actor,
        request_id: RequestId::of(req),
    })
}

/// A token is not accepted; with `passes` it may be in a moment.
fn not_accepted(passes: bool, detail: Bilingual) -> Error {
    if passes {
        return Error::unavailable("the keys of an issuer cannot be fetched", detail);
    }
    // What the token says is in it: a header takes no more than printable ASCII (RFC 6750, section 3).
    let description = detail
        .en
        .replace(|c: char| !matches!(c, ' '..='~') || c == '"' || c == '\\', "?");
    let challenge = format!("Bearer realm=\"duban\", error=\"invalid_token\", error_description=\"{description}\"");
    Error::new(Code::InvalidToken, detail).with_header("WWW-Authenticate", challenge)
}

/// Where the unit stands in the caller's token.
fn unit_claim<'a>(app: &'a App, actor: &Actor) -> &'a str {
    actor.person.as_ref().map_or("unit", |who| app.verifier.unit_claim(who))
}

/// Fails when the role is one of a unit's, and the token names none.
fn needs_no_unit_or_names_one(app: &App, actor: &Actor, action: Action) -> Result<()> {
    if actor.unit.is_some() || !actor.reaches_for_own(action) {
        return Ok(());
    }
    let claim = unit_claim(app, actor);
    let roles: Vec<&str> = actor.roles.iter().map(|role| role.as_str()).collect();
    let roles = roles.join(", ");
    let detail = say!(
        "令牌的角色（{roles}）只在本单位内有效，而令牌没有单位声明 {claim}",
        "the token's roles ({roles}) hold within a unit, and it has no claim {claim} that says which"
    );
    Err(Error::new(Code::Forbidden, detail))
}

/// The caller's unit, where the action is one for what is the unit's own. Fails when there is no such unit.
fn own_unit<'c>(app: &App, actor: &Actor, action: Action, catalog: &'c Catalog) -> Result<Option<&'c Unit>> {
    let Some(code) = actor.unit.as_ref().filter(|_| actor.reaches_for_own(action)) else {
        return Ok(None);
    };
    if let Some(unit) = catalog.units.get(code) {
        return Ok(Some(unit));
    }
    let claim = unit_claim(app, actor);
    let detail = say!(
        "令牌的单位声明 {claim} 为 {code}，没有这个单位",
        "the token's claim {claim} is {code}, and there is no such unit"
    );
    Err(Error::new(Code::Forbidden, detail))
}

/// Fails when the action is a step for a unit that was dissolved: its people read what was its own, and act for it
/// no more.
fn acts_for(app: &App, actor: &Actor, action: Action, unit: Option<&Unit>) -> Result<()> {
    let ended = unit.and_then(|unit| Some((unit, unit.valid_to.filter(|last| *last < app.today())?)));
    let Some((unit, last)) = ended.filter(|_| !action.only_reads()) else {
        return Ok(());
    };
    let (claim, code) = (unit_claim(app, actor), &unit.code);
    let detail = say!(
        "令牌的单位声明 {claim} 为 {code}，该单位已于 {last} 撤销：可以查阅，不能再办理",
        "the token's claim {claim} is {code}, and that unit ended on {last}: its people read what was its own, and act for \
         it no more"
    );
    Err(Error::new(Code::Forbidden, detail))
}

fn bearer(req: &HttpRequest) -> Result<Option<&str>> {
    let mut headers = req.headers().get_all(AUTHORIZATION);
    let Some(header) = headers.next() else { return Ok(None) };
    let token = header.to_str().ok().and_then(|header| {
        let (scheme, token) = header.trim().split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim())
            .filter(|token| !token.is_empty())
    });
    if let (Some(token), None) = (token, headers.next()) {
        Ok(Some(token))
    } else {
        let detail = say!(
            "Authorization 应为一个“Bearer 令牌”",
            "Authorization must be one `Bearer <token>`"
        );
        Err(Error::new(Code::InvalidToken, detail)
            .with_header("WWW-Authenticate", "Bearer realm=\"duban\", error=\"invalid_request\""))
    }
}

/// Says what the caller's unit has taken over, and whether others have taken over from it.
pub fn take_over(actor: &mut Actor, catalog: &Catalog, today: Day) {
    if let Some(unit) = &actor.unit {
        actor.succession = catalog.units.succession(unit, today);
    }
}

/// `Ok` when `actor` may do `action` on anything at all; 401 to who has shown no token, 403 to others.
pub fn allow(app: &App, actor: &Actor, action: Action) -> Result<()> {
    let anonymous = actor.person.is_none();
    if actor.may(action) && (!anonymous || app.config.anonymous_read) {
        return Ok(());
    }
    if anonymous {
        let detail = say!(
            "请在 Authorization 头中提供身份令牌",
            "send a token in the Authorization header"
        );
        return Err(Error::new(Code::Unauthenticated, detail).with_header("WWW-Authenticate", "Bearer realm=\"duban\""));
    }
    let needed = action.as_str();
    let detail = say!(
        "令牌的角色或范围不允许此操作（{needed}）",
        "the token's roles or scope do not allow this ({needed})"
    );
    let scope = action.scope().as_str();
    Err(Error::new(Code::Forbidden, detail).with_header(
        "WWW-Authenticate",
        format!("Bearer realm=\"duban\", error=\"insufficient_scope\", scope=\"{scope}\""),
    ))
}
