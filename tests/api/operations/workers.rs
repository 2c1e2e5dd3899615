//! What goes on without a request, and who it belongs to

use std::{cell::Cell, convert::Infallible, future::pending, rc::Rc};

use actix_web::web::Data;
use duban::{app::App, error::Code, worker};

use crate::support::soon;

on_both! {
    async fn one_that_panics_is_told_of_and_begins_again(app: &TestApp) {
        let begun = Rc::new(Cell::new(0));
        let counts = begun.clone();
        worker::keep(&app.app, "stumbling", async move |_| -> Infallible {
            counts.set(counts.get() + 1);
            assert!(counts.get() > 3, "it stumbles");
            pending().await
        });
        soon(async || app.anonymous().get("/healthz").await.status == 200 && begun.get() == 4).await;
        let ready = app.anonymous().get("/readyz").await.ok().json();
        assert!(ready["warnings"].to_string().contains("stumbling"), "{ready}");
        let measured = app.anonymous().get("/metrics").await.ok().text();
        assert!(measured.contains("duban_worker_panics_total{worker=\"stumbling\"} 3"), "{measured}");
        assert!(measured.contains("duban_worker_panics_total{worker=\"sealing\"} 0"), "{measured}");
    }

    async fn all_have_ended_before_the_database_is_closed(app: &TestApp) {
        let replica = app.replica().await;
        let (asked, refused) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        let (asks, is_refused) = (asked.clone(), refused.clone());
        worker::keep(&replica.app, "asking", async move |app: Data<App>| -> Infallible {
            loop {
                let outcome = app.schema().await;
                asks.set(asks.get() + 1);
                is_refused.set(is_refused.get() || outcome.is_err_and(|error| error.code == Code::Unavailable));
            }
        });
        soon(async || replica.anonymous().get("/healthz").await.status == 200 && asked.get() > 0).await;
        replica.app.close().await;
        let then = asked.get();
        app.anonymous().get("/readyz").await.ok();
        assert_eq!((asked.get(), refused.get()), (then, false));
        replica.stop().await;
    }
}
