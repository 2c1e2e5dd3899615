//! The claims of a token, where they were found, and values among them that are unknown here.

use serde::Serialize;
use utoipa::ToSchema;

use super::Actor;
use crate::domain::{time::Instant, vocabulary::vocabulary};

/// A word of a token that says nothing to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// There is nothing where the roles are looked for.
    NoRoles,
    /// This role is unknown.
    Role(String),
    /// This scope is unknown.
    TokenScope(String),
    /// This is neither a text nor a list of texts, where the roles are looked for.
    RolesForm(String),
    /// This is neither a text nor a list of texts, where the scope is looked for: to what it narrows the token is
    /// unknown.
    ScopeForm(String),
    /// This is no text, where the name is looked for.
    NameForm(String),
}

/// 各项声明取自令牌何处 (where in the token each claim is looked for)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClaimPaths {
    /// 角色 (roles)
    #[schema(example = "roles")]
    pub roles: String,
    /// 单位 (unit)
    #[schema(example = "unit")]
    pub unit: String,
    /// 范围 (scope)
    #[schema(example = "scope")]
    pub scope: String,
    /// 姓名 (name)
    #[schema(example = "name")]
    pub name: String,
}

/// A token, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenReading {
    /// Whom it names.
    pub actor: Actor,
    /// What in it was not understood.
    pub doubts: Vec<Doubt>,
    /// Where its claims are looked for.
    pub claims: ClaimPaths,
    /// When it ends, but for the leeway.
    pub expires_at: Option<Instant>,
}

vocabulary! {
    /// 令牌中没有被理解的一类内容 (what about a token was not understood)
    pub enum DoubtKind {
        /// There is nothing where the roles are looked for.
        NoRoles = "no_roles": "没有角色", "no roles";
        /// Nobody knows the role.
        UnknownRole = "unknown_role": "未知的角色", "unknown role";
        /// Nobody knows the scope.
        UnknownScope = "unknown_scope": "未知的范围", "unknown scope";
        /// The claim has a form that is not understood.
        ClaimForm = "claim_form": "声明的形式不能理解", "a claim in a form that is not understood";
        /// The roles hold within a unit, and none is named.
        NoUnit = "no_unit": "没有单位", "no unit";
        /// There is no such unit.
        UnknownUnit = "unknown_unit": "没有这个单位", "unknown unit";
        /// The unit stands for others, and owes nothing itself.
        CollectiveUnit = "collective_unit": "集合单位", "a collective";
        /// The unit has ended.
        EndedUnit = "ended_unit": "单位已撤销", "the unit has ended";
    }
}
