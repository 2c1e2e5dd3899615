//! The kinds that rows of the ledger are filed under, for filters. A row shows what its deadline and its unit are now,
//! whatever day is asked for, and is found by the same: the rows as they were are filed anew too.

use sqlx::Result;

use crate::{
    db::{Statement, Tx, Value},
    domain::{
        deadline::RuleKind,
        id::{DeadlineId, UnitCode},
        unit::UnitKind,
    },
    store::row::name,
};

/// The deadline's rule is of this kind now. Its rows are those whose ids begin with its own and a dot: an index has them,
/// those too that were withdrawn.
///
/// What was reported on is judged by the rule it was reported on under.
pub async fn file_under_rule(tx: &mut Tx, deadline: &DeadlineId, kind: RuleKind) -> Result<()> {
    let sql = Statement::new(
        "update obligation set judged_as = coalesce(judged_as, rule_kind)
         where exists (select 1 from progress_report where obligation_id = obligation.id) and ",
    );
    tx.run(sql.below("id", deadline)).execute().await?;
    for sql in [
        "update obligation set rule_kind = ",
        "update obligation_past set rule_kind = ",
    ] {
        let sql = Statement::new(sql)
            .bind(Value::Text(name(kind)?))
            .push(" where ")
            .below("id", deadline);
        tx.run(sql).execute().await?;
    }
    Ok(())
}

/// The unit is of this kind now.
pub async fn file_under_unit(tx: &mut Tx, unit: &UnitCode, kind: UnitKind) -> Result<()> {
    for sql in [
        "update obligation set unit_kind = ",
        "update obligation_past set unit_kind = ",
    ] {
        let sql = Statement::new(sql)
            .bind(Value::Text(name(kind)?))
            .push(" where unit = ")
            .bind(Value::Text(unit.to_string()));
        tx.run(sql).execute().await?;
    }
    Ok(())
}
