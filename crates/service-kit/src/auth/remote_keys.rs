//! The user service's JWKS, fetched over HTTP and cached.

use std::{
    collections::HashMap,
    sync::RwLock,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use tokio::sync::Mutex;

use super::keys::{KeyFault, KeySource, PublicKey};

/// An unknown `kid` makes us ask again, but not more often than this.
const REFETCH_AFTER: Duration = Duration::from_secs(30);
/// While we never had any key, a request asks a few times before it gives up: the user service may still be starting.
const FIRST_ATTEMPTS: u32 = 4;
/// The pause between these attempts, and before the next request asks again.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// Keys from `<user service>/.well-known/jwks.json`.
pub struct RemoteKeys {
    client: reqwest::Client,
    url: String,
    known: RwLock<HashMap<String, PublicKey>>,
    asked: Mutex<Option<Instant>>,
}

impl RemoteKeys {
    /// A cache of the keys at `url`.
    #[must_use]
    pub fn new(client: reqwest::Client, url: String) -> Self {
        Self { client, url, known: RwLock::default(), asked: Mutex::default() }
    }

    fn cached(&self, kid: &str) -> Option<PublicKey> {
        self.known.read().ok()?.get(kid).cloned()
    }

    fn is_empty(&self) -> bool {
        self.known.read().is_ok_and(|known| known.is_empty())
    }

    async fn fetch(&self) -> Result<(), KeyFault> {
        let fault = |error: reqwest::Error| KeyFault(error.without_url().to_string());
        let response = self.client.get(&self.url).send().await.map_err(fault)?;
        let set: JwkSet = response.error_for_status().map_err(fault)?.json().await.map_err(fault)?;
        let keys = set.keys.iter().filter_map(|jwk| {
            let kid = jwk.common.key_id.clone()?;
            Some((kid, PublicKey(DecodingKey::from_jwk(jwk).ok()?)))
        });
        if let Ok(mut known) = self.known.write() {
            *known = keys.collect();
        }
        Ok(())
    }
}

#[async_trait]
impl KeySource for RemoteKeys {
    async fn key(&self, kid: &str) -> Result<Option<PublicKey>, KeyFault> {
        if let Some(key) = self.cached(kid) {
            return Ok(Some(key));
        }
        // One request asks; those that waited for it find its answer in the cache.
        let mut asked = self.asked.lock().await;
        if let Some(key) = self.cached(kid) {
            return Ok(Some(key));
        }
        let pause = if self.is_empty() { RETRY_AFTER } else { REFETCH_AFTER };
        if asked.is_some_and(|at| at.elapsed() < pause) {
            return if self.is_empty() { Err(KeyFault("not fetched yet".to_owned())) } else { Ok(None) };
        }
        let mut outcome = self.fetch().await;
        for _ in 1..FIRST_ATTEMPTS {
            if outcome.is_ok() || !self.is_empty() {
                break;
            }
            tokio::time::sleep(RETRY_AFTER).await;
            outcome = self.fetch().await;
        }
        *asked = Some(Instant::now());
        match outcome {
            Ok(()) => Ok(self.cached(kid)),
            Err(_) if !self.is_empty() => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}
