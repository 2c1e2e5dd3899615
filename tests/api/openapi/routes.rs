//! Every handler is registered, and in the document.

use crate::support::{
    Engine, TestApp,
    document::{Document, Operation},
    source::rust_files,
};

/// The routes as the source has them: those added another way than with `.service(…)` would work
/// without being in the document.
#[actix_web::test]
async fn each_route_is_in_the_document() {
    let mut routes = Vec::new();
    let mut registered = 0;
    let files = rust_files("src");
    for file in &files {
        let mut route = None;
        for line in file.text.lines().map(str::trim) {
            for method in ["get", "post", "put", "patch", "delete", "head", "route"] {
                if let Some(rest) = line.strip_prefix(&format!("#[{method}(\"")) {
                    route = Some((method.to_uppercase(), rest.split('"').next().unwrap()));
                }
            }
            if let Some(rest) = line.strip_prefix("pub async fn ")
                && let Some((method, path)) = route.take()
            {
                routes.push((rest.split('(').next().unwrap(), method, path));
            }
            assert!(
                !line.contains(".route(") && !line.contains("web::resource("),
                "{}: {line}",
                file.path
            );
        }
        if file.path == "src/http/mod.rs" {
            // Scopes are services, too.
            registered = file.text.matches(".service(").count() - file.text.matches("scope::scope(").count();
        }
    }
    let app = TestApp::start(Engine::Sqlite).await;
    let document = Document::of(&app).await;
    let operations = document.operations();
    routes.sort();
    let names: Vec<&str> = routes.iter().map(|(name, ..)| *name).collect();
    let mut declared: Vec<&str> = operations.iter().map(Operation::id).collect();
    declared.sort_unstable();
    assert_eq!(names, declared);
    for operation in &operations {
        let (_, method, path) = routes.iter().find(|(name, ..)| *name == operation.id()).unwrap();
        assert_eq!(*method, operation.method().to_string(), "{}", operation.name());
        // Its scope stands before it.
        assert!(operation.path.ends_with(path), "{}: {path}", operation.name());
    }
    assert_eq!(registered, declared.len(), "a handler is not registered, or twice");
    app.stop().await;
}
