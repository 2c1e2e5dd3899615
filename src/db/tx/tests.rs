//! What becomes of transactions that nobody ends.

use std::future::pending;

use sqlx::SqlitePool;
use tokio::runtime::Runtime;

use super::*;

/// What it spawns to roll back is dropped at once, and must not be spawned again, and again.
#[test]
fn a_transaction_may_outlive_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let (pool, tx) = runtime.block_on(async {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        let on = Engine::Sqlite(pool.acquire().await.unwrap());
        let tx = Tx::begin(on, "begin", &Opened::default(), Limit::None).await;
        (pool, tx.unwrap())
    });
    runtime.spawn(async move {
        let _held = tx;
        pending::<()>().await;
    });
    drop(runtime);
    drop(pool);
}
