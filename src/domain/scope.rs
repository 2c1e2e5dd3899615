//! The gate for rows: which things of one kind a caller may see, made once from the caller and put into
//! the `where` of every read. What it does not show is not found, not listed and not counted.

use std::collections::BTreeSet;

use super::{
    id::UnitCode,
    policy::{Action, Actor, Reach},
};

/// A kind of thing of which callers see different parts.
pub trait Scoped {
    /// What of it a caller sees.
    type Visibility;

    /// What an actor sees by its roles.
    fn visibility(actor: &Actor) -> Self::Visibility;

    /// All of it, for the service itself.
    fn everything() -> Self::Visibility;
}

/// Which things of the kind `T` a caller may see. There is no other way to one than from a caller.
pub struct Scope<T: Scoped>(T::Visibility);

impl<T: Scoped> Scope<T> {
    /// What `actor` sees with this token: without the right to read, what is public.
    pub fn of(actor: &Actor) -> Self {
        if actor.reads() {
            Self::by_role(actor)
        } else {
            Self::public()
        }
    }

    /// What `actor` sees by its roles, for commands: a token that only writes finds what it writes to.
    pub fn by_role(actor: &Actor) -> Self {
        Self(T::visibility(&Actor {
            scopes: None,
            ..actor.clone()
        }))
    }

    /// What is public.
    pub fn public() -> Self {
        Self(T::visibility(&Actor::anonymous()))
    }

    /// Everything: for the service itself, which shows none of it to a caller.
    pub fn system() -> Self {
        Self(T::everything())
    }

    /// What it shows.
    pub fn visibility(&self) -> &T::Visibility {
        &self.0
    }
}

impl<T: Scoped<Visibility: Clone>> Clone for Scope<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Whose things are seen, where each belongs to a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Owners {
    /// The things of no unit.
    #[default]
    Nobodys,
    /// That of these units: the caller's, and those it has taken over from.
    Units(BTreeSet<UnitCode>),
    /// The things of all units.
    Everybodys,
}

impl Owners {
    /// As far as `actor` is allowed `action`.
    pub fn within_reach(actor: &Actor, action: Action) -> Self {
        match actor.visibility(action) {
            Reach::All => Self::Everybodys,
            Reach::Own => Self::own(actor),
            Reach::Never => Self::Nobodys,
        }
    }

    /// What is the actor's own.
    pub fn own(actor: &Actor) -> Self {
        let units: BTreeSet<UnitCode> = actor.units().cloned().collect();
        if units.is_empty() {
            Self::Nobodys
        } else {
            Self::Units(units)
        }
    }

    /// Whether what belongs to `unit` is seen.
    pub fn has(&self, unit: &UnitCode) -> bool {
        match self {
            Self::Nobodys => false,
            Self::Units(own) => own.contains(unit),
            Self::Everybodys => true,
        }
    }

    /// Whether all is seen, whosever it is.
    pub fn is_everybodys(&self) -> bool {
        *self == Self::Everybodys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        extension::Extension,
        policy::{Role, TokenScope as Grant},
    };

    fn approver(scopes: Option<Grant>) -> Actor {
        Actor {
            roles: [Role::UnitApprover].into(),
            unit: "humen".parse().ok(),
            scopes: scopes.map(|scope| [scope].into()),
            ..Actor::anonymous()
        }
    }

    #[test]
    fn a_token_that_only_writes_finds_what_it_reads_nothing_of() {
        let own = Owners::Units(["humen".parse().unwrap()].into());
        let writes = approver(Some(Grant::ReportsWrite));
        assert_eq!(Scope::<Extension>::of(&writes).visibility().own, Owners::Nobodys);
        assert_eq!(Scope::<Extension>::by_role(&writes).visibility().own, own);
        assert_eq!(
            Scope::<Extension>::of(&approver(Some(Grant::Read))).visibility().own,
            own
        );
        assert_eq!(Scope::<Extension>::of(&approver(None)).visibility().own, own);
    }

    #[test]
    fn without_a_unit_nothing_is_ones_own() {
        let nobodys = Actor {
            unit: None,
            ..approver(None)
        };
        assert_eq!(Scope::<Extension>::of(&nobodys).visibility().own, Owners::Nobodys);
    }
}
