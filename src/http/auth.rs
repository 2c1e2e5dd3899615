//! Who is calling, and whether the route's action is allowed to them: the first gate. It stands
//! in the handler's signature, so that a route without it does not exist.

use std::{marker::PhantomData, ops::Deref};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::AUTHORIZATION, web::Data};
use futures_util::future::{FutureExt as _, LocalBoxFuture};

use super::observe::RequestId;
use crate::{
    app::App,
    domain::{
        policy::{Action, Actor},
        scope::{Scope, Scoped},
    },
    error::{Code, Error, Result},
    say,
    service::work::Context,
};

/// The action that a route demands, as a type.
pub trait Demand: 'static {
    /// The action.
    const ACTION: Action;
}

macro_rules! demands {
    ($($name:ident),*) => {
        /// The actions of [`Action`] as types for signatures.
        pub mod may {
            use super::{Action, Demand};
            $(
                #[doc = concat!("[`Action::", stringify!($name), "`]")]
                pub struct $name;
                impl Demand for $name {
                    const ACTION: Action = Action::$name;
                }
            )*
        }
    };
}

demands!(
    ReadPublished,
    ReadAmendments,
    ReadLedger,
    ManagePlans,
    ManageUnits,
    ManageLedger,
    ManageFeed,
    AskExtension,
    SignExtension,
    DecideExtension,
    ReadNotices,
    IssueNotice,
    ApproveNotice,
    AnswerNotice,
    AskSecondReview,
    DecideSecondReview,
    ReadReports,
    WriteReports,
    SignReports,
    ReviewReports,
    JudgeReports,
    GiveFeedback,
    ModerateFeedback,
    ReadAssessment,
    FreezeAssessment,
    ManageCalendar,
    ReadAudit
);

/// A caller to whom the demanded action is allowed.
pub struct Can<D> {
    /// The application.
    pub app: Data<App>,
    /// Who, and in which request.
    pub context: Context,
    demand: PhantomData<D>,
}

impl<D> Deref for Can<D> {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}

impl<D> Can<D> {
    /// Which things of a kind the caller sees.
    pub fn scope<T: Scoped>(&self) -> Scope<T> {
        Scope::of(&self.context.actor)
    }
}

impl<D: Demand> FromRequest for Can<D> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move {
            let app = app(&req)?;
            let context = authenticate(&app, &req).await?;
            allow(&app, &context.actor, D::ACTION)?;
            Ok(Self {
                app,
                context,
                demand: PhantomData,
            })
        }
        .boxed_local()
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
        Some(token) => app.verifier.verify(token, app.clock().now()).await.map_err(|refused| {
            let detail = refused.detail();
            let challenge = format!(
                "Bearer realm=\"duban\", error=\"invalid_token\", error_description=\"{}\"",
                detail.en
            );
            Error::new(Code::InvalidToken, detail).with_header("WWW-Authenticate", challenge)
        })?,
    };
    Ok(Context {
        actor,
        request_id: RequestId::of(req),
    })
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

/// `Ok` when `actor` may do `action` on anything at all; 401 to who has shown no token, 403 to others.
pub fn allow(app: &App, actor: &Actor, action: Action) -> Result<()> {
    let anonymous = actor.subject.is_none();
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
