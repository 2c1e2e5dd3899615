//! The caller, as the token says and as the service understands it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::doubt::{DoubtView, doubts};
use crate::{
    domain::{
        person::Person,
        policy::{Action, ClaimPaths, Reach, Role, TokenReading, TokenScope, reach},
        time::{Day, Instant},
        vocabulary::Vocabulary as _,
    },
    http::{caller::Call, units::UnitName},
};

/// 人 (a person): unique by issuer and subject
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// 令牌的颁发者 (the issuer of the token)
    #[schema(example = "duban-dev")]
    issuer: Option<String>,
    /// 颁发者所给的编号 (what the issuer calls them)
    #[schema(example = "zhang")]
    subject: String,
    /// 姓名，令牌中有才有 (the name in the token, if it has one)
    #[schema(example = "张三")]
    name: Option<String>,
}

/// 一项权限及其所及 (a permission, and how far it goes)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// 权限 (the permission)
    permission: Action,
    /// 名称 (what it is called)
    #[schema(example = "填报进展 (write progress reports)")]
    title: String,
    /// 所及 (how far it goes)
    reach: Reach,
}

/// 令牌中的一个角色，及其可做的事 (a role of the token, and what it lets one do)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleGrants)]
pub struct RoleView {
    /// 角色 (the role)
    role: Role,
    /// 名称 (what it is called)
    #[schema(example = "填报人 (reporter of a unit)")]
    title: String,
    /// 可做的事 (what it lets one do)
    lets: Vec<GrantView>,
}

/// 令牌中的一个范围，及其放行的权限 (a scope of the token, and what it lets through)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScopeGrants)]
pub struct ScopeView {
    /// 范围 (the scope)
    scope: TokenScope,
    /// 名称 (what it is called)
    #[schema(example = "填报和审核 (write reports)")]
    title: String,
    /// 放行的权限，仍须角色允许 (what it lets through, if a role allows it)
    lets: Vec<Action>,
}

/// 调用者所属单位 (the caller's unit)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnUnit)]
pub struct OwnUnitView {
    /// 代码 (code)
    #[schema(example = "hbj")]
    code: String,
    /// 名称 (name)
    #[schema(example = "市环保局")]
    name: String,
    /// 撤销之日，已撤销才有 (its last day, once it has ended)
    ended_on: Option<Day>,
    /// 所承接的已撤销单位 (the dissolved units that it has taken over from)
    takes_over: Vec<UnitName>,
}

/// 调用者 (the caller)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeView {
    /// 是否出示了令牌；没有的是公众 (whether a token was shown; without one, one is the public)
    authenticated: bool,
    /// 是谁 (who it is)
    person: Option<PersonView>,
    /// 令牌中的角色 (the roles of the token)
    roles: Vec<RoleView>,
    /// 所属单位，有这个单位才有 (the unit, if there is one of that code)
    unit: Option<OwnUnitView>,
    /// 令牌的范围；没有限定范围时省略 (the scopes of the token; absent where it is not narrowed)
    scopes: Option<Vec<ScopeView>>,
    /// 此刻实际可做的事：角色、范围和单位合在一起 (what may be done now: roles, scopes and unit together)
    may: Vec<GrantView>,
    /// 令牌中没有被理解的内容 (what in the token was not understood)
    not_understood: Vec<DoubtView>,
    /// 各项声明取自令牌何处 (where in the token each claim is looked for)
    claims: Option<ClaimPaths>,
    /// 令牌到期时间 (when the token ends)
    expires_at: Option<Instant>,
}

fn grants(reach: impl Fn(Action) -> Reach) -> Vec<GrantView> {
    let grant = |action: &Action| GrantView {
        permission: *action,
        title: action.term().to_string(),
        reach: reach(*action),
    };
    let all = Action::ALL.iter().map(grant);
    all.filter(|grant| grant.reach != Reach::Never).collect()
}

impl MeView {
    /// The caller with this token, or with none.
    pub fn new(call: &Call, token: Option<&TokenReading>) -> Self {
        let (actor, units) = (call.actor(), &call.catalog().units);
        let role = |role: &Role| RoleView {
            role: *role,
            title: role.term().to_string(),
            lets: grants(|action| reach(*role, action)),
        };
        let scope = |scope: &TokenScope| ScopeView {
            scope: *scope,
            title: scope.term().to_string(),
            lets: Action::ALL
                .iter()
                .copied()
                .filter(|action| action.scope() == *scope)
                .collect(),
        };
        let unit = actor.unit.as_ref().and_then(|code| units.get(code));
        Self {
            authenticated: !call.is_anonymous(),
            person: actor.person.as_ref().map(PersonView::new),
            roles: actor.roles.iter().map(role).collect(),
            unit: unit.map(|unit| OwnUnitView {
                code: unit.code.to_string(),
                name: unit.name.clone(),
                ended_on: unit.valid_to.filter(|_| actor.succession.ended),
                takes_over: actor
                    .succession
                    .of
                    .iter()
                    .map(|code| UnitName::new(code, units))
                    .collect(),
            }),
            scopes: actor.scopes.as_ref().map(|scopes| scopes.iter().map(scope).collect()),
            may: grants(|action| match call.sees_by(action) {
                Ok(()) => actor.reach(action),
                Err(_) => Reach::Never,
            }),
            not_understood: token.map_or_else(Vec::new, |token| doubts(call, token)),
            claims: token.map(|token| token.claims.clone()),
            expires_at: token.and_then(|token| token.expires_at),
        }
    }
}

impl PersonView {
    fn new(who: &Person) -> Self {
        Self {
            issuer: who.issuer().map(str::to_owned),
            subject: who.subject().to_owned(),
            name: who.name().map(str::to_owned),
        }
    }
}
