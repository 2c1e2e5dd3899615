//! Who may call what: every operation of the document, by every role.

use std::fmt::Write as _;

use duban::domain::policy::{Action, Reach, Role, reach};

use crate::support::{Caller, TestApp, document::Document, sample::sample, snapshot::assert_text};

/// Nobody, somebody without a role, and each role.
fn callers(app: &TestApp) -> Vec<(&'static str, Caller<'_>)> {
    let mut callers = vec![
        ("anonymous", app.anonymous()),
        ("no_role", app.bearing(Some(app.token("nobody", &[], None, &[])))),
    ];
    for role in Role::ALL.iter().filter(|role| **role != Role::Anonymous) {
        callers.push((role.as_str(), app.role(role.as_str())));
    }
    callers
}

/// A line of a table: the first cell wide, the others as wide as their titles.
fn line<'t>(first: &str, width: usize, cells: impl IntoIterator<Item = (&'t str, String)>) -> String {
    let mut line = format!("{first:width$}");
    for (title, cell) in cells {
        let _ = write!(line, "  {cell:<width$}", width = title.len());
    }
    line.trim_end().to_owned() + "\n"
}

on_both! {
    async fn is_as_the_snapshot_has_it(app: &TestApp) {
        let document = Document::of(app).await;
        let operations = document.operations();
        let callers = callers(app);
        let width = operations.iter().map(|operation| operation.name().len()).max().unwrap();
        let titles = callers.iter().map(|(title, _)| (*title, (*title).to_owned()));
        let mut table = line("", width, titles);
        let mut n = 0;
        for operation in &operations {
            let (mut cells, mut unused) = (Vec::new(), None);
            for (title, caller) in &callers {
                let request = if let Some(request) = unused.take() {
                    request
                } else {
                    n += 1;
                    sample(app, *operation, n).await
                };
                let reply = request.send(caller, *operation).await;
                // What was read or refused is as it was, and the next one may ask the same.
                unused = (operation.is_read() || reply.status >= 400).then_some(request);
                document.assert_declares(*operation, &reply);
                cells.push((*title, reply.status.to_string()));
            }
            // A request that nobody can make says nothing about who may.
            let works = cells.iter().any(|(_, status)| status.starts_with('2'));
            assert!(works, "{}: {cells:?}", operation.name());
            table += &line(&operation.name(), width, cells);
        }
        assert_text("authorization", &table);
    }

    async fn what_needs_a_token_says_so(app: &TestApp) {
        let document = Document::of(app).await;
        let mut guarded = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            let sample = sample(app, operation, n).await;
            let reply = sample.send(&app.anonymous(), operation).await;
            if document.needs_token(operation) {
                guarded += 1;
                assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"duban\"");
                reply.problem(401, "unauthenticated");
            } else {
                assert_eq!(reply.status, 200, "{}", operation.name());
            }
        }
        assert!(guarded >= 20, "the document lost its security");
    }

    /// Who may not do a thing is not told more: not that the id exists, not that the body is wrong.
    async fn permission_comes_before_everything_else(app: &TestApp) {
        let document = Document::of(app).await;
        let nobody = app.bearing(Some(app.token("nobody", &[], None, &[])));
        for operation in document.operations() {
            if !document.needs_token(operation) {
                continue;
            }
            let path = operation.path.replace("{id}", "nosuch").replace("{member}", "nosuch");
            let request = |caller: &Caller<'_>| {
                caller.request(operation.method(), &path).header("Idempotency-Key", "").body("{")
            };
            crate::support::Reply::to(request(&app.anonymous())).await.problem(401, "unauthenticated");
            crate::support::Reply::to(request(&nobody)).await.problem(403, "forbidden");
        }
    }

    /// A token for reading, and an auditor, who changes nothing.
    async fn who_only_reads_changes_nothing(app: &TestApp) {
        let document = Document::of(app).await;
        let reader = app.all_roles(&["read"]);
        let mut refused = 0;
        for operation in document.operations() {
            // What anybody may, like having a phrase read, changes nothing either.
            if operation.is_read() || !document.needs_token(operation) {
                continue;
            }
            let path = operation.path.replace("{id}", "nosuch").replace("{member}", "nosuch");
            for caller in [&reader, &app.role("auditor")] {
                let request = caller.request(operation.method(), &path);
                let reply = crate::support::Reply::to(request).await;
                assert_eq!(reply.status, 403, "{}: {}", operation.name(), reply.text());
                let needed = reply.header("www-authenticate").to_owned();
                assert!(!needed.contains("scope=\"read\""), "{}: {needed}", operation.name());
                refused += 1;
            }
        }
        assert!(refused >= 80, "{refused}");
    }
}

/// The table in the code, as a reader who does not read Rust can check it.
#[test]
fn the_policy_is_as_the_snapshot_has_it() {
    let roles = || Role::ALL.iter().map(|role| role.as_str());
    let titles = || roles().chain(["scope"]);
    let width = Action::ALL.iter().map(|action| action.as_str().len()).max().unwrap();
    let mut table = line("", width, titles().map(|title| (title, title.to_owned())));
    for action in Action::ALL {
        let reaches = Role::ALL.iter().map(|role| match reach(*role, *action) {
            Reach::Never => "-",
            Reach::Own => "own",
            Reach::All => "all",
        });
        let cells = reaches.chain([action.scope().as_str()]).map(str::to_owned);
        table += &line(action.as_str(), width, titles().zip(cells));
    }
    assert_text("policy", &table);
}
