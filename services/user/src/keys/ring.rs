//! The keys in memory: read from the database every few seconds, so that a rotation reaches every replica.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use diesel::{ExpressionMethods as _, PgConnection, QueryDsl as _, RunQueryDsl as _};
use service_kit::{
    auth::{KeyFault, KeySource, PublicKey},
    db::Db,
};
use tokio::sync::Mutex;

use super::{api::JwkSetView, signing::SigningKey, stored};
use crate::{error::Error, schema::signing_keys, sealing::Sealer};

/// Keys are read again after this long; a retired key is kept far longer than that.
const FRESH_FOR: Duration = Duration::from_secs(10);
/// An unknown `kid` makes us look at once, but not more often than this.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The keys of this service.
pub struct Ring {
    db: Db,
    sealer: Sealer,
    loaded: RwLock<Arc<Loaded>>,
    loading: Mutex<()>,
}

#[derive(Clone)]
struct Loaded {
    at: Instant,
    signing: SigningKey,
    public: HashMap<String, PublicKey>,
    jwks: JwkSetView,
}

impl Ring {
    /// Reads the keys, which `sealer` opens and which must be there; see [`super::rotate::ensure`].
    ///
    /// # Errors
    /// The database's, or when there is no current key.
    pub async fn open(db: Db, sealer: Sealer) -> Result<Self, Error> {
        let opener = sealer.clone();
        let loaded = db.read(move |conn| load(conn, &opener)).await?;
        Ok(Self { db, sealer, loaded: RwLock::new(Arc::new(loaded)), loading: Mutex::default() })
    }

    /// The key that signs at present; the last known one while the database cannot be reached.
    pub async fn signing_key(&self) -> SigningKey {
        self.fresh(FRESH_FOR).await.signing.clone()
    }

    /// The public keys.
    pub async fn jwks(&self) -> JwkSetView {
        self.fresh(FRESH_FOR).await.jwks.clone()
    }

    /// The keys, read again if they are older than that.
    async fn fresh(&self, than: Duration) -> Arc<Loaded> {
        let present = self.present();
        if present.at.elapsed() < than {
            return present;
        }
        let _one_at_a_time = self.loading.lock().await;
        let present = self.present();
        if present.at.elapsed() < than {
            return present;
        }
        let sealer = self.sealer.clone();
        let loaded = self.db.read(move |conn| load(conn, &sealer)).await.unwrap_or_else(|error| {
            log::warn!("signing keys cannot be read again: {error}");
            // Not every request shall try anew while the database is down.
            Loaded { at: Instant::now(), ..(*present).clone() }
        });
        let loaded = Arc::new(loaded);
        *self.loaded.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&loaded);
        loaded
    }

    fn present(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

fn load(conn: &mut PgConnection, sealer: &Sealer) -> Result<Loaded, Error> {
    let rows: Vec<(String, Vec<u8>, String)> = signing_keys::table
        .select((signing_keys::kid, signing_keys::private_der, signing_keys::state))
        .order(signing_keys::published_at.desc())
        .load(conn)?;
    let (mut current, mut public, mut keys) = (None, HashMap::new(), Vec::new());
    for (kid, sealed, state) in rows {
        let key = stored::open(sealer, &kid, &sealed)?.key;
        public.insert(key.kid().to_owned(), key.public()?);
        keys.extend(key.view());
        if state == "current" {
            current = Some(key);
        }
    }
    let signing = current.ok_or_else(|| Error::Crypto("there is no current signing key".to_owned()))?;
    Ok(Loaded { at: Instant::now(), signing, public, jwks: JwkSetView { keys } })
}

#[async_trait]
impl KeySource for Ring {
    async fn key(&self, kid: &str) -> Result<Option<PublicKey>, KeyFault> {
        if let Some(key) = self.fresh(FRESH_FOR).await.public.get(kid) {
            return Ok(Some(key.clone()));
        }
        Ok(self.fresh(LOOK_AGAIN_AFTER).await.public.get(kid).cloned())
    }
}
