//! Public keys by `kid`, wherever they come from.

use async_trait::async_trait;
use jsonwebtoken::DecodingKey;

/// A public key that signatures are checked with.
#[derive(Clone)]
pub struct PublicKey(pub DecodingKey);

/// The keys cannot be had at the moment.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the signing keys cannot be had: {0}")]
pub struct KeyFault(pub String);

/// Where public keys come from: the user service's own table, or its JWKS over HTTP.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The key of that id; `None` when there is none.
    ///
    /// # Errors
    /// When the source cannot be reached and nothing is cached.
    async fn key(&self, kid: &str) -> Result<Option<PublicKey>, KeyFault>;
}
