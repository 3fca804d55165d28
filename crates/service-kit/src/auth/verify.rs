//! Verifies access tokens: algorithm, type, signature, and every claim that must be there.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use quick_cache::sync::Cache;

use super::{
    claims::{AccessClaims, TOKEN_TYPE},
    keys::{KeyFault, KeySource},
};

/// Clocks of two machines may differ by this many seconds.
const LEEWAY_SECONDS: u64 = 5;
/// Verified tokens that are remembered until they expire.
const CACHED_TOKENS: usize = 10_000;
/// No token of ours is longer.
const LONGEST_TOKEN: usize = 2_048;

/// Who must have issued a token, and for whom.
#[derive(Debug, Clone)]
pub struct TokenPolicy {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
}

/// Why a token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    /// Not a token of ours, or not valid now.
    #[error("invalid token")]
    Invalid,
    /// It cannot be told: the keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeyFault),
}

/// Checks tokens; remembers those that passed.
pub struct Verifier {
    keys: Arc<dyn KeySource>,
    validation: Validation,
    verified: Cache<String, Verified>,
}

/// A token that passed, and the key that it passed by.
#[derive(Clone)]
struct Verified {
    kid: Arc<str>,
    claims: Arc<AccessClaims>,
}

impl Verifier {
    /// A verifier for tokens of that policy, signed by one of `keys`.
    #[must_use]
    pub fn new(keys: Arc<dyn KeySource>, policy: &TokenPolicy) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&policy.issuer]);
        validation.set_audience(&[&policy.audience]);
        // Without this, jsonwebtoken accepts a token in which a claim is missing.
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        Self { keys, validation, verified: Cache::new(CACHED_TOKENS) }
    }

    /// The claims of a valid token.
    ///
    /// # Errors
    /// [`TokenFault::Invalid`] for every token that is not exactly ours and valid now.
    pub async fn verify(&self, token: &str) -> Result<Arc<AccessClaims>, TokenFault> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenFault::Invalid);
        }
        if let Some(Verified { kid, claims }) = self.verified.get(token) {
            // A key that is not trusted any longer takes along what it signed; one that cannot be asked about stays.
            let is_trusted = !matches!(self.keys.key(&kid).await, Ok(None));
            if is_trusted && claims.exp > chrono::Utc::now().timestamp() {
                return Ok(claims);
            }
            self.verified.remove(token);
            return Err(TokenFault::Invalid);
        }
        let header = decode_header(token).map_err(|_| TokenFault::Invalid)?;
        // No extension is understood here, so one that must be understood (RFC 7515, 4.1.11) makes the token void.
        let is_ours = header.alg == Algorithm::EdDSA
            && header.typ.as_deref() == Some(TOKEN_TYPE)
            && header.crit.is_none();
        if !is_ours {
            return Err(TokenFault::Invalid);
        }
        // `jku`, `jwk`, `x5u` and the like are never read: only a key that we know counts.
        let kid = header.kid.ok_or(TokenFault::Invalid)?;
        let key = self.keys.key(&kid).await?.ok_or(TokenFault::Invalid)?;
        let claims =
            decode::<AccessClaims>(token, &key.0, &self.validation).map_err(|_| TokenFault::Invalid)?.claims;
        let claims = Arc::new(claims);
        let verified = Verified { kid: kid.into(), claims: Arc::clone(&claims) };
        self.verified.insert(token.to_owned(), verified);
        Ok(claims)
    }
}
