//! Random histories of all commands by all roles, held against the model of [`reference`]: what is offered is
//! what the model offers, and succeeds; what is not offered is refused; what is read is what the model says.
//!
//! A history follows from its seed. `DUBAN_MODEL_ROUNDS` says how many there are, `DUBAN_MODEL_SEED` which is
//! the first.

mod agree;
mod changes;
mod dice;
mod follow;
mod memory;
mod reference;
mod steps;
mod todo;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use duban::domain::time::Day;

use self::{
    dice::{Dice, Story, number},
    reference::{Reference, Who},
    world::{LISTS, UNITS, everybody, weighted},
};
use super::*;
use crate::support::Engine;

/// Histories in a usual run.
const ROUNDS: u64 = 2;
/// Steps of a history.
const STEPS: u64 = 140;

struct Walk<'a> {
    app: &'a TestApp,
    /// A replica that asks the database for everything.
    database: &'a TestApp,
    dice: Dice,
    model: Reference,
    people: Vec<Who>,
    story: Story,
    /// Steps since the beginning: each is a second of its day.
    steps: u64,
    /// The published plans and how the ledger stood at the end of earlier days.
    ends: BTreeMap<Day, (BTreeSet<String>, Vec<agree::Standing>)>,
    /// How often each action was offered, and taken.
    taken: BTreeMap<String, u64>,
    /// How often something was refused that was not offered.
    refused: u64,
    /// How often both were asked the same.
    asked: u64,
    /// How often a page of reports was told without the database.
    at_once: u64,
    /// What those have who follow a list.
    held: BTreeMap<(String, &'static str), follow::Held>,
}

impl<'a> Walk<'a> {
    fn new(app: &'a TestApp, database: &'a TestApp, seed: u64) -> Self {
        Self {
            app,
            database,
            dice: Dice(seed),
            model: Reference {
                today: "2017-06-30".parse().unwrap(),
                ..Reference::default()
            },
            people: everybody(),
            story: Story {
                seed,
                lines: Vec::new(),
            },
            steps: 0,
            ends: BTreeMap::new(),
            taken: BTreeMap::new(),
            refused: 0,
            asked: 0,
            at_once: 0,
            held: BTreeMap::new(),
        }
    }

    fn caller(&self, who: &Who) -> Caller<'a> {
        if who.role == "anonymous" {
            return self.app.anonymous();
        }
        self.app
            .bearing(Some(self.app.token(&who.name, &[who.role], who.unit, &[])))
    }

    fn boss(&self) -> Caller<'a> {
        self.app.somebody("boss", "coordinator", None)
    }

    fn after(&self, days: u64) -> Day {
        self.model.today + chrono::Days::new(days)
    }

    /// A day less than `days` away.
    fn within(&mut self, days: u64) -> Day {
        let days = self.dice.roll(days);
        self.after(days)
    }

    fn say(&mut self, line: &str) {
        self.story.lines.push(format!("{} {line}", self.model.today));
    }

    async fn rows(&self, query: &str) -> Vec<Value> {
        self.app
            .role("auditor")
            .walk(&format!("/api/v1/obligations?limit=200{query}"))
            .await
    }

    /// The model hears which rows there are, and nothing that was begun is lost or nobody's.
    async fn look(&mut self) {
        let before = self.model.rows.clone();
        let rows = self.rows("").await;
        self.model.read(&rows);
        for id in before.keys().filter(|id| !self.model.rows.contains_key(*id)) {
            assert!(!self.model.is_begun(id), "{id} was begun and is gone");
        }
        for (id, row) in &self.model.rows {
            let model = &self.model;
            if !model.is_open(id) || !model.is_unfinished(id) || row.due_on.is_none_or(|due| due < model.today) {
                continue;
            }
            let owners = model.owners_on(reference::unit_of(id), row.due_on.unwrap());
            assert!(!owners.is_empty(), "{id}, due on {:?}, is nobody's", row.due_on);
        }
    }

    fn tick(&mut self) {
        self.steps += 1;
        let (hours, rest) = (self.steps / 3600 + 1, self.steps % 3600);
        let now = format!("{}T{hours:02}:{:02}:{:02}Z", self.model.today, rest / 60, rest % 60);
        for app in [self.app, self.database] {
            app.clock.set(now.parse().unwrap());
        }
    }

    async fn go(&mut self) {
        self.begin().await;
        for step in 0..STEPS {
            self.tick();
            match self.dice.roll(20) {
                0..=2 => self.change().await,
                3 => self.object().await,
                4 => self.ask_the_public().await,
                5 if step > 20 => self.agree().await,
                6 => self.intrude().await,
                7 | 8 => {
                    let who = self.dice.pick(&self.people).unwrap().clone();
                    self.todo(&who).await;
                }
                9 => self.ask_both().await,
                _ => self.step().await,
            }
            self.follow(step).await;
        }
        self.agree().await;
        for who in self.people.clone() {
            self.todo(&who).await;
            for (list, ..) in LISTS {
                self.read(&who, list).await;
            }
        }
        self.ask_both().await;
    }
}

fn texts_of(value: &Value) -> BTreeSet<String> {
    texts_in(value).into_iter().collect()
}

fn texts_in(value: &Value) -> Vec<String> {
    let texts = value.as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

async fn histories(engine: Engine) {
    let (first, rounds) = (number("DUBAN_MODEL_SEED"), number("DUBAN_MODEL_ROUNDS"));
    let (mut taken, mut refused) = (BTreeMap::<String, u64>::new(), 0);
    let (mut pulled, mut at_once) = ([0; 3], 0);
    let seeds = first.unwrap_or(1)..first.unwrap_or(1) + rounds.unwrap_or(ROUNDS);
    for seed in seeds.clone() {
        TestApp::start_empty(engine, |config| config.seed = Some(false))
            .await
            .during(async |app| {
                let mut config = app.config.clone();
                config.ledger_memory_mib = 0;
                let database = app.replica_with(config).await;
                database
                    .during(async |database| {
                        let mut walk = Walk::new(app, database, seed);
                        walk.go().await;
                        for (action, times) in &walk.taken {
                            *taken.entry(action.clone()).or_default() += times;
                        }
                        refused += walk.refused;
                        at_once += walk.at_once;
                        for held in walk.held.values() {
                            let counts = [held.told, held.gone, held.whole];
                            pulled.iter_mut().zip(counts).for_each(|(all, one)| *all += one);
                        }
                        assert!(walk.asked > 20, "{}", walk.asked);
                    })
                    .await;
            })
            .await;
    }
    if rounds.is_some() {
        let steps: u64 = taken.values().sum();
        eprintln!("{engine:?} {seeds:?}: {steps} steps taken, {refused} refused: {taken:#?}");
    }
    if first.is_none() {
        assert!(
            pulled.iter().all(|times| *times > 0),
            "rows changed, gone, and whole lists: {pulled:?}"
        );
        assert!(at_once > 0, "no page of reports came from memory");
        assert!(taken.len() >= 24, "too little is tried: {taken:#?}");
    }
}

#[actix_web::test]
async fn a_random_history_is_what_the_model_says_on_sqlite() {
    histories(Engine::Sqlite).await;
}

#[actix_web::test]
async fn a_random_history_is_what_the_model_says_on_postgres() {
    histories(Engine::Postgres).await;
}
