//! A plan as a document of its own layout: its columns, its order, its headings, a task beside all of its requirements.

mod layout;
mod progress;
#[cfg(test)]
mod tests;
mod who;

use self::progress::Progress;
use crate::{
    app::Validity,
    domain::{id::PlanId, ledger::Horizons, obligation::Obligation, scope::Scope},
    error::{Error, Result},
    http::{
        caller::Call,
        reply::{
            Made,
            format::{Offered as _, PlanFormat, disposition},
        },
    },
    rendered::Rendered,
    store::{self, obligations::LedgerFilter},
};

/// The plan as a file, with those of its extra cells that the caller sees; 404 if it does not see the plan.
pub async fn render(call: &Call, id: &PlanId, format: PlanFormat) -> Result<Rendered> {
    render_with(call, id, format, None).await
}

/// The plan as a file with its progress: obligations in the ledger that the caller reads, and reports that are public.
pub async fn render_with_progress(call: &Call, id: &PlanId, format: PlanFormat) -> Result<Made> {
    call.catalog().plan(id, &call.scope()).ok_or_else(Error::not_found)?;
    let today = call.today();
    let filter = LedgerFilter::of_plan(id, Horizons::of_ledger(call.catalog(), today, today), call.memory());
    let scope: Scope<Obligation> = call.scope();
    let (states, latest) = call
        .scan(async |tx| {
            let states = store::statistics::states(tx, &filter, &scope).await?;
            let latest = store::reports::newest(tx, id, &Scope::public()).await?;
            Ok((states, latest))
        })
        .await?;
    let reply = render_with(call, id, format, Some(Progress::new(states, latest))).await?;
    Ok(Made::ForAll(reply, Validity::of_plan(id)))
}

async fn render_with(call: &Call, id: &PlanId, format: PlanFormat, progress: Option<Progress>) -> Result<Rendered> {
    let plan = call.catalog().plan(id, &call.scope()).ok_or_else(Error::not_found)?;
    let content = &plan.content;
    let disclosed = call.disclosed(&content.plan, &call.catalog().units);
    let document = layout::of(content, disclosed, progress.as_ref());
    let room = call.room().await?;
    let body = call
        .work_in(room, move || match format {
            PlanFormat::Docx => document.to_word(),
            PlanFormat::Json | PlanFormat::Xlsx => document.to_excel(),
        })
        .await?;
    let mut reply = Rendered::new(format.media_type(), body, None);
    reply.disposition = Some(disposition(&id.to_string(), &content.plan.title, format.extension()));
    Ok(reply)
}
