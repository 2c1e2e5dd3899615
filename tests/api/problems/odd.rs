//! Odd values in every parameter of the document: never a 5xx, the same on both databases, and told by name.

use reqwest::header::HeaderValue;
use serde_json::Value;

use crate::support::{
    Caller, Engine, Reply, TestApp,
    document::{Document, Operation},
    sample::{Sample, sample},
};

/// As they stand in a URL: nothing that anybody sees, NUL, GBK, half a character, control characters, too much of it.
const ODD: &[&str] = &[
    "%E2%80%8B",
    "%00",
    "a%00b",
    "%B2%C6%D5%FE",
    "%ED%A0%80",
    "%1B%5B31m",
    "%C2%85",
    "%",
];

/// Values that each parameter is tried with, in turn: all of them everywhere would take minutes.
const EACH: usize = 3;

/// Requests of each kind, and what came of them.
struct Asked<'a> {
    caller: Caller<'a>,
    turn: usize,
    told: Vec<(String, u16)>,
}

impl Asked<'_> {
    /// Those of `values` whose turn it is, with their places.
    fn some<T: Copy>(&mut self, values: &[T]) -> Vec<(usize, T)> {
        let from = self.turn;
        self.turn += EACH;
        let places = (from..from + EACH).map(|place| place % values.len());
        places.map(|place| (place, values[place])).collect()
    }

    fn note(&mut self, what: String, reply: &Reply) -> Option<Value> {
        assert!(reply.status < 500, "{what}: {}", reply.text());
        self.told.push((what, reply.status));
        (reply.status >= 400).then(|| reply.json())
    }

    async fn of_queries(&mut self, operation: Operation<'_>, made: &Sample) {
        let path = made.path.split('?').next().unwrap();
        let long = "x".repeat(9000);
        let values: Vec<&str> = ODD.iter().copied().chain([long.as_str()]).collect();
        for parameter in operation.parameters("query") {
            let name = parameter["name"].as_str().unwrap();
            for (_, value) in self.some(&values) {
                let what = format!("{} {name}={}", operation.name(), &value[..value.len().min(20)]);
                let request = self
                    .caller
                    .request(operation.method(), &format!("{path}?{name}={value}"));
                let request = if operation.is_read() {
                    request
                } else {
                    request.header("If-Match", "*")
                };
                let reply = Reply::to(request).await;
                let problem = self.note(what.clone(), &reply);
                if let Some(problem) = problem.filter(|problem| problem["status"] == 400) {
                    assert_eq!(problem["errors"][0]["parameter"], name, "{what}: {problem}");
                } else if operation.is_read() {
                    // Blanks, where they mean nothing; an escape that is none; and words that nobody wrote.
                    let harmless = value == "%E2%80%8B" || value == "%" || value == long;
                    assert!(harmless || name == "token", "{what} is taken");
                }
            }
        }
    }

    async fn of_paths(&mut self, operation: Operation<'_>, made: &Sample) {
        let template: Vec<&str> = operation.path.split('/').collect();
        let path = made.path.split('?').next().unwrap();
        for (place, _) in template.iter().enumerate().filter(|(_, part)| part.starts_with('{')) {
            for (_, value) in self.some(ODD) {
                let mut parts: Vec<&str> = path.split('/').collect();
                parts[place] = value;
                let bad = Sample {
                    path: parts.join("/"),
                    ..made.clone()
                };
                let what = format!("{} {}", operation.name(), template[place]);
                let reply = bad.send(&self.caller, operation).await;
                let problem = self.note(format!("{what} {value}"), &reply);
                let status = problem.map(|problem| problem["status"].clone());
                assert_eq!(status, Some(404.into()), "{what} {value}");
            }
        }
    }

    async fn of_headers(&mut self, operation: Operation<'_>, made: &Sample) {
        let long = vec![b'x'; 9000];
        let values: [&[u8]; 6] = [
            "\u{200b}".as_bytes(),
            b"\xb2\xc6\xd5\xfe",
            b"a\tb",
            b"\xed\xa0\x80",
            "督办".as_bytes(),
            &long,
        ];
        for name in [
            "Accept",
            "Accept-Language",
            "Accept-Encoding",
            "X-Request-Id",
            "If-None-Match",
            "Origin",
            "If-Match",
            "Idempotency-Key",
            "Content-Type",
        ] {
            let changes = ["If-Match", "Idempotency-Key", "Content-Type"].contains(&name);
            if changes == operation.is_read() {
                continue;
            }
            for (n, value) in self.some(&values) {
                let request = self.caller.request(operation.method(), &made.path);
                let value = HeaderValue::from_bytes(value).unwrap();
                let request = if changes && name != "If-Match" {
                    request.header("If-Match", "\"0\"")
                } else {
                    request
                };
                let request = request.header(name, value);
                let request = match &made.body {
                    Some(body) if name != "Content-Type" => request.json(body),
                    Some(body) => request.body(body.to_string()),
                    None => request,
                };
                let what = format!("{} {name} {n}", operation.name());
                let reply = Reply::to(request).await;
                let problem = self.note(what.clone(), &reply);
                if let Some(problem) = problem.filter(|problem| problem["code"] == "invalid_header") {
                    assert_eq!(problem["errors"][0]["header"], name, "{what}: {problem}");
                }
            }
        }
    }

    /// What a file is called, as its sender's system has it.
    async fn of_files(&mut self, operation: Operation<'_>, made: &Sample) {
        let long = [&[b'x'; 300][..], b".pdf"].concat();
        let names: [&[u8]; 7] = [
            "\u{200b}".as_bytes(),
            "\u{200b}.pdf".as_bytes(),
            b"\xb2\xc6\xd5\xfe.pdf",
            b"a\x07.pdf",
            "fdp\u{202e}.pdf".as_bytes(),
            b"../a.pdf",
            &long,
        ];
        for (n, name) in names.into_iter().enumerate() {
            let start = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"";
            let body = [start, name, b"\"\r\n\r\n%PDF-1.7\n\r\n--x--\r\n"].concat();
            let request = self
                .caller
                .request(operation.method(), &made.path)
                .header("If-Match", "*");
            let request = request
                .header("Content-Type", "multipart/form-data; boundary=x")
                .body(body);
            let reply = Reply::to(request).await;
            let problem = self.note(format!("file name {n}"), &reply);
            // A name that begins with something nobody sees is the name without it, and has to be one.
            let problem = problem.unwrap_or_else(|| panic!("file name {n} is taken"));
            let told =
                problem["status"] == 400 || problem["errors"][0]["pointer"] == "/file" || problem["status"] == 415;
            assert!(
                told && !problem["detail"].as_str().unwrap().contains("Multipart"),
                "{n}: {problem}"
            );
        }
    }
}

/// Every operation, asked oddly.
async fn ask(app: &TestApp) -> Vec<(String, u16)> {
    let document = Document::of(app).await;
    let caller = app.all_roles(&[]);
    let mut asked = Asked {
        caller,
        told: Vec::new(),
        turn: 0,
    };
    for (n, operation) in document.operations().into_iter().enumerate() {
        let made = sample(app, operation, 9300 + n).await;
        asked.of_queries(operation, &made).await;
        asked.of_paths(operation, &made).await;
        asked.of_headers(operation, &made).await;
        if operation.id() == "add_attachment" {
            asked.of_files(operation, &made).await;
        }
    }
    asked.told
}

#[actix_web::test]
async fn values_are_answered_alike_on_both_databases() {
    let mut answers = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::start(engine).await;
        app.during(async |app: &TestApp| answers.push(ask(app).await)).await;
    }
    let postgres = answers.pop().unwrap();
    let sqlite = answers.pop().unwrap();
    assert!(sqlite.len() > 2000, "{}", sqlite.len());
    for (one, other) in sqlite.iter().zip(&postgres) {
        assert_eq!(one, other);
    }
    assert_eq!(sqlite.len(), postgres.len());
}
