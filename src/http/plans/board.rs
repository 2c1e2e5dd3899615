//! `/plans/{id}/board.svg`: units by months as a heat map of lights

use actix_web::get;

use crate::{
    app::{Seen, Validity},
    domain::{
        deadline::Every,
        id::{PlanId, UnitCode},
        ledger::Horizons,
        plan::Figures,
        schedule::periods,
        scope::Scope,
    },
    error::{Error, Result},
    http::{
        caller::{Call, Caller, may},
        input::{self, AsOfParams, Id},
        refused::Refused,
        render::board::{self, Cell, Row, Standing},
        reply::{Made, Reply, format::SVG},
    },
    rendered::Rendered,
    store::{self, obligations::LedgerFilter},
};

/// 红绿灯看板 (board of lights)
///
/// 单位 × 月份的热力图，SVG，可嵌入门户，与统计同一口径。Units by months as a heat map of lights, to embed in a portal; made
/// of the same as the statistics.
#[utoipa::path(tag = "plans", params(Id<PlanId>, AsOfParams),
    responses((status = 200, description = "看板 (the board)", body = String, content_type = "image/svg+xml"), Caller<may::ReadPublished>, Id<PlanId>, Refused<422>))]
#[get("/{id}/board.svg")]
pub async fn get_board(caller: Caller<may::ReadPublished>, id: Id<PlanId>) -> Reply {
    let figures: Scope<Figures> = caller.scope();
    let seen = Seen::Figures(*figures.visibility(), caller.today());
    caller
        .serve_stored((SVG, seen), async |_| make(&caller, &id.0, &figures).await)
        .await
}

async fn make(caller: &Call, id: &PlanId, figures: &Scope<Figures>) -> Result<Made> {
    let AsOfParams { as_of } = input::query(caller.request())?;
    let as_of = as_of.unwrap_or_else(|| caller.today());
    let catalog = caller.catalog();
    let plan = &catalog
        .plan(id, &caller.scope())
        .ok_or_else(Error::not_found)?
        .content
        .plan;
    let basis = figures.basis(plan.settings.public_figures, as_of, caller.today());
    let filter = LedgerFilter::of_plan(id, Horizons::new(catalog, as_of, basis), caller.memory());
    let figures = caller
        .scan(async |tx| Ok(store::statistics::board(tx, &filter, &caller.scope()).await?))
        .await?;
    let mut months: Vec<String> = periods(Every::Month, plan.period)
        .into_iter()
        .map(|(month, _)| month)
        .collect();
    months.extend(figures.iter().map(|row| row.month.clone()));
    months.sort();
    months.dedup();
    let mut rows: Vec<(UnitCode, Row)> = Vec::new();
    for figure in figures {
        if rows.last().is_none_or(|(code, _)| *code != figure.unit) {
            let unit = catalog.units.get(&figure.unit);
            let name = unit.map_or_else(|| figure.unit.to_string(), |unit| unit.name.clone());
            rows.push((
                figure.unit.clone(),
                Row {
                    name,
                    cells: vec![Cell::default(); months.len()],
                },
            ));
        }
        if let (Some((_, row)), Ok(column)) = (rows.last_mut(), months.binary_search(&figure.month)) {
            row.cells[column].add(Standing::named(&figure.light), figure.count);
        }
    }
    // Offices, subdistricts, towns …: as the directory has them.
    let place = |code: &UnitCode| {
        let mut units = catalog.units.iter().enumerate();
        let found = units.find(|(_, unit)| unit.code == *code);
        found.map(|(place, unit)| (unit.kind, place))
    };
    rows.sort_by_cached_key(|(code, _)| place(code));
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let svg = board::render(&plan.title, as_of, basis.known_on, &months, &rows);
    let reply = Rendered::new(SVG, svg.into_bytes(), None);
    let are_over = basis.is_over(caller.now());
    Ok(Made::ForAll(reply, Validity::of_figures(id, are_over)))
}
