//! The handle that `http` and `worker` hold. The only caller of `Db::read` and `Db::write`: it
//! reads the clock once per transaction, and keeps what is served from memory current.

mod background;
mod cached;
mod catalog;
mod database;
mod deterministic;
mod figures;
mod follow;
mod invalidation;
mod keys;
mod leased;
mod read_only;
mod readiness;
mod room;
mod statement_costs;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use uuid::Uuid;

pub use self::{
    background::{Background, Panics},
    cached::{Cached, CachedReply, CachedRow, Validity},
    catalog::Snapshot,
    figures::ProcessFigures,
    keys::{PlansSeen, ReplyKey, RowsKey, Seen},
    read_only::ReadOnly,
    readiness::{NotReady, Readiness},
    room::Room,
};
use self::{cached::SingleFlight, leased::Leased, statement_costs::StatementCosts};
pub use crate::files::Files;
use crate::{
    clock::Clock,
    config::{Config, LogHash},
    db::{Db, Schema, Tx},
    domain::{invalidation::LastChanges, policy::Action, seal::Algorithm, time::Day},
    error::{Error, Result},
    ids::{self, Ids},
    memory::CachedLedgers,
    service::{
        idempotency::{self, Request},
        work::{Context, Work},
    },
    store::{idempotency::SavedReply, revisions},
    token::Verifier,
};

/// Files that are in memory at the same time, on their way to where they are kept: each takes several times its
/// size there.
const FILES_IN_MEMORY: usize = 2;
/// How long a file waits for others.
const WAIT_FOR_ROOM: Duration = Duration::from_secs(30);
/// Days before its end from which a calendar is warned of: the notice for a year usually comes in November.
const CALENDAR_WARNING_DAYS: i64 = 60;

/// The application: a database, a clock, keys, and what is held in memory.
pub struct App {
    db: Db,
    clock: Box<dyn Clock>,
    ids: Ids,
    catalog: Leased<Snapshot>,
    last_changes: Leased<LastChanges>,
    flights: SingleFlight,
    memory: CachedLedgers,
    in_flight: Mutex<HashSet<String>>,
    follow_key: follow::FollowKey,
    /// Where attachments are kept, if that is not the database.
    pub files: Option<Files>,
    room_for_files: Arc<Semaphore>,
    room_for_scans: Arc<Semaphore>,
    recorded: Notify,
    statement_costs: StatementCosts,
    /// Whether it should be sent requests.
    pub readiness: Readiness,
    /// What goes on without them.
    pub background: Background,
    /// Verifies tokens.
    pub verifier: Verifier,
    /// Settings.
    pub config: Config,
}

impl App {
    /// Connects to the database and reads the keys of issuers. Does not migrate.
    pub async fn new(config: Config, clock: Box<dyn Clock>) -> anyhow::Result<Self> {
        config.check()?;
        // First: a start that is refused for its keys leaves no database behind.
        let verifier = Verifier::new(&config).await?;
        let files = Files::open(
            &config.attachments,
            Duration::from_secs(config.attachment_seconds.into()),
        )?;
        let db = database::connect(&config).await?;
        let alone = !db.is_shared();
        Ok(Self {
            db,
            clock,
            ids: Ids::default(),
            catalog: Leased::new(Snapshot::empty(), alone),
            last_changes: Leased::new(LastChanges::default(), alone),
            flights: SingleFlight::default(),
            memory: CachedLedgers::new(config.ledger_memory()),
            in_flight: Mutex::default(),
            follow_key: follow::FollowKey::default(),
            files,
            room_for_files: Arc::new(Semaphore::new(FILES_IN_MEMORY)),
            room_for_scans: Arc::new(Semaphore::new(config.scans())),
            recorded: Notify::new(),
            statement_costs: StatementCosts::default(),
            readiness: Readiness::default(),
            background: Background::default(),
            verifier,
            config,
        })
    }

    /// Applies missing migrations.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        Ok(self.db.migrate().await?)
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Today in Asia/Shanghai.
    pub fn today(&self) -> Day {
        self.clock.today()
    }

    /// A fresh id.
    pub fn new_id(&self) -> Uuid {
        self.ids.at(self.clock.now())
    }

    /// A fresh secret.
    pub fn new_secret(&self) -> String {
        ids::secret()
    }

    /// What the log is sealed with from now on.
    pub fn log_algorithm(&self) -> Algorithm {
        match self.config.log_hash {
            LogHash::Sha256 => Algorithm::Sha256,
            LogHash::Sm3 => Algorithm::Sm3,
        }
    }

    /// Whether the database answers and has all migrations.
    pub async fn schema(&self) -> Result<Schema> {
        Ok(self.db.schema().await?)
    }

    /// How many days the official calendar still reaches, by what was last read. It does not ask the
    /// database: a probe must not wait for it.
    pub fn calendar_days_left(&self) -> i64 {
        let snapshot = self.catalog.last_read();
        snapshot.catalog().calendar.calendar.days_left(self.today())
    }

    /// The year whose official calendar has to be put soon, if any, and the days until then.
    pub fn calendar_wanted(&self) -> Option<(i32, i64)> {
        let days_left = self.calendar_days_left();
        let snapshot = self.catalog.last_read();
        let year = snapshot.catalog().calendar.calendar.first_missing(self.today()).year;
        (days_left < CALENDAR_WARNING_DAYS).then_some((year, days_left))
    }

    /// What keeps it from serving. Nothing: the database answers, has all migrations and takes changes, the log is
    /// sealed, and it was not told to stop.
    pub async fn not_ready(&self) -> Result<Option<NotReady>> {
        Ok(self.readiness.not_ready(self.schema().await?))
    }

    /// After a change that failed: whether the database takes changes again. Nobody may come to try, once
    /// requests go elsewhere.
    pub async fn try_to_write(&self) -> Result<()> {
        let outcome = self
            .db
            .write(async |tx| Ok::<_, Error>(revisions::touch(tx).await?))
            .await;
        self.readiness.note(&outcome, true);
        outcome
    }

    /// Ends what goes on in the background, and closes the database.
    pub async fn close(&self) {
        self.background.stop().await;
        self.db.close().await;
    }

    /// Runs `query` on one snapshot of the database.
    pub async fn read<R>(&self, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        self.statement_costs.note_read();
        self.db.read(query).await
    }

    /// Runs `command` in one transaction. What it changed is what this process serves next.
    pub async fn write<R>(
        &self,
        context: &Context,
        command: impl AsyncFnOnce(&mut Work<'_>) -> Result<R>,
    ) -> Result<R> {
        let now = self.clock.now();
        let mut unsettled = UnknownOutcome(Some(self));
        let known = self.catalog.last_read();
        let outcome = self
            .db
            .write(async |tx| {
                let mut work = Work::new(tx, context, now, &self.ids).knowing(known.loaded());
                let value = command(&mut work).await?;
                let left = (work.catalog_changed(), work.recorded());
                Ok::<_, Error>((value, left, tx.statements()))
            })
            .await;
        unsettled.0 = None;
        let changed = outcome
            .as_ref()
            .is_ok_and(|(_, (catalog, recorded), _)| *catalog || recorded.is_some());
        self.readiness.note(&outcome, changed);
        let (value, (catalog_changed, recorded), statements) = outcome?;
        if catalog_changed {
            self.catalog.invalidate();
        }
        if let Some(event) = recorded {
            self.statement_costs.note(event, statements);
            self.last_changes.invalidate();
            self.recorded.notify_one();
        }
        Ok(value)
    }

    /// Like [`App::write`], for a request that may be repeated with the same key: the reply is
    /// remembered in the same transaction, and given again.
    pub async fn write_once(
        &self,
        context: &Context,
        request: Option<Request>,
        command: impl AsyncFnOnce(&mut Work<'_>) -> Result<SavedReply>,
    ) -> Result<SavedReply> {
        let Some(request) = request else {
            return self.write(context, command).await;
        };
        let Some(_in_flight) = self.fly(request.lock_name(context))? else {
            let replayed = async |tx: &mut Tx| idempotency::replayed(tx, context, &request).await;
            return self.read(replayed).await?.ok_or_else(idempotency::in_flight);
        };
        self.write(context, async |work| idempotency::once(work, &request, command).await)
            .await
    }

    /// Waits while others make the reply under `key`; not for ever, and then without a turn.
    pub async fn flight(&self, key: &ReplyKey) -> Option<OwnedSemaphorePermit> {
        let wait = Duration::from_secs(self.config.database_wait_seconds.into());
        let flight = timeout(wait, self.flights.of(key).acquire_owned()).await;
        flight.ok()?.ok()
    }

    /// Waits until a command of this process has added to the log; returns at once if one has since
    /// the last time.
    pub async fn recorded(&self) {
        self.recorded.notified().await;
    }

    /// `None`: another process is at work under this name.
    fn fly(&self, name: String) -> Result<Option<InFlight<'_>>> {
        let mut names = self.in_flight.lock().map_err(|_| Error::internal("poisoned"))?;
        if names.insert(name.clone()) {
            Ok(Some(InFlight { app: self, name }))
        } else {
            Ok(None)
        }
    }

    /// Waits until a file may be read into memory; `None`: others take too long.
    pub async fn room_for_a_file(&self) -> Option<OwnedSemaphorePermit> {
        let room = timeout(WAIT_FOR_ROOM, self.room_for_files.clone().acquire_owned()).await;
        room.ok()?.ok()
    }

    /// Removes from the store of files what is not referred to any more, if there is one.
    pub async fn discard_files(&self, keys: Vec<String>) {
        if let Some(files) = &self.files {
            files.discard(keys).await;
        }
    }

    /// The catalog, as current as can be known. A caller who may change it never sees it from
    /// before a change it made, on any replica.
    pub async fn catalog(&self, context: &Context) -> Result<std::sync::Arc<Snapshot>> {
        let changes_it = context.actor.may(Action::ManagePlans) || context.actor.may(Action::ManageUnits);
        let newer = async |held: &Snapshot| held.newer(&self.db).await;
        self.catalog.get(self.db.is_shared() && changes_it, newer).await
    }

    /// Reads again what has changed, and renews the time for which it is trusted.
    pub async fn refresh_catalog(&self) -> Result<()> {
        let newer = async |held: &Snapshot| held.newer(&self.db).await;
        self.catalog.refresh(newer).await.map(drop)
    }
}

/// A command whose outcome is not known yet. If its caller goes away before, it may have been done or not.
struct UnknownOutcome<'a>(Option<&'a App>);

impl Drop for UnknownOutcome<'_> {
    fn drop(&mut self) {
        if let Some(app) = self.0 {
            app.catalog.invalidate();
            app.last_changes.invalidate();
            app.recorded.notify_one();
        }
    }
}

struct InFlight<'a> {
    app: &'a App,
    name: String,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Ok(mut names) = self.app.in_flight.lock() {
            names.remove(&self.name);
        }
    }
}
