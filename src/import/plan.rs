//! `duban import`: an office's file as a plan.

use std::fs;

use anyhow::{Context as _, anyhow};

use super::{checked, contents};
use crate::{
    app::{App, ReadOnly},
    cli::ImportArgs,
    document,
    domain::{
        attachment,
        id::PlanId,
        import::{Corrections, CorrectionsPatch, Preview, Proposal, understand},
        unit::{NamedUnit, UnitDirectory},
    },
    error::{Error, both},
    service::{
        imports::{NewImport, commit_import, create_import, update_import},
        work::{Context, Expected},
    },
    store,
};

/// A file that was read, and what is known better of it.
pub struct PlanFile {
    new: NewImport,
    corrections: Corrections,
    new_units: bool,
}

/// What came of it.
pub struct Imported {
    /// What was understood.
    pub preview: Preview,
    /// The plan that has it, if one was made.
    pub plan: Option<PlanId>,
}

impl PlanFile {
    /// Reads the files that the command line names.
    pub fn read(args: &ImportArgs) -> anyhow::Result<Self> {
        let (name, bytes) = contents(&args.file)?;
        let file_name = checked(&args.file, attachment::file_name(&name))?;
        let document = document::read(&file_name, &bytes)
            .map_err(|refusal| anyhow!("{}: {}", args.file.display(), both(refusal.detail())))?;
        Ok(Self {
            new: NewImport::new(file_name, &bytes, document)?,
            corrections: corrections(args)?,
            new_units: args.new_units,
        })
    }

    /// What it says among these units; those that are missing are as suggested, if that was asked.
    fn understood(&mut self, known: &UnitDirectory) -> Proposal {
        let proposal = understand(&self.new.document, &self.corrections, known);
        if !self.new_units || proposal.suggested_units.is_empty() {
            return proposal;
        }
        self.corrections.new_units.extend(proposal.suggested_units);
        understand(&self.new.document, &self.corrections, known)
    }
}

/// What the command line, or the file it names, says of the plan.
fn corrections(args: &ImportArgs) -> anyhow::Result<Corrections> {
    let mut corrections = Corrections::default();
    if let Some(path) = &args.corrections {
        let of = || path.display().to_string();
        let text = fs::read_to_string(path).with_context(of)?;
        let patch: CorrectionsPatch = serde_json::from_str(&text).with_context(of)?;
        checked(path, patch.check())?;
        corrections = corrections.patched(patch);
    }
    let mut plan = corrections.plan.unwrap_or_default();
    plan.id = args.plan.clone().or(plan.id);
    plan.title = args.title.clone().or(plan.title);
    plan.year = args.year.or(plan.year);
    plan.issuer = args.issuer.as_ref().map(NamedUnit::from).or(plan.issuer);
    corrections.plan = Some(plan);
    corrections.onto = args.onto.clone().or(corrections.onto);
    Ok(corrections)
}

/// What would be made of it, among the units of a database that is only read.
pub async fn preview(database: &ReadOnly, mut wanted: PlanFile) -> anyhow::Result<Imported> {
    let named = wanted.corrections.plan_named().cloned();
    let (known, there) = database
        .read(async |tx| {
            let there = match &named {
                Some(id) => store::plans::find(tx, id).await?,
                None => None,
            };
            Ok((store::units::all(tx).await?, there))
        })
        .await?;
    let proposal = wanted.understood(&known);
    let proposal = proposal.held_against(&wanted.corrections, there.map(|there| there.status));
    Ok(Imported {
        preview: Preview::new(&proposal),
        plan: None,
    })
}

/// Makes the plan, if nothing is wrong: as an import that is created, corrected and committed.
pub async fn commit(app: &App, mut wanted: PlanFile) -> anyhow::Result<Imported> {
    let known = app.read(async |tx| Ok(store::units::all(tx).await?)).await?;
    let proposal = wanted.understood(&known);
    let PlanFile { new, corrections, .. } = wanted;
    let preview = Preview::new(&proposal);
    if preview.counts.errors > 0 {
        return Ok(Imported { preview, plan: None });
    }
    let context = Context::operator();
    let made = app.write(&context, async |work| {
        let import = create_import(work, new).await?;
        let import = update_import(work, &import, &Expected::Any, corrections).await?;
        commit_import(work, &import, &Expected::Any, proposal).await
    });
    Ok(Imported {
        plan: made.await.map_err(Error::told)?.plan,
        preview,
    })
}
