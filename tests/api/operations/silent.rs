//! A store of attachments that takes connections and then says nothing.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use futures_util::future::join;
use reqwest::Client;
use serde_json::json;

use super::{drafted, out_of_reach, with_store_at};
use crate::support::{
    Engine,
    database::{Database, config},
    sample::feedback::{PDF, attach},
};

/// As long as the store is waited for, and a bound for what a slow machine adds to a few such waits.
const SECONDS: &str = "1";
const SOON: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As much of S3 as is needed: it takes everything, and gives what a PDF is.
    Answers,
    /// It gives the half of it.
    Midway,
    Silent,
}

/// The store, and what it does.
struct Store {
    address: SocketAddr,
    way: Arc<Mutex<Way>>,
}

impl Store {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let way = Arc::new(Mutex::new(Way::Answers));
        let ways = way.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, way) = (stream.unwrap(), ways.clone());
                thread::spawn(move || serve(stream, &way));
            }
        });
        Self { address, way }
    }

    fn set(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }
}

/// Requests of one connection, until the other side has gone.
fn serve(mut stream: TcpStream, way: &Mutex<Way>) {
    let mut read = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let head = read.windows(4).position(|four| four == b"\r\n\r\n");
        let request = head.map(|end| String::from_utf8_lossy(&read[..end]).to_ascii_lowercase());
        let length = request.as_ref().and_then(|head| {
            let length = head.split("content-length: ").nth(1)?.lines().next()?;
            length.parse::<usize>().ok()
        });
        let whole = head.map(|end| end + 4 + length.unwrap_or_default());
        match (request, whole) {
            (Some(request), Some(whole)) if read.len() >= whole => {
                read.drain(..whole);
                let way = *way.lock().unwrap();
                if way == Way::Silent {
                    continue;
                }
                let body = if request.starts_with("get ") { PDF } else { b"" };
                let status = if request.starts_with("delete ") {
                    "204 No Content"
                } else {
                    "200 OK"
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\nETag: \"x\"\r\nLast-Modified: Fri, 30 Jun 2017 01:00:00 GMT\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                let sent = if way == Way::Midway { body.len() / 2 } else { body.len() };
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(&body[..sent]).unwrap();
            }
            _ => match stream.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(count) => read.extend_from_slice(&buffer[..count]),
            },
        }
    }
}

#[actix_web::test]
async fn a_store_that_says_nothing_keeps_nobody_waiting() {
    let database = Database::seeded(Engine::Sqlite).await;
    let store = Store::start();
    let address = format!("http://{}", store.address);
    let process = with_store_at(&address, &database, &[("DUBAN_ATTACHMENT_SECONDS", SECONDS)]);
    let http = Client::builder().no_proxy().build().unwrap();
    let config = config(&database.url);
    let reporter = process.caller(&http, &config, &["unit_reporter"]);
    let coordinator = process.caller(&http, &config, &["coordinator"]);
    let report = drafted(&reporter).await;
    let mut files = Vec::new();
    for name in ["a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf"] {
        let added = attach(&reporter, &report, name, PDF).await.expect(201);
        files.push(added.header("location").to_owned());
    }
    assert_eq!(reporter.get(&files[0]).await.ok().body, PDF);

    let begun = Instant::now();
    store.set(Way::Midway);
    // Half of it is not given out as if it were all.
    out_of_reach(reporter.get(&files[0]).await);
    store.set(Way::Silent);
    let files_of_others = async {
        out_of_reach(reporter.get(&files[0]).await);
        out_of_reach(attach(&reporter, &report, "f.pdf", PDF).await);
        reporter.delete(&files[0], "*").await.expect(204);
        reporter.get(&files[0]).await.problem(404, "not_found");
        // As many files as it still has, all at once.
        reporter.delete(&report, "*").await.expect(204);
        begun.elapsed()
    };
    let the_rest = async {
        for _ in 0..5 {
            coordinator
                .patch("/api/v1/units/czj", "*", &json!({"note": "照常"}))
                .await
                .ok();
            coordinator.get("/readyz").await.ok();
        }
    };
    let (took, ()) = join(files_of_others, the_rest).await;
    assert!(took < SOON, "{took:?}");
    process.stop().well();
    database.drop().await;
}
