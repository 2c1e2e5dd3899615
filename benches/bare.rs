//! The limit that `scripts/bench` holds the service against: every file of a directory, from memory, by actix-web and
//! nothing else.
//!
//! `bare DIRECTORY ADDRESS`
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use std::{collections::HashMap, env, fs};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    web::{self, Bytes, Data},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Files = HashMap<String, Bytes>;

async fn file(request: HttpRequest, files: Data<Files>) -> HttpResponse {
    let Some(body) = files.get(request.match_info().query("name")) else {
        return HttpResponse::NotFound().finish();
    };
    if request.headers().contains_key(IF_NONE_MATCH) {
        return HttpResponse::NotModified().insert_header((ETAG, "\"1\"")).finish();
    }
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((ETAG, "\"1\""))
        .body(body.clone())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let [_, directory, address, ..] = &arguments[..] else {
        panic!("bare DIRECTORY ADDRESS");
    };
    let entries = fs::read_dir(directory)?.map(Result::unwrap);
    let read = |entry: fs::DirEntry| {
        (
            entry.file_name().into_string().unwrap(),
            fs::read(entry.path()).unwrap().into(),
        )
    };
    let files = Data::new(entries.map(read).collect::<Files>());
    let app = move || App::new().app_data(files.clone()).route("/{name}", web::get().to(file));
    HttpServer::new(app).bind(address)?.run().await
}
