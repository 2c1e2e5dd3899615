//! What the token of a request says, and what it is refused for.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};

use crate::{
    app::App,
    domain::{
        catalog::Catalog,
        fault::Bilingual,
        policy::{Action, Actor},
        time::Day,
        unit::Unit,
    },
    error::{Code, Error, Result},
    http::request_id::RequestId,
    say,
    service::work::Context,
};

/// Who sends `req`: an anonymous caller without a token, an error with one that is not accepted.
pub(super) async fn authenticate(app: &App, req: &HttpRequest) -> Result<Context> {
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
pub(super) fn not_accepted(passes: bool, detail: Bilingual) -> Error {
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
pub(super) fn needs_no_unit_or_names_one(app: &App, actor: &Actor, action: Action) -> Result<()> {
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
pub(super) fn own_unit<'c>(app: &App, actor: &Actor, action: Action, catalog: &'c Catalog) -> Result<Option<&'c Unit>> {
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
pub(super) fn acts_for(app: &App, actor: &Actor, action: Action, unit: Option<&Unit>) -> Result<()> {
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

pub(super) fn bearer(req: &HttpRequest) -> Result<Option<&str>> {
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
pub(super) fn allow(app: &App, actor: &Actor, action: Action) -> Result<()> {
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
