//! What becomes of transactions that are dropped without an end.

use std::future::pending;

use tokio::runtime::Runtime;

use crate::db::{Limits, embedded::Embedded};

/// What it leaves to be done is dropped at once, and must not be begun again, and again.
#[test]
fn a_transaction_may_outlive_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("outlived.db").display());
    let both = runtime.block_on(async {
        let file = Embedded::open(&url, Limits::default()).await.unwrap();
        let (mut reader, mut writer) = (file.read().await.unwrap(), file.write().await.unwrap());
        for tx in [&mut reader, &mut writer] {
            let (one,): (i64,) = tx.query("select 1 as one").one().await.unwrap();
            assert_eq!(one, 1);
        }
        (reader, writer)
    });
    runtime.spawn(async move {
        let _held = both;
        pending::<()>().await;
    });
    drop(runtime);
}
