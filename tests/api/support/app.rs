//! The service under test.

use std::{
    net::TcpListener,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
};

use actix_web::{dev::ServerHandle, rt, web::Data};
use duban::{
    app::App,
    clock::{Clock as _, FixedClock},
    config::Config,
    domain::policy::Role,
    server,
    service::{
        reminders::{Noting, note_due},
        work::Context,
    },
    token::{NewToken, mint},
};
use futures_util::FutureExt as _;

use super::{
    Caller,
    database::{self, Database},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A running service with a database of its own, on 2017-06-30 (09:00 in Shanghai).
pub struct TestApp {
    pub engine: Engine,
    pub base: String,
    pub clock: Arc<FixedClock>,
    pub config: Config,
    pub app: Data<App>,
    http: reqwest::Client,
    server: ServerHandle,
    database: Option<Database>,
}

impl TestApp {
    /// With the real plan in it.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |_| {}).await
    }

    /// With the real plan in it, and other settings.
    pub async fn start_with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(engine, async |config| change(config)).await
    }

    /// The same, where the settings take time to be made.
    pub async fn start_on(engine: Engine, change: impl AsyncFnOnce(&mut Config)) -> Self {
        let database = Database::seeded(engine).await;
        let mut config = database::config(&database.url);
        change(&mut config).await;
        Self::serve(engine, config, Some(database)).await
    }

    /// With nothing in its database but what the settings put there.
    pub async fn start_empty(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let database = Database::empty(engine).await;
        let mut config = database::config(&database.url);
        change(&mut config);
        Self::serve(engine, config, Some(database)).await
    }

    /// Another replica on the same database.
    pub async fn replica(&self) -> Self {
        self.replica_with(self.config.clone()).await
    }

    /// Another replica with other settings.
    pub async fn replica_with(&self, config: Config) -> Self {
        Self::serve(self.engine, config, None).await
    }

    async fn serve(engine: Engine, config: Config, database: Option<Database>) -> Self {
        let clock = Arc::new(FixedClock::at("2017-06-30T01:00:00Z".parse().unwrap()));
        let app = Data::new(App::new(config.clone(), Box::new(clock.clone())).await.unwrap());
        server::prepare(&app).await.unwrap();
        server::seed(&app).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let running = server::serve(app.clone(), listener).unwrap();
        let server = running.handle();
        rt::spawn(running);
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            engine,
            base,
            clock,
            config,
            app,
            http,
            server,
            database,
        }
    }

    /// Runs `case` and stops, also when it fails: a connection that listens for other replicas must
    /// not be dropped while a panic unwinds, or it takes all other tests with it.
    pub async fn during(self, case: impl AsyncFnOnce(&Self)) {
        let outcome = AssertUnwindSafe(case(&self)).catch_unwind().await;
        self.stop().await;
        if let Err(failure) = outcome {
            resume_unwind(failure);
        }
    }

    /// Notes all that is near or overdue by now, and how much that is: tests need not wait for the worker that does.
    pub async fn note_due(&self) -> usize {
        let mut noted = 0;
        loop {
            match self.app.write(&Context::system(), note_due).await.unwrap() {
                Noting::Done => return noted,
                Noting::More(more) => noted += more,
                Noting::Later => database::sealed(&self.app).await,
            }
        }
    }

    /// Stops the service and removes its database.
    pub async fn stop(self) {
        self.server.stop(false).await;
        self.app.close().await;
        if let Some(database) = self.database {
            database.drop().await;
        }
    }

    /// Without a token.
    pub fn anonymous(&self) -> Caller<'_> {
        self.bearing(None)
    }

    /// With this token.
    pub fn bearing(&self, token: Option<String>) -> Caller<'_> {
        Caller {
            http: &self.http,
            base: &self.base,
            token,
        }
    }

    /// Somebody with a role, in a unit or in none.
    pub fn somebody(&self, subject: &str, role: &str, unit: Option<&str>) -> Caller<'_> {
        self.bearing(Some(self.token(subject, &[role], unit, &[])))
    }

    /// A development token.
    pub fn token(&self, subject: &str, roles: &[&str], unit: Option<&str>, scopes: &[&str]) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let new = NewToken {
            subject,
            name: None,
            roles: &owned(roles),
            unit,
            scopes: &owned(scopes),
            ttl: 3600,
        };
        mint(&self.config, &new, self.clock.now()).unwrap()
    }

    /// Somebody with one role, in 市政务服务办.
    pub fn role(&self, role: &str) -> Caller<'_> {
        self.bearing(Some(self.token(&format!("a-{role}"), &[role], Some("zwfwb"), &[])))
    }

    /// Somebody with every role, in 市政务服务办.
    pub fn all_roles(&self, scopes: &[&str]) -> Caller<'_> {
        let roles = Role::ALL.iter().filter(|role| **role != Role::Anonymous);
        let roles: Vec<&str> = roles.map(|role| role.as_str()).collect();
        self.bearing(Some(self.token("with-all-roles", &roles, Some("zwfwb"), scopes)))
    }

    /// Who runs the plan.
    pub fn coordinator(&self) -> Caller<'_> {
        self.role("coordinator")
    }
}
