//! What notices that are not issued have to hold against.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Result;

use super::{COLUMNS, NoticeFilter, NoticeRow, assembled, known_obligations, pending};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        id::NoticeId,
        notice::{Ground, Notice, NoticeKind},
        obligation::ObligationId,
        scope::Scope,
    },
    store::filter::Filter,
};

/// What each of `notices` has to hold against now, in a few statements however many they are.
pub(super) async fn grounds(tx: &mut Tx, notices: &[&Notice]) -> Result<Vec<Ground>> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let followed = followed(tx, notices).await?;
    let earlier = earlier(tx, notices).await?;
    let named: BTreeSet<ObligationId> = notices
        .iter()
        .flat_map(|notice| notice.obligations.iter().cloned())
        .collect();
    let known = known_obligations(tx, &named.into_iter().collect::<Vec<_>>()).await?;
    let mut waiting: Vec<(NoticeKind, Vec<(ObligationId, NoticeId)>)> = Vec::new();
    for kind in notices.iter().map(|notice| notice.kind).filter(|kind| kind.urges()) {
        if waiting.iter().all(|(asked, _)| *asked != kind) {
            let same = notices.iter().filter(|notice| notice.kind == kind);
            let ids: BTreeSet<&ObligationId> = same.flat_map(|notice| &notice.obligations).collect();
            let found = pending(tx, kind, &ids.into_iter().collect::<Vec<_>>(), &[]).await?;
            waiting.push((kind, found));
        }
    }
    let ground = |notice: &&Notice| {
        let chain: BTreeSet<NoticeId> = std::iter::successors(notice.follows, |id| followed.get(id).copied()).collect();
        let same = waiting.iter().filter(|(kind, _)| *kind == notice.kind);
        let pending = same
            .flat_map(|(_, found)| found)
            .filter(|(id, other)| notice.obligations.contains(id) && !chain.contains(other));
        Ground {
            known: notice.obligations.intersection(&known).cloned().collect(),
            earlier: notice.follows.and_then(|id| earlier.get(&id).cloned()).map(Box::new),
            pending: pending.cloned().collect(),
        }
    };
    Ok(notices.iter().map(ground).collect())
}

/// What the notices that these follow follow in their turn. A chain is as long as there are levels.
async fn followed(tx: &mut Tx, notices: &[&Notice]) -> Result<BTreeMap<NoticeId, NoticeId>> {
    let mut followed = BTreeMap::new();
    let mut next: BTreeSet<NoticeId> = notices.iter().filter_map(|notice| notice.follows).collect();
    while !next.is_empty() {
        let sql = Statement::new("select id, follows from notice where follows is not null and id in ");
        let rows: Vec<(NoticeId, NoticeId)> = tx.run(sql.list(next.into_iter().map(Value::id))).all().await?;
        next = rows.iter().map(|(_, earlier)| *earlier).collect();
        next.retain(|id| !followed.contains_key(id));
        followed.extend(rows);
    }
    Ok(followed)
}

/// The notices that these follow.
async fn earlier(tx: &mut Tx, notices: &[&Notice]) -> Result<BTreeMap<NoticeId, Notice>> {
    let ids: BTreeSet<NoticeId> = notices.iter().filter_map(|notice| notice.follows).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Statement::new(COLUMNS)
        .within(&NoticeFilter::default().wanted(&Scope::system())?)
        .push(" and id in ")
        .list(ids.into_iter().map(Value::id));
    let rows: Vec<NoticeRow> = tx.run(sql).all().await?;
    let found = assembled(tx, rows).await?;
    Ok(found.into_iter().map(|notice| (notice.id, notice)).collect())
}
