//! What a notice that is not issued has to hold against.

use sqlx::Result;

use super::{COLUMNS, FROM, NoticeRow, assembled, known_obligations, pending};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        id::NoticeId,
        notice::{Ground, Notice},
        obligation::ObligationId,
    },
};

/// What `notice` has to hold against now.
pub(super) async fn ground(tx: &mut Tx, notice: &Notice) -> Result<Ground> {
    let named: Vec<ObligationId> = notice.obligations.iter().cloned().collect();
    let mut chain = Vec::new();
    let mut next = notice.follows;
    while let Some(id) = next {
        chain.push(id);
        let sql = "select follows from notice where id = $1";
        let row: Option<(Option<NoticeId>,)> = tx.query(sql).bind(id).optional().await?;
        next = row.and_then(|(follows,)| follows);
    }
    let earlier = Statement::new(COLUMNS)
        .push(FROM)
        .push("id in ")
        .list(chain.first().map(|id| Value::id(*id)));
    let earlier: Vec<NoticeRow> = tx.run(earlier).all().await?;
    let urges = notice.kind.urges();
    let asked: Vec<&ObligationId> = named.iter().filter(|_| urges).collect();
    Ok(Ground {
        known: known_obligations(tx, &named).await?,
        earlier: assembled(tx, earlier).await?.pop().map(Box::new),
        pending: pending(tx, notice.kind, &asked, &chain).await?,
    })
}
