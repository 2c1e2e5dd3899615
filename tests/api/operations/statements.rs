//! How many statements a command takes.

use duban::domain::event::Event;
use serde_json::json;

use crate::{
    reports::{Cast, OBLIGATION, REPORTS, act, path, report_on},
    support::Engine,
};

on_both! {
    async fn what_is_known_of_plans_is_not_read_again(app: &TestApp) {
        let cast = Cast::of(app);
        let spent = |event| app.app.statements_of(event).unwrap();
        let made = path(&cast.reporter.post(REPORTS, &report_on(OBLIGATION)).await.expect(201));
        let create = spent(Event::REPORT_CREATED);
        act(&cast.reporter, &made, "submit", "*", &json!({})).await.ok();
        let submit = spent(Event::REPORT_SUBMITTED);
        act(&cast.coordinator, &made, "accept", "*", &json!({})).await.ok();
        let accept = spent(Event::REPORT_ACCEPTED);
        let mut at_once = report_on("dg-2017.17.3.d2.hbj.2017Q1");
        at_once["submit"] = json!(true);
        cast.reporter.post(REPORTS, &at_once).await.expect(201);
        let once = spent(Event::REPORT_CREATED);
        let expected = match app.engine {
            Engine::Sqlite => [5, 9, 9, 8],
            // It locks, and reads a report again that it has locked.
            Engine::Postgres => [6, 11, 11, 9],
        };
        assert_eq!([create, submit, accept, once], expected);
    }
}
