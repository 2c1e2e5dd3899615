//! `duban generate`: data that looks like a city's or a province's, the same for the same seed. Every text of it is
//! marked as an example.
//!
//! A plan that is there is filled through the services, step by step on days of its period. A province is more than
//! that can do in minutes: its plans are made and published by the services, its reports are added as they are in the
//! end, each with its entry in the log.

mod life;
mod province;
mod steps;
mod words;

use std::sync::Arc;

use anyhow::bail;
use fastrand::Rng;

pub use self::province::Province;
use crate::{
    app::App,
    clock::FixedClock,
    config::{Config, Environment},
    domain::{id::PlanId, time::Day},
    error::Result,
    service::{
        generated,
        seals::{Sealing, seal_waiting},
        work::Context,
    },
};

/// What is wanted.
#[derive(Debug, Clone)]
pub enum Generation {
    /// Units and plans of their own, with reports.
    Province(Province),
    /// What happens in a plan that is there, up to a day.
    Life {
        /// The plan.
        plan: PlanId,
        /// The last day; `None`: that of the plan.
        until: Option<Day>,
    },
}

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Done so far.
    pub done: usize,
    /// Of so many.
    pub of: usize,
}

/// What there is now that was not there before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Units, collectives included.
    pub units: usize,
    /// Plans.
    pub plans: usize,
    /// Obligations.
    pub obligations: usize,
    /// Reports.
    pub reports: usize,
    /// Extensions that were asked for.
    pub extensions: usize,
    /// Notices.
    pub notices: usize,
}

/// Where it is made.
struct Site<'s> {
    app: &'s App,
    clock: &'s FixedClock,
    dice: Rng,
    told: &'s mut dyn FnMut(Progress),
    made: Made,
}

/// An application whose clock stands where it is set, and whose ids come from the seed.
pub async fn open(config: Config, seed: u64) -> anyhow::Result<(App, Arc<FixedClock>)> {
    if config.env == Environment::Production {
        bail!("DUBAN_ENV is production: examples have no place there");
    }
    let clock = Arc::new(FixedClock::at(words::beginning()));
    let app = App::new(config, Box::new(clock.clone())).await?;
    Ok((app.deterministic(seed), clock))
}

/// Makes what is wanted, and seals the log of it. `force`: also beside reports of real people.
pub async fn generate(
    app: &App,
    clock: &FixedClock,
    (wanted, seed, force): (&Generation, u64, bool),
    told: &mut dyn FnMut(Progress),
) -> anyhow::Result<Made> {
    if !force && app.read(async |tx| generated::has_real_reports(tx).await).await? {
        bail!("there are reports in this database that are no examples: use another one, or --force");
    }
    let mut site = Site {
        app,
        clock,
        dice: Rng::with_seed(seed),
        told,
        made: Made::default(),
    };
    match wanted {
        Generation::Province(province) => Box::pin(province.make(&mut site)).await?,
        Generation::Life { plan, until } => Box::pin(life::fill(&mut site, plan, *until)).await?,
    }
    site.seal().await?;
    app.analyze().await?;
    Ok(site.made)
}

impl Site<'_> {
    /// Gives all entries of the log their numbers.
    async fn seal(&self) -> Result<()> {
        let (context, algorithm) = (Context::system(), self.app.log_algorithm());
        let seal = || {
            self.app
                .write(&context, async |work| seal_waiting(work, algorithm).await)
        };
        while seal().await? != Sealing::Done {}
        Ok(())
    }
}
