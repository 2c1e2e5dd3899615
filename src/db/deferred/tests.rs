//! What becomes of changes that are said together.

use tempfile::TempDir;

use super::push_behind;
use crate::db::{Db, Failure, Limits, Result, Tx};

async fn file() -> (TempDir, Db) {
    let dir = TempDir::new().unwrap();
    let url = format!("sqlite:{}", dir.path().join("deferred.db").display());
    let db = Db::connect(&url, Limits::default()).await.unwrap();
    let table = "create table thing (id integer primary key, said text, version integer not null)";
    db.write(async |tx| tx.query(table).execute().await).await.unwrap();
    (dir, db)
}

async fn add(tx: &mut Tx, id: i64, said: &str) -> Result<()> {
    let sql = "insert into thing (version, id, said) values (1, $1, $2)";
    tx.change(sql).bind(id).bind(said).done().await
}

async fn save(tx: &mut Tx, id: i64, said: &str, version: i64) -> Result<()> {
    let sql = "update thing set said = $2, version = $3 where id = $1 and version = $3 - 1";
    tx.change(sql).bind(id).bind(said).bind(version).done().await
}

async fn said(tx: &mut Tx) -> Result<String> {
    let sql = "select coalesce(group_concat(id || said || version, ' '), '') from (select * from thing order by id)";
    let (said,): (Said,) = tx.query(sql).one().await?;
    Ok(said.0)
}

#[derive(sqlx::Type)]
#[sqlx(transparent)]
struct Said(String);
impl crate::db::Plain for Said {}

async fn stored(db: &Db) -> String {
    db.read(async |tx| said(tx).await).await.unwrap()
}

#[tokio::test]
async fn they_are_made_in_their_order_each_with_its_parameters() {
    let (_dir, db) = file().await;
    let many = async |tx: &mut Tx| {
        for id in 1..=200 {
            add(tx, id, "a").await?;
            save(tx, id, "b", 2).await?;
        }
        // A question sees them.
        let seen = said(tx).await?;
        save(tx, 7, "c", 3).await?;
        Ok::<_, sqlx::Error>(seen)
    };
    let seen = db.write(many).await.unwrap();
    let expected: Vec<String> = (1..=200).map(|id| format!("{id}b2")).collect();
    assert_eq!(seen, expected.join(" "));
    assert_eq!(stored(&db).await, seen.replace(" 7b2 ", " 7c3 "));
}

#[tokio::test]
async fn one_that_touches_no_row_undoes_all() {
    let (_dir, db) = file().await;
    db.write(async |tx| add(tx, 1, "a").await).await.unwrap();
    let stale = async |tx: &mut Tx| {
        add(tx, 2, "a").await?;
        save(tx, 1, "b", 5).await?;
        add(tx, 3, "a").await
    };
    let error = db.write(stale).await.unwrap_err();
    assert_eq!(Failure::of(&error), Failure::Stale);
    let asking = async |tx: &mut Tx| {
        save(tx, 1, "b", 5).await?;
        said(tx).await
    };
    let error = db.write(asking).await.unwrap_err();
    assert_eq!(Failure::of(&error), Failure::Stale);
    let twice = async |tx: &mut Tx| {
        save(tx, 1, "b", 2).await?;
        add(tx, 1, "a").await
    };
    let error = db.write(twice).await.unwrap_err();
    assert_eq!(Failure::of(&error), Failure::Taken);
    assert_eq!(stored(&db).await, "1a1");
}

#[tokio::test]
async fn none_makes_up_for_another() {
    let (_dir, db) = file().await;
    let two = async |tx: &mut Tx| {
        add(tx, 1, "a").await?;
        add(tx, 2, "a").await
    };
    db.write(two).await.unwrap();
    let none_and_two = async |tx: &mut Tx| {
        save(tx, 1, "b", 5).await?;
        tx.change("update thing set said = $1").bind("b").done().await
    };
    let error = db.write(none_and_two).await.unwrap_err();
    assert_eq!(Failure::of(&error), Failure::Stale);
    assert_eq!(stored(&db).await, "1a1 2a1");
}

#[tokio::test]
async fn one_that_is_begun_and_left_undoes_all() {
    let (_dir, db) = file().await;
    let leave = async |tx: &mut Tx, asks: bool| {
        add(tx, 1, "a").await?;
        drop(tx.change("delete from thing where id = $1").bind(1));
        if asks {
            said(tx).await?;
        }
        add(tx, 2, "a").await
    };
    for asks in [false, true] {
        db.write(async |tx| leave(tx, asks).await).await.unwrap_err();
    }
    let unbound = async |tx: &mut Tx| tx.change("delete from thing where said = $1").done().await;
    db.write(unbound).await.unwrap_err();
    assert_eq!(stored(&db).await, "");
}

#[test]
fn parameters_stand_behind_those_before() {
    let mut text = "one;\n".to_owned();
    push_behind(&mut text, "update a set b = $2, c = $10 where d = $2 - 1", 7);
    assert_eq!(text, "one;\nupdate a set b = $9, c = $17 where d = $9 - 1");
}
