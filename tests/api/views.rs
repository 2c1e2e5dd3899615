//! What each thing looks like to somebody who may see all of it. `tests/api/snapshots/views` has it, a file for
//! each noun, the same for both engines.

use crate::support::{
    document::{Document, Operation},
    sample::sample,
    snapshot::assert_view,
};

/// The item of a noun.
fn shows_a_thing(operation: &Operation<'_>) -> bool {
    let json = &operation.value["responses"]["200"]["content"]["application/json"];
    operation.is_read() && operation.path.ends_with('}') && !json.is_null()
}

on_both! {
    async fn are_as_the_snapshots_have_them(app: &TestApp) {
        let document = Document::of(app).await;
        let operations: Vec<_> = document.operations().into_iter().filter(shows_a_thing).collect();
        assert!(operations.len() >= 13, "{}", operations.len());
        for operation in operations {
            let path = sample(app, operation, 0).await.path;
            let view = app.all_roles(&[]).get(&path).await.ok().json();
            assert_view(operation.id(), app, &view);
        }
    }
}
