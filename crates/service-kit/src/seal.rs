//! Sealing: a few secrets must be kept in the database, and the database alone must not be able to read them.
//!
//! XChaCha20-Poly1305 under a key that is derived from a setting. What is sealed is bound to its owner, so that it opens
//! in no other row: nonce (24 bytes) · ciphertext and tag (16 more than the secret).

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

const NONCE: usize = 24;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct SealingKey([u8; 32]);

/// It was changed, belongs to another owner, or was sealed under another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed secret does not open: it was changed, belongs elsewhere, or was sealed under another key")]
pub struct SealBroken;

impl SealingKey {
    /// The key itself.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// A key for one purpose, from a setting that serves others too.
    #[must_use]
    pub fn derive(setting: &[u8], purpose: &str) -> Self {
        let mut key = [0; 32];
        // HMAC takes keys of any length, so this cannot fail.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(setting) {
            mac.update(purpose.as_bytes());
            key = mac.finalize().into_bytes().into();
        }
        Self(key)
    }

    /// Seals `secret` for `owner`.
    ///
    /// # Errors
    /// When it is too long for the cipher (256 GiB).
    pub fn seal(&self, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>, SealBroken> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: secret, aad: owner };
        let body = self.cipher().encrypt(&nonce.into(), payload).map_err(|_| SealBroken)?;
        Ok([&nonce[..], &body].concat())
    }

    /// Opens what was sealed for `owner`.
    ///
    /// # Errors
    /// When it was not, or was changed.
    pub fn open(&self, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealBroken> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(SealBroken)?;
        self.cipher().decrypt(&(*nonce).into(), Payload { msg: body, aad: owner }).map_err(|_| SealBroken)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_under_its_key_alone() {
        let key = SealingKey::derive(b"setting", "purpose");
        let sealed = key.seal(b"ann", b"secret").expect("sealed");
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, key.seal(b"ann", b"secret").expect("sealed"), "each has a nonce of its own");
        assert_eq!(key.open(b"ann", &sealed).as_deref(), Ok(b"secret".as_slice()));
        assert_eq!(key.open(b"bob", &sealed), Err(SealBroken));
        for (setting, purpose) in [("setting", "another"), ("other", "purpose")] {
            assert_eq!(
                SealingKey::derive(setting.as_bytes(), purpose).open(b"ann", &sealed),
                Err(SealBroken)
            );
        }
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let key = SealingKey::new([7; 32]);
        let sealed = key.seal(b"ann", b"secret").expect("sealed");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(key.open(b"ann", &changed), Err(SealBroken), "byte {index}");
            assert_eq!(key.open(b"ann", &sealed[..index]), Err(SealBroken), "cut {index}");
        }
    }
}
