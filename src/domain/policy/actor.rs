//! A caller, and how far its roles and scopes reach.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Action, Reach, Role, TokenScope, reach};
use crate::domain::{id::UnitCode, person::Person, unit::Succession};

/// The caller as the token describes it, or an anonymous one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who; `None` without a token.
    pub person: Option<Person>,
    /// The known roles of the token.
    pub roles: BTreeSet<Role>,
    /// The unit the caller belongs to.
    pub unit: Option<UnitCode>,
    /// What became of that unit, and what it has taken over.
    pub succession: Succession,
    /// The scopes that narrow the token; `None`: not narrowed.
    pub scopes: Option<BTreeSet<TokenScope>>,
}

/// What somebody may see and do. Two with the same rights see the same and are offered the same, unless it matters who wrote
/// something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Rights {
    roles: BTreeSet<Role>,
    unit: Option<UnitCode>,
    succession: Succession,
    scopes: Option<BTreeSet<TokenScope>>,
}

impl Actor {
    /// A caller without a token.
    pub fn anonymous() -> Self {
        Self {
            person: None,
            roles: BTreeSet::new(),
            unit: None,
            succession: Succession::default(),
            scopes: None,
        }
    }

    /// The service itself, at start-up and in the background.
    pub fn system() -> Self {
        Self {
            person: Some(Person::plain("system")),
            roles: [Role::Coordinator].into(),
            unit: None,
            succession: Succession::default(),
            scopes: None,
        }
    }

    /// The operator who runs the binary beside the database and could write to it without; no issuer has given them a
    /// name.
    pub fn operator() -> Self {
        Self {
            person: Some(Person::plain("command line")),
            roles: [Role::Coordinator, Role::Admin].into(),
            unit: None,
            succession: Succession::default(),
            scopes: None,
        }
    }

    /// The holder of the secret address of a unit's calendar, who reads what that unit owes.
    pub fn calendar_of(unit: UnitCode) -> Self {
        Self {
            person: None,
            roles: [Role::UnitReporter].into(),
            unit: Some(unit),
            succession: Succession::default(),
            scopes: Some([TokenScope::Read].into()),
        }
    }

    /// How far the roles go, if the scopes allow the action at all.
    fn granted(&self, action: Action) -> Reach {
        let in_scope = self
            .scopes
            .as_ref()
            .is_none_or(|scopes| scopes.contains(&action.scope()));
        let reaches = self.roles.iter().map(|role| reach(*role, action));
        reaches.filter(|_| in_scope).max().unwrap_or(Reach::Never)
    }

    /// Whether all that the caller's roles allow of `action` is its own unit's, so that it takes a unit.
    pub fn reaches_for_own(&self, action: Action) -> bool {
        let whole_city = self.unit.is_none() && self.reviews_everywhere(action);
        self.granted(action) == Reach::Own && !whole_city
    }

    /// How far this caller's permission for `action` goes. People of a unit that was dissolved read what
    /// was its own, and take no step for it any more.
    pub fn reach(&self, action: Action) -> Reach {
        let reach = self.visibility(action);
        let past = self.succession.ended && !action.only_reads();
        if past && reach == Reach::Own {
            Reach::Never
        } else {
            reach
        }
    }

    /// How far this caller sees what `action` is done to: the widest of its roles, if its scopes allow the action at
    /// all. What is public stays allowed.
    pub fn visibility(&self, action: Action) -> Reach {
        let anybody = reach(Role::Anonymous, action);
        let widest = self.granted(action);
        // Without a unit there is nothing that is the caller's own; but a secrecy reviewer of no unit is
        // the whole city's.
        let widest = match (widest, &self.unit) {
            (Reach::Own, None) if self.reviews_everywhere(action) => Reach::All,
            (Reach::Own, None) => Reach::Never,
            (widest, _) => widest,
        };
        widest.max(anybody)
    }

    fn reviews_everywhere(&self, action: Action) -> bool {
        let role = Role::SecrecyReviewer;
        self.roles.contains(&role) && reach(role, action) == Reach::Own
    }

    /// Whether the token may read at all, beyond what is public.
    pub fn reads(&self) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.contains(&TokenScope::Read))
    }

    /// Whether there is anything that this person may change, with this token or another one.
    pub fn changes_anything(&self) -> bool {
        let changes = |action: &Action| !action.only_reads();
        let mut actions = Action::ALL.iter().copied().filter(changes);
        actions.any(|action| self.roles.iter().any(|role| reach(*role, action) != Reach::Never))
    }

    /// What it may see and do, whoever it is.
    pub fn rights(&self) -> Rights {
        let Self {
            person: _,
            roles,
            unit,
            succession,
            scopes,
        } = self.clone();
        Rights {
            roles,
            unit,
            succession,
            scopes,
        }
    }

    /// Somebody with the same rights, and nobody in particular.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        Self {
            person: None,
            ..self.clone()
        }
    }

    /// Whether `action` is allowed on what belongs to `unit`.
    pub fn may_on(&self, action: Action, unit: &UnitCode) -> bool {
        match self.reach(action) {
            Reach::All => true,
            Reach::Own => self.stands_for(unit),
            Reach::Never => false,
        }
    }

    /// The units whose things are the caller's own: its unit, and those which that has taken over from.
    pub fn units(&self) -> impl Iterator<Item = &UnitCode> {
        self.unit.iter().chain(&self.succession.of)
    }

    /// Whether what belongs to `unit` is the caller's own.
    pub fn stands_for(&self, unit: &UnitCode) -> bool {
        self.units().any(|own| own == unit)
    }

    /// Whether `action` is allowed on anything at all.
    pub fn may(&self, action: Action) -> bool {
        self.reach(action) != Reach::Never
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_narrows_and_never_widens() {
        let mut actor = Actor::system();
        assert!(actor.may(Action::ManagePlans));
        actor.scopes = Some([TokenScope::Read].into());
        assert!(actor.may(Action::ReadDrafts) && !actor.may(Action::ManagePlans));
        actor.scopes = Some([TokenScope::EventsRead].into());
        assert!(actor.may(Action::ReadPublished) && !actor.may(Action::ReadDrafts));
        let reporter = Actor {
            roles: [Role::UnitReporter].into(),
            scopes: Some([TokenScope::PlansWrite].into()),
            ..Actor::anonymous()
        };
        assert!(!reporter.may(Action::ManagePlans));
    }

    #[test]
    fn only_a_coordinator_changes_plans_and_units() {
        for role in Role::ALL {
            for action in [Action::ManagePlans, Action::ManageUnits, Action::ManageLedger] {
                assert_eq!(reach(*role, action) == Reach::All, *role == Role::Coordinator);
            }
        }
    }

    /// What a caller is tells its rights apart, and who it is does not.
    #[test]
    fn rights_are_all_of_a_caller_but_who_it_is() {
        let nobody = Actor::anonymous();
        let others = [
            Actor {
                roles: [Role::Auditor].into(),
                ..nobody.clone()
            },
            Actor {
                unit: "hbj".parse().ok(),
                ..nobody.clone()
            },
            Actor {
                scopes: Some([TokenScope::Read].into()),
                ..nobody.clone()
            },
            {
                let mut heir = nobody.clone();
                heir.succession.of.insert("hbj".parse().unwrap());
                heir
            },
            {
                let mut ended = nobody.clone();
                ended.succession.ended = true;
                ended
            },
        ];
        for other in &others {
            assert_ne!(other.rights(), nobody.rights(), "{other:?}");
        }
        let somebody = Actor {
            person: Actor::system().person,
            ..nobody.clone()
        };
        assert_eq!(somebody.rights(), nobody.rights());
    }
}
