//! The user service's JWKS: fetched over HTTP, cached, kept in the service's own database for the next start.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use tokio::sync::Mutex;

use super::{
    kept_keys,
    keys::{KeyFault, KeySource, PublicKey},
};
use crate::db::Db;

/// An unknown `kid` makes us ask again, but not more often than this.
const REFETCH_AFTER: Duration = Duration::from_secs(30);
/// Keys that are in use are fetched again after so long, which is how long the JWKS may be cached: a key that was taken
/// out of it is not trusted any longer.
const STALE_AFTER: Duration = Duration::from_secs(300);
/// While we never had any key, a request asks a few times before it gives up: the user service may still be starting.
const FIRST_ATTEMPTS: u32 = 4;
/// The pause between these attempts, and before the next request asks again.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// Keys from `<user service>/.well-known/jwks.json`. Cheap to clone.
#[derive(Clone)]
pub struct RemoteKeys(Arc<Cache>);

struct Cache {
    client: reqwest::Client,
    url: String,
    db: Option<Db>,
    known: RwLock<HashMap<String, PublicKey>>,
    /// Whoever holds it asks; then the others find the answer in the cache.
    asked: Mutex<Option<Instant>>,
}

impl RemoteKeys {
    /// The keys at `url`, beginning with those that `db` kept from before.
    pub async fn open(client: reqwest::Client, url: String, db: Db) -> Self {
        let keys = Self::new(client, url, Some(db));
        if let Some(db) = &keys.0.db
            && let Some(kept) = kept_keys::load(db, &keys.0.url).await
            && let Err(fault) = keys.take_in(&kept)
        {
            log::warn!("{fault}");
        }
        keys
    }

    fn new(client: reqwest::Client, url: String, db: Option<Db>) -> Self {
        Self(Arc::new(Cache { client, url, db, known: RwLock::default(), asked: Mutex::default() }))
    }

    fn cached(&self, kid: &str) -> Option<PublicKey> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }

    fn is_empty(&self) -> bool {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take_in(&self, jwks: &str) -> Result<(), KeyFault> {
        let set: JwkSet = serde_json::from_str(jwks).map_err(|error| KeyFault(error.to_string()))?;
        let keys = set.keys.iter().filter_map(|jwk| {
            let kid = jwk.common.key_id.clone()?;
            Some((kid, PublicKey(DecodingKey::from_jwk(jwk).ok()?)))
        });
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = keys.collect();
        Ok(())
    }

    async fn fetch(&self) -> Result<(), KeyFault> {
        let fault = |error: reqwest::Error| KeyFault(error.without_url().to_string());
        let response = self.0.client.get(&self.0.url).send().await.map_err(fault)?;
        let jwks = response.error_for_status().map_err(fault)?.text().await.map_err(fault)?;
        self.take_in(&jwks)?;
        if let Some(db) = &self.0.db {
            kept_keys::keep(db, &self.0.url, &jwks).await;
        }
        Ok(())
    }

    /// Off the way of the request, by one request at a time.
    fn refresh_if_stale(&self) {
        let Ok(mut asked) = self.0.asked.try_lock() else { return };
        if asked.is_some_and(|at| at.elapsed() < STALE_AFTER) {
            return;
        }
        *asked = Some(Instant::now());
        let keys = self.clone();
        tokio::spawn(async move {
            if let Err(fault) = keys.fetch().await {
                log::warn!("what is known of them still holds: {fault}");
            }
        });
    }
}

#[async_trait]
impl KeySource for RemoteKeys {
    async fn key(&self, kid: &str) -> Result<Option<PublicKey>, KeyFault> {
        if let Some(key) = self.cached(kid) {
            self.refresh_if_stale();
            return Ok(Some(key));
        }
        let mut asked = self.0.asked.lock().await;
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use actix_web::{App, HttpResponse, HttpServer, web};

    use super::*;

    const JWKS: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "ours", "alg": "EdDSA", "use": "sig",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

    /// A user service that counts how often it is asked.
    fn serve() -> (String, Arc<AtomicUsize>, actix_web::dev::ServerHandle) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let server = HttpServer::new(move || {
            let counter = Arc::clone(&counter);
            App::new().default_service(web::to(move || {
                counter.fetch_add(1, Ordering::Relaxed);
                async { HttpResponse::Ok().content_type("application/json").body(JWKS) }
            }))
        })
        .workers(1)
        .bind(("127.0.0.1", 0))
        .expect("a port");
        let url = format!("http://{}/", server.addrs()[0]);
        let server = server.disable_signals().run();
        let handle = server.handle();
        tokio::spawn(server);
        (url, asked, handle)
    }

    #[tokio::test]
    async fn an_unknown_kid_is_asked_about_once_in_half_a_minute() {
        let (url, asked, server) = serve();
        let keys = RemoteKeys::new(reqwest::Client::new(), url, None);
        assert!(keys.key("ours").await.expect("fetched").is_some());
        for number in 0..50 {
            assert!(keys.key(&format!("unknown {number}")).await.expect("told").is_none());
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        server.stop(false).await;
    }

    #[tokio::test]
    async fn what_is_known_holds_while_the_user_service_is_down() {
        let keys = RemoteKeys::new(reqwest::Client::new(), "http://127.0.0.1:1/".to_owned(), None);
        assert!(keys.key("ours").await.is_err(), "nothing was ever known: come back later");
        keys.take_in(JWKS).expect("keys");
        assert!(keys.key("ours").await.expect("known").is_some());
        assert!(keys.key("another").await.expect("told").is_none());
        assert!(keys.take_in("{").is_err());
        assert!(keys.key("ours").await.expect("known").is_some());
    }
}
