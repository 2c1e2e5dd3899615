//! How rows are ordered by how they stand on a day, and found by words, in SQL.

use super::LedgerFilter;
use crate::{
    db::Statement,
    domain::{
        ledger::Found,
        order::{By, Order},
    },
    store::{page::Sort, row::texts},
};

/// ` and (…)`: the row is among what a search finds.
pub(super) fn is_found(Found(any): &Found) -> Statement {
    let sql = any.iter().fold(Statement::new(" and (1 = 0"), |sql, one| {
        let mut sql = sql.push(" or (1 = 1");
        if let Some(places) = &one.places {
            sql = sql
                .push(" and (requirement_id in ")
                .list(texts(&places.requirements.iter().collect::<Vec<_>>()))
                .push(" or deadline_id in ")
                .list(texts(&places.deadlines.iter().collect::<Vec<_>>()))
                .push(")");
        }
        if let Some(units) = &one.units {
            sql = sql.push(" and unit in ").list(texts(&units.iter().collect::<Vec<_>>()));
        }
        sql.push(")")
    });
    sql.push(")")
}

/// Red first.
pub(super) const LIGHT: Sort = Sort::maybe_int("light", "urgency");
/// The fewest first: on one day they are in the order of the days that they are left to.
pub(super) const DAYS_LEFT: Sort = Sort::maybe_day("days_left", "left_until");

/// The fields of an order that no column has: how rows stand on a day.
pub(super) fn computed(order: &Order) -> impl Iterator<Item = &By> {
    let computed = [LIGHT.field, DAYS_LEFT.field];
    order.fields().iter().filter(move |by| computed.contains(&by.field))
}

impl LedgerFilter {
    /// ` from …`: the ledger, with columns for what rows are ordered by.
    pub(super) fn ranked(&self, order: &Order) -> Statement {
        let ledger = self.horizons.ledger(&self.filter);
        if computed(order).next().is_none() {
            return ledger;
        }
        let columns = computed(order).fold(Statement::new(" from (select obligation.*"), |sql, by| {
            if by.field == LIGHT.field {
                return sql
                    .push(", case ")
                    .append(&self.horizons.light())
                    .push(" when 'red' then 0 when 'yellow' then 1 when 'green' then 2 when 'none' then 3 else ")
                    .bind(LIGHT.nothing(by.descending))
                    .push(" end as urgency");
            }
            sql.push(
                ", case when exempted_at is null and fulfilled_on is null and due_on is not null then due_on else ",
            )
            .bind(DAYS_LEFT.nothing(by.descending))
            .push(" end as left_until")
        });
        columns.append(&ledger).push(") as obligation")
    }
}
