//! A client as the API's documentation tells people to write one: it says again, with the same `Idempotency-Key`,
//! what was not answered.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{sync::Mutex as AsyncMutex, time::Instant};

use rig::PASSWORD;

/// A call may take so long before it is made again.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Between two tries.
const PAUSE_MS: std::ops::Range<u64> = 50..300;
/// A call that has not been answered after so long is a failure of the run.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// Access tokens live for 10 minutes.
const TOKEN_AGE: Duration = Duration::from_secs(8 * 60);

/// What came back, by kind: `201`, `503`, `no connection`, `timeout`.
#[derive(Clone, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<String, u64>>>);

impl Tally {
    /// One more.
    pub fn count(&self, kind: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(kind.to_owned()).or_default() += 1;
    }

    /// Everything that was not success.
    pub fn failures(&self) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().filter(|(kind, _)| !kind.starts_with('2')).map(|(_, count)| count).sum()
    }

    /// All of it in one line.
    pub fn line(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let parts: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
        parts.join(", ")
    }
}

/// Somebody's way to Docket; clones share connections and the token.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    email: String,
    token: Arc<AsyncMutex<Option<(String, Instant)>>>,
    /// What came back.
    pub tally: Tally,
}

/// An answer that is final.
pub struct Answer {
    /// 2xx, 4xx.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Api {
    /// The way of `email`, who has everybody's password.
    pub fn new(base: &str, email: &str, tally: &Tally) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
        Ok(Self {
            http,
            base: base.to_owned(),
            email: email.to_owned(),
            token: Arc::default(),
            tally: tally.clone(),
        })
    }

    /// The same server, as somebody else.
    pub fn as_user(&self, email: &str) -> Self {
        Self { email: email.to_owned(), token: Arc::default(), ..self.clone() }
    }

    /// The URL of a path; that of a whole URL (a `next` link) is itself.
    pub fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    /// A valid access token.
    pub async fn token(&self) -> anyhow::Result<String> {
        let mut slot = self.token.lock().await;
        if let Some((token, since)) = &*slot
            && since.elapsed() < TOKEN_AGE
        {
            return Ok(token.clone());
        }
        let body = json!({"email": self.email, "password": PASSWORD});
        let answer = self.until_answered(Method::POST, "/api/users/login/", Some(&body), None, None).await?;
        let token = answer.body["access"].as_str().with_context(|| format!("no login: {}", answer.body))?;
        Ok(slot.insert((token.to_owned(), Instant::now())).0.clone())
    }

    /// Calls until there is an answer that is success. Anything else that is final is an error.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> anyhow::Result<Value> {
        let token = self.token().await?;
        let answer = self.until_answered(method.clone(), path, body, key, Some(&token)).await?;
        if !answer.status.is_success() {
            bail!("{method} {path}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// One try, whatever comes of it.
    pub async fn once(&self, path: &str) -> anyhow::Result<Option<StatusCode>> {
        let token = self.token().await?;
        let outcome = self.attempt(Method::GET, path, None, None, Some(&token)).await;
        Ok(outcome.map(|answer| answer.status))
    }

    /// Calls once; `None` when it cannot be told whether that was heard. An answer that is no success is an error.
    pub async fn call_once(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Option<Value>> {
        let token = self.token().await?;
        match self.attempt(method.clone(), path, body, None, Some(&token)).await {
            Some(answer) if answer.status.is_success() => Ok(Some(answer.body)),
            Some(answer) if !is_passing(answer.status) => {
                bail!("{method} {path}: {} {}", answer.status, answer.body)
            }
            _ => Ok(None),
        }
    }

    async fn until_answered(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
        token: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let answer = self.attempt(method.clone(), path, body, key, token).await;
            match answer {
                Some(answer) if !is_passing(answer.status) => return Ok(answer),
                _ if Instant::now() > give_up => {
                    bail!("{method} {path} was not answered within {PATIENCE:?}")
                }
                _ => tokio::time::sleep(Duration::from_millis(rand::random_range(PAUSE_MS))).await,
            }
        }
    }

    /// `None` when there was no whole answer.
    async fn attempt(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
        token: Option<&str>,
    ) -> Option<Answer> {
        let mut request = self.http.request(method, self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let outcome = async {
            let response = request.send().await?;
            let status = response.status();
            let text = response.text().await?;
            Ok::<_, reqwest::Error>(Answer { status, body: serde_json::from_str(&text).unwrap_or_default() })
        };
        match outcome.await {
            Ok(answer) => {
                self.tally.count(answer.status.as_str());
                Some(answer)
            }
            Err(error) => {
                self.tally.count(if error.is_timeout() { "timeout" } else { "no connection" });
                None
            }
        }
    }
}

/// Whether a client should say it again: busy with the same key, throttled, or somebody is down.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS)
}
