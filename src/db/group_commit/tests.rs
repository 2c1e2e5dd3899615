//! What becomes of changes that are committed together.

use std::{future::pending, sync::atomic::AtomicI64};

use futures_util::future::{join, join_all, join3, select};
use tempfile::TempDir;
use tokio::{sync::Notify, task::yield_now};

use crate::db::{Db, Failure, Limits, Tx};

use super::*;

/// A file with an empty table; a `parent` must be there when it is committed.
async fn file() -> (TempDir, Db) {
    let dir = TempDir::new().unwrap();
    let url = format!("sqlite:{}", dir.path().join("group.db").display());
    let db = Db::connect(&url, Limits::default()).await.unwrap();
    let table =
        "create table thing (id integer primary key, parent integer references thing deferrable initially deferred)";
    db.write(async |tx| tx.query(table).execute().await).await.unwrap();
    (dir, db)
}

async fn add(tx: &mut Tx, id: i64, parent: Option<i64>) -> Result<u64> {
    let sql = "insert into thing (id, parent) values ($1, $2)";
    tx.query(sql).bind(id).bind(parent).execute().await
}

async fn things(db: &Db) -> Vec<i64> {
    let sql = "select id from thing order by id";
    let rows: Result<Vec<(i64,)>> = db.read(async |tx| tx.query(sql).all().await).await;
    rows.unwrap().into_iter().map(|(id,)| id).collect()
}

/// Adds `id` when `others` wait, so that it is not committed alone.
async fn first(db: &Db, id: i64, others: usize) -> Result<()> {
    let Db::Sqlite(file) = db else { panic!("not a file") };
    db.write(async |tx| {
        add(tx, id, None).await?;
        while file.writer.0.waiting.load(Ordering::Acquire) < others {
            yield_now().await;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_waits_is_in_it() {
    let (_dir, db) = file().await;
    let seen = AtomicI64::new(-1);
    let second = db.write(async |tx| {
        add(tx, 2, None).await?;
        // What the first has done is here, and nowhere else yet.
        seen.store(things(&db).await.len().try_into().unwrap_or(-1), Ordering::Release);
        let (count,): (i64,) = tx.query("select count(*) from thing").one().await?;
        Ok::<_, Error>(count)
    });
    let (one, two) = join(first(&db, 1, 1), second).await;
    one.unwrap();
    assert_eq!(two.unwrap(), 2);
    assert_eq!(seen.into_inner(), 0, "the first was committed by itself");
    assert_eq!(things(&db).await, [1, 2]);
}

#[tokio::test]
async fn who_fails_harms_nobody() {
    let (_dir, db) = file().await;
    let second = db.write(async |tx| {
        add(tx, 2, None).await?;
        add(tx, 1, None).await
    });
    let third = db.write(async |tx| add(tx, 3, None).await);
    let (one, two, three) = join3(first(&db, 1, 2), second, third).await;
    one.unwrap();
    assert!(two.unwrap_err().as_database_error().unwrap().is_unique_violation());
    three.unwrap();
    assert_eq!(things(&db).await, [1, 3]);
}

#[tokio::test]
async fn who_leaves_harms_nobody() {
    let (_dir, db) = file().await;
    for at in 0..40 {
        let second = db.write(async |tx| {
            add(tx, 1000 + at, None).await?;
            pending::<Result<()>>().await
        });
        let leaves = async {
            // A little later each time: in the middle of any of its statements.
            for _ in 0..at {
                yield_now().await;
            }
        };
        let gone = async { drop(select(Box::pin(second), Box::pin(leaves)).await) };
        let third = db.write(async |tx| add(tx, 100 + at, None).await);
        let (one, (), three) = join3(first(&db, at, 1), gone, third).await;
        one.unwrap();
        three.unwrap();
    }
    let expected: Vec<i64> = (0..40).chain(100..140).collect();
    assert_eq!(things(&db).await, expected);
}

/// A commit that fails is told to all who were in it.
#[tokio::test]
async fn all_hear_of_a_commit_that_fails() {
    let (_dir, db) = file().await;
    let orphan = db.write(async |tx| add(tx, 2, Some(404)).await);
    let (one, two) = join(first(&db, 1, 1), orphan).await;
    // SQLITE_CONSTRAINT_FOREIGNKEY, which is no trouble of the database's.
    assert_eq!(Failure::of(&one.unwrap_err()), Failure::Bug);
    assert!(two.unwrap_err().to_string().ends_with("FOREIGN KEY constraint failed"));
    assert_eq!(things(&db).await, [0_i64; 0]);
    first(&db, 3, 0).await.unwrap();
    assert_eq!(things(&db).await, [3]);
}

/// As when the disk is full.
#[tokio::test]
async fn what_sqlite_rolls_back_is_told_to_all() {
    let (_dir, db) = file().await;
    let second = db.write(async |tx| {
        tx.query("insert or rollback into thing (id) values (1)")
            .execute()
            .await
    });
    let third = db.write(async |tx| add(tx, 3, None).await);
    let (one, two, three) = join3(first(&db, 1, 2), second, third).await;
    assert_eq!(Failure::of(&one.unwrap_err()), Failure::Unreachable);
    two.unwrap_err();
    three.unwrap();
    assert_eq!(things(&db).await, [3]);
}

/// The service is closed when all have been answered.
#[tokio::test]
async fn it_closes_after_those_who_wait() {
    let (dir, db) = file().await;
    let last = db.write(async |tx| add(tx, 2, None).await);
    let (one, two, ()) = join3(first(&db, 1, 1), last, db.close()).await;
    one.unwrap();
    two.unwrap();
    assert_eq!(Failure::of(&first(&db, 3, 0).await.unwrap_err()), Failure::Unreachable);
    let url = format!("sqlite:{}", dir.path().join("group.db").display());
    assert_eq!(
        things(&Db::connect(&url, Limits::default()).await.unwrap()).await,
        [1, 2]
    );
}

/// Many at once, some of whom fail or leave: there is what was confirmed, and nothing that was refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_confirmed_is_there() {
    let (_dir, db) = file().await;
    let left = Arc::new(Notify::new());
    let tasks = (0..200_i64).map(|id| {
        let (db, left) = (db.clone(), left.clone());
        tokio::spawn(async move {
            let writes = db.write(async |tx| {
                add(tx, id, None).await?;
                match id % 5 {
                    1 => Err(Error::RowNotFound),
                    2 => add(tx, id, None).await.map(drop),
                    _ => Ok(()),
                }
            });
            if id % 5 == 3 {
                let leaves = async {
                    left.notified().await;
                    for _ in 0..id % 7 {
                        yield_now().await;
                    }
                };
                drop(select(Box::pin(writes), Box::pin(leaves)).await);
                return None;
            }
            let done = writes.await;
            left.notify_one();
            Some((id, done.is_ok()))
        })
    });
    let told = join_all(tasks).await;
    left.notify_waiters();
    let there = things(&db).await;
    for (id, confirmed) in told.into_iter().filter_map(Result::unwrap) {
        assert_eq!(confirmed, id % 5 == 0 || id % 5 == 4, "{id}");
        assert_eq!(there.contains(&id), confirmed, "{id}");
    }
}
