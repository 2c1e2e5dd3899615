//! Days of the ledger that are moved

use duban::{
    domain::{obligation::ObligationId, scope::Scope},
    error::Code,
    service::work::Context,
    store::obligations,
};

on_both! {
    async fn only_from_the_version_that_was_read(app: &TestApp) {
        let system = Context::system();
        let id: ObligationId = "dg-2017.1.1.d1.humen.2017Q2".parse().unwrap();
        let move_at = async |later: i64| {
            let moving = app.app.write(&system, async |work| {
                let mut row = obligations::find(work.tx, &id, &Scope::system()).await?.unwrap();
                row.version += later;
                row.due_on = Some("2017-07-14".parse().unwrap());
                Ok(obligations::reschedule(work.tx, &[row], work.now).await?)
            });
            moving.await.map_err(|error| error.code)
        };
        let due = async || {
            let path = format!("/api/v1/obligations/{id}");
            app.coordinator().get(&path).await.ok().json()["due_on"].as_str().unwrap().to_owned()
        };
        let before = due().await;
        assert_eq!(move_at(2).await, Err(Code::Stale));
        assert_eq!(due().await, before);
        move_at(1).await.unwrap();
        assert_eq!(due().await, "2017-07-14");
    }
}
