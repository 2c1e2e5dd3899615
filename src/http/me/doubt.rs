//! What in a token was not understood.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        fault::Bilingual,
        policy::{Action, ClaimPaths, Doubt, DoubtKind, Role, TokenReading, TokenScope},
        suggestion::{meant, nearest},
        unit::Unit,
    },
    http::caller::Call,
    say,
};

/// 令牌中没有被理解的内容 (something in a token that was not understood)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Doubt)]
pub struct DoubtView {
    /// 哪一类 (what it is about)
    kind: DoubtKind,
    /// 声明的路径 (where in the token)
    #[schema(example = "roles")]
    claim: String,
    /// 那里的值 (what is there)
    #[schema(example = "cordinator")]
    value: Option<String>,
    /// 说明 (what that means)
    #[schema(
        example = "没有角色 cordinator，是否指 coordinator？（there is no role cordinator; did you mean coordinator?）"
    )]
    detail: String,
}

impl DoubtView {
    fn new(kind: DoubtKind, claim: &str, value: Option<&str>, said: &Bilingual) -> Self {
        Self {
            kind,
            claim: claim.to_owned(),
            value: value.map(str::to_owned),
            detail: said.both(),
        }
    }

    /// An unknown word.
    fn read(doubt: &Doubt, claims: &ClaimPaths) -> Self {
        let names = |near: Option<&'static str>| meant(near.as_slice());
        match doubt {
            Doubt::NoRoles => {
                let claim = &claims.roles;
                let said = say!("令牌在 {claim} 处没有声明角色", "the token has no roles at {claim}");
                Self::new(DoubtKind::NoRoles, claim, None, &said)
            }
            Doubt::Role(role) => {
                let known = Role::ALL[1..].iter().map(|role| role.as_str());
                let Bilingual { zh, en } = names(nearest(role, known));
                let said = say!("没有角色 {role}{zh}", "there is no role {role}{en}");
                Self::new(DoubtKind::UnknownRole, &claims.roles, Some(role), &said)
            }
            Doubt::TokenScope(scope) => {
                let known = TokenScope::ALL.iter().map(|scope| scope.as_str());
                let Bilingual { zh, en } = names(nearest(scope, known));
                let said = say!("没有范围 {scope}{zh}", "there is no scope {scope}{en}");
                Self::new(DoubtKind::UnknownScope, &claims.scope, Some(scope), &said)
            }
            Doubt::RolesForm(value) => {
                let said = say!(
                    "应为文本或文本的列表，现为 {value}：从中读不出角色",
                    "must be a text or a list of texts, and is {value}: no role is read from it"
                );
                Self::new(DoubtKind::ClaimForm, &claims.roles, Some(value), &said)
            }
            Doubt::ScopeForm(value) => {
                let said = say!(
                    "应为文本或文本的列表，现为 {value}：读不出令牌限于何事，因此不给出公开内容以外的权限",
                    "must be a text or a list of texts, and is {value}: as nobody can tell to what it narrows the token, it \
                     gives nothing beyond what is public"
                );
                Self::new(DoubtKind::ClaimForm, &claims.scope, Some(value), &said)
            }
            Doubt::NameForm(value) => {
                let said = say!("姓名应为文本，现为 {value}", "a name must be a text, and is {value}");
                Self::new(DoubtKind::ClaimForm, &claims.name, Some(value), &said)
            }
        }
    }
}

/// All that was not understood of the caller's token.
pub fn doubts(call: &Call, token: &TokenReading) -> Vec<DoubtView> {
    let of_words = token.doubts.iter().map(|doubt| DoubtView::read(doubt, &token.claims));
    of_words.chain(of_unit(call, &token.claims.unit)).collect()
}

fn of_unit(call: &Call, claim: &str) -> Option<DoubtView> {
    let (actor, units) = (call.actor(), &call.catalog().units);
    let Some(code) = &actor.unit else {
        let needed = Action::ALL.iter().any(|action| actor.reaches_for_own(*action));
        let said = say!(
            "令牌的角色只在本单位内有效，而 {claim} 处没有单位",
            "the token's roles hold within a unit, and there is none at {claim}"
        );
        return needed.then(|| DoubtView::new(DoubtKind::NoUnit, claim, None, &said));
    };
    let about = |kind, said: &Bilingual| Some(DoubtView::new(kind, claim, Some(code.as_str()), said));
    let Some(unit) = units.get(code) else {
        return about(DoubtKind::UnknownUnit, &units.unknown(code.as_str()));
    };
    if unit.membership.is_some() {
        let said = say!(
            "{code} 是集合单位，自身没有应办事项",
            "{code} is a collective: it stands for others, and owes nothing itself"
        );
        return about(DoubtKind::CollectiveUnit, &said);
    }
    let last = unit.valid_to.filter(|_| unit.ended_by(call.today()))?;
    let heirs = units.acting(unit, call.today());
    let heirs: Vec<&str> = heirs.into_iter().map(named).collect();
    let heirs = heirs.join(", ");
    let said = if heirs.is_empty() {
        say!(
            "该单位已于 {last} 撤销，可以查阅，不能再办理",
            "the unit ended on {last}: its people read what was its own, and act for it no more"
        )
    } else {
        say!(
            "该单位已于 {last} 撤销，由 {heirs} 承接；可以查阅，不能再办理",
            "the unit ended on {last}, and {heirs} took over: its people read what was its own, and act for it no more"
        )
    };
    about(DoubtKind::EndedUnit, &said)
}

fn named(unit: &Unit) -> &str {
    &unit.name
}
