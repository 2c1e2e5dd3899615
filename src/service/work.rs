//! A command's transaction: who does it, when, and what it leaves in the log.

use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use crate::{
    db::Tx,
    domain::{
        catalog::IndexedPlan,
        event::Event,
        id::{PlanId, UnitCode},
        log::LogEntry,
        obligation::Settled,
        person::Person,
        policy::{Action, Actor, Reach},
        scope::{Scope, Scoped},
        step::Step,
        thing::ThingKind,
        time::Instant,
    },
    error::{Code, Error, Result},
    ids::{self, Ids},
    say,
    store::{self, catalog::LoadedCatalog, revisions},
};

/// Who asks, and in which request.
#[derive(Debug, Clone)]
pub struct Context {
    /// The caller, or the service itself.
    pub actor: Actor,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
}

impl Context {
    /// The service itself.
    pub fn system() -> Self {
        Self {
            actor: Actor::system(),
            request_id: None,
        }
    }

    /// The operator who runs the binary beside the database.
    pub fn operator() -> Self {
        Self {
            actor: Actor::operator(),
            request_id: None,
        }
    }
}

/// One transaction of one author.
pub struct Work<'w> {
    /// The transaction.
    pub tx: &'w mut Tx,
    /// The instant of everything that happens in it.
    pub now: Instant,
    context: &'w Context,
    ids: &'w Ids,
    catalog_changed: bool,
    recorded: Option<Event>,
    settled: Option<Settled>,
    known: Option<&'w LoadedCatalog>,
}

/// What the log shall say of a change.
pub struct LogRecord<'c, T> {
    /// What happened.
    pub event: Event,
    /// Id or code of the thing.
    pub subject: &'c dyn std::fmt::Display,
    /// The plan it belongs to.
    pub plan: Option<&'c PlanId>,
    /// The reason that the caller gave, where one is required.
    pub reason: Option<String>,
    /// The thing before.
    pub before: Option<&'c T>,
    /// The thing after.
    pub after: Option<&'c T>,
}

impl<'w> Work<'w> {
    /// A transaction of `context`'s author at `now`.
    pub fn new(tx: &'w mut Tx, context: &'w Context, now: Instant, ids: &'w Ids) -> Self {
        Self {
            tx,
            now,
            context,
            ids,
            catalog_changed: false,
            recorded: None,
            settled: None,
            known: None,
        }
    }

    /// This work with plans as they were known at some time before.
    #[must_use]
    pub fn knowing(self, known: &'w LoadedCatalog) -> Self {
        Self {
            known: Some(known),
            ..self
        }
    }

    /// The plan with all that it says, if what was known of it still holds at this revision, which was read while the plan
    /// is locked, so that it goes on to hold.
    pub fn known_plan(&self, plan: &PlanId, revision: i64) -> Option<Arc<IndexedPlan>> {
        let known = self.known?;
        let then = known.revisions.get(&revisions::plan_scope(plan))?;
        known.catalog.kept(plan).filter(|_| revision == *then)
    }

    /// Who does it.
    pub fn actor(&self) -> &'w Actor {
        &self.context.actor
    }

    fn person(&self) -> Person {
        let person = self.actor().person.clone();
        person.unwrap_or_else(|| Person::plain("anonymous"))
    }

    /// A step taken now by the actor.
    pub fn step(&self) -> Step {
        Step {
            by: self.person(),
            at: self.now,
        }
    }

    /// What the author sees by its roles.
    pub fn scope<T: Scoped>(&self) -> Scope<T> {
        Scope::by_role(self.actor())
    }

    /// A fresh id: of now, and after all ids that were made before.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        self.id_of(self.now)
    }

    /// A fresh id of something that is of another time.
    pub fn id_of<T: From<Uuid>>(&self, at: Instant) -> T {
        self.ids.at(at).into()
    }

    /// A fresh secret.
    pub fn new_secret(&self) -> String {
        ids::secret()
    }

    /// The second gate: the first is in the handler's signature.
    pub fn authorize(&self, action: Action) -> Result<()> {
        match self.actor().reach(action) {
            Reach::All => Ok(()),
            Reach::Own | Reach::Never => Err(Error::new(Code::Forbidden, say!("没有权限", "not allowed"))),
        }
    }

    /// The second gate for what belongs to a unit.
    pub fn may_on(&self, action: Action, unit: &UnitCode) -> bool {
        self.actor().may_on(action, unit)
    }

    /// Appends to the log.
    pub async fn record<T: Serialize>(&mut self, change: LogRecord<'_, T>) -> Result<()> {
        let (step, unit) = (self.step(), self.actor().unit.clone());
        self.record_as(step, unit, change).await
    }

    /// Appends to the log a change by a person of `unit`, at the time of `step`.
    pub async fn record_as<T: Serialize>(
        &mut self,
        step: Step,
        unit: Option<UnitCode>,
        change: LogRecord<'_, T>,
    ) -> Result<()> {
        let json = |thing: Option<&T>| thing.map(serde_json::to_value).transpose().map_err(Error::internal);
        let entry = LogEntry {
            id: self.id_of(step.at),
            at: step.at,
            actor: step.by,
            actor_unit: unit,
            event: change.event.as_str().to_owned(),
            subject: change.subject.to_string(),
            plan: change.plan.cloned(),
            reason: change.reason,
            before: json(change.before)?,
            after: json(change.after)?,
            request_id: self.context.request_id.clone(),
        };
        self.recorded.get_or_insert(change.event);
        Ok(store::log::append(self.tx, &entry).await?)
    }

    /// What it recorded first; something is there to seal then.
    pub fn recorded(&self) -> Option<Event> {
        self.recorded
    }

    /// What became of the ledger by a change of what plans ask for, if it was one.
    pub fn settled(&self) -> Option<Settled> {
        self.settled
    }

    /// Notes what became of the ledger.
    pub fn note_settled(&mut self, settled: Settled) {
        self.settled = Some(self.settled.unwrap_or_default().and(settled));
    }

    /// Notes that the plan says something else now.
    pub async fn plan_changed(&mut self, plan: &PlanId) -> Result<()> {
        self.catalog_changed = true;
        Ok(revisions::advance(self.tx, &revisions::plan_scope(plan)).await?)
    }

    /// Notes that the units are different now.
    pub async fn units_changed(&mut self) -> Result<()> {
        self.catalog_changed = true;
        Ok(revisions::advance(self.tx, revisions::UNITS).await?)
    }

    /// Notes that the working-day calendar is different now.
    pub async fn calendar_changed(&mut self) -> Result<()> {
        self.catalog_changed = true;
        Ok(revisions::advance(self.tx, revisions::CALENDAR).await?)
    }

    /// Whether what is served from memory is affected.
    pub fn catalog_changed(&self) -> bool {
        self.catalog_changed
    }
}

/// What `If-Match` demands of the thing's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// `*`: any, as long as it exists.
    Any,
    /// One of these.
    Versions(Vec<i64>),
}

impl Expected {
    /// The one at `version`.
    pub fn just(version: i64) -> Self {
        Self::Versions(vec![version])
    }

    /// `Ok` when the version stored is one expected.
    pub fn check(&self, version: i64) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&version) => Ok(()),
            Self::Versions(_) => Err(stale(version)),
        }
    }
}

/// What a closed plan answers.
pub fn plan_closed(id: &PlanId) -> Error {
    Error::new(Code::WrongState, say!("方案 {id} 已办结", "the plan {id} is closed")).because_of(ThingKind::Plan, id)
}

/// The thing has changed since the caller read it; says which version it has now.
fn stale(version: i64) -> Error {
    let detail = say!(
        "已有新版本，当前版本为 {version}，请重新读取后再提交",
        "there is a newer version, {version}; read it again"
    );
    Error::new(Code::Stale, detail).with_header("ETag", format!("\"{version}\""))
}
