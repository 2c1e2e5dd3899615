//! A caller of the service, and what it hears.

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;

use super::soon;

/// Somebody with or without a token.
#[derive(Clone)]
pub struct Caller<'a> {
    pub http: &'a Client,
    pub base: &'a str,
    pub token: Option<String>,
}

impl Caller<'_> {
    /// A request; `path` may be a link that the service gave.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::to(self.request(Method::GET, path)).await
    }

    /// GET with query parameters, which need not be escaped.
    pub async fn find(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        self.get(&format!("{path}?{}", serde_html_form::to_string(query).unwrap()))
            .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::to(self.request(Method::POST, path).json(body)).await
    }

    /// A transition or another POST without a body.
    pub async fn transition(&self, path: &str, etag: &str) -> Reply {
        Reply::to(self.request(Method::POST, path).header("If-Match", etag)).await
    }

    /// A step that says something, on whatever version there is.
    pub async fn step(&self, path: &str, body: &Value) -> Reply {
        let request = self.request(Method::POST, path).header("If-Match", "*");
        Reply::to(request.json(body)).await
    }

    pub async fn patch(&self, path: &str, etag: &str, body: &Value) -> Reply {
        Reply::to(self.request(Method::PATCH, path).header("If-Match", etag).json(body)).await
    }

    pub async fn put(&self, path: &str, etag: &str, body: &Value) -> Reply {
        Reply::to(self.request(Method::PUT, path).header("If-Match", etag).json(body)).await
    }

    pub async fn delete(&self, path: &str, etag: &str) -> Reply {
        Reply::to(self.request(Method::DELETE, path).header("If-Match", etag)).await
    }

    /// Waits until the service says that it is ready: after trouble it looks again within a second.
    pub async fn ready(&self) {
        soon(async || self.get("/readyz").await.status == 200).await;
    }

    /// The ETag of a thing as it is now.
    pub async fn etag(&self, path: &str) -> String {
        self.get(path).await.ok().etag()
    }

    /// Every item of a list, by following `next` to the end.
    pub async fn walk(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(link) = next {
            let page = self.get(&link).await.ok().json();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            next = page.get("next").map(|link| link.as_str().unwrap().to_owned());
            assert!(items.len() <= 10_000, "{path} does not end");
        }
        items
    }
}

/// A reply, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self {
            status,
            headers,
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    /// Fails unless the status is `status`.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.expect(200)
    }

    /// Fails unless it is a problem with this status and code, and says all that a problem must.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let body = reply.json();
        assert_eq!(
            (body["status"].as_u64(), body["code"].as_str()),
            (Some(status.into()), Some(code)),
            "{body}"
        );
        for member in ["type", "title", "detail", "instance", "request_id"] {
            assert!(
                body[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {body}"
            );
        }
        assert_eq!(body["request_id"], reply.header("x-request-id"));
        body
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no header {name}"))
            .to_str()
            .unwrap()
    }

    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").to_owned()
    }
}

/// The values of one field of a list's items.
pub fn texts<'v>(items: impl IntoIterator<Item = &'v Value>, field: &str) -> Vec<String> {
    items
        .into_iter()
        .map(|item| item[field].as_str().unwrap().to_owned())
        .collect()
}
