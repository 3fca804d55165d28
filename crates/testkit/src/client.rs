//! An HTTP client for one base URL and, perhaps, one signed-in user.

use std::{net::IpAddr, sync::Arc};

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

/// A client; clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
    watch: Option<Watch>,
}

/// Sees the method, the path and the answer of every request sent.
pub type Watch = Arc<dyn Fn(&Method, &str, &Answer) + Send + Sync>;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Response headers.
    pub headers: HeaderMap,
    /// The body; null when it is empty or not JSON.
    pub json: Value,
    /// The body as text.
    pub text: String,
}

impl Client {
    /// A client that is not signed in.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().timeout(crate::PATIENCE).build().expect("a client");
        Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token: None,
            headers: Vec::new(),
            watch: None,
        }
    }

    /// The same client, and everything it is answered is shown to `watch`.
    #[must_use]
    pub fn watched_by(&self, watch: Watch) -> Self {
        Self { watch: Some(watch), ..self.clone() }
    }

    /// The same client at another address of this machine, such as 127.0.0.2: another client to whoever counts them.
    /// Its connections are its own.
    #[must_use]
    pub fn at(&self, address: IpAddr) -> Self {
        let http = reqwest::Client::builder().timeout(crate::PATIENCE).local_address(address);
        Self { http: http.build().expect("a client"), ..self.clone() }
    }

    /// The same client with a Bearer token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client with one more header on every request.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name, value.to_owned()));
        client
    }

    /// The token, if signed in.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request. `path` may be a whole URL (a `next` link).
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method.clone(), path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = Answer::read(request.send().await.expect("an answer")).await;
        if let Some(watch) = &self.watch {
            watch(&method, path, &answer);
        }
        answer
    }

    /// A request to be completed by the test, signed in as this client is.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request
    }
}

impl Answer {
    /// Reads a whole response.
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a whole body");
        Self { status, headers, json: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// The same answer, if it has this status; else the test fails and shows it.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A header's text, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The id of the resource in the body.
    #[must_use]
    #[track_caller]
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.text)).to_owned()
    }

    /// The rows of a page.
    #[must_use]
    #[track_caller]
    pub fn results(&self) -> &[Value] {
        self.json["results"].as_array().unwrap_or_else(|| panic!("no results in {}", self.text))
    }
}
