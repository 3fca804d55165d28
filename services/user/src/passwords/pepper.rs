//! The pepper: a secret outside the database without which its hashes are of no use to a thief.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use hmac::{Hmac, Mac as _};
use sha2::{Sha256, Sha384};

/// The present pepper, and former ones by which older hashes are still checked.
#[derive(Clone)]
pub struct Peppers {
    present: Pepper,
    former: Vec<Pepper>,
}

/// One pepper, with a name that tells nothing about it.
#[derive(Clone)]
pub struct Pepper {
    id: String,
    secret: Vec<u8>,
}

impl Peppers {
    /// From secrets of any length.
    #[must_use]
    pub fn new(present: &str, former: &[String]) -> Self {
        Self { present: Pepper::new(present), former: former.iter().map(|text| Pepper::new(text)).collect() }
    }

    /// The one that new hashes are made with.
    #[must_use]
    pub fn present(&self) -> &Pepper {
        &self.present
    }

    /// All of them, the present one first.
    pub fn all(&self) -> impl Iterator<Item = &Pepper> {
        std::iter::once(&self.present).chain(&self.former)
    }

    /// The one of that name.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&Pepper> {
        self.all().find(|pepper| pepper.id == id)
    }
}

impl Pepper {
    fn new(secret: &str) -> Self {
        let mut pepper = Self { id: String::new(), secret: secret.as_bytes().to_vec() };
        pepper.id = STANDARD_NO_PAD.encode(&pepper.digest(b"name of this pepper")[..6]);
        pepper
    }

    /// Its name: 8 characters without `$`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What bcrypt is given: 64 characters, whatever the length of the password, so that nothing is cut at 72 bytes.
    #[must_use]
    pub fn mix(&self, password: &str) -> String {
        // HMAC takes keys of any length, so the other arm is never reached.
        let Ok(mut mac) = Hmac::<Sha384>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(password.as_bytes());
        STANDARD_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// A key of its own for one purpose. Purposes are sentences of ours, never input.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.digest(format!("key for: {purpose}").as_bytes())
    }

    /// A keyed digest of `bytes` for one purpose: the same bytes have another one for another purpose.
    #[must_use]
    pub fn tag(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.derive(purpose), bytes)
    }

    /// A keyed digest, for what must be recognised and must not be guessed from the database alone.
    #[must_use]
    pub fn digest(&self, bytes: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.secret, bytes)
    }
}

fn hmac_sha256(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length, so the other arm is never reached.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bcrypt_is_given_is_never_cut() {
        let pepper = Pepper::new("pepper");
        let long = "x".repeat(100);
        assert_eq!(pepper.mix(&long).len(), 64);
        assert_ne!(pepper.mix(&format!("{long}a")), pepper.mix(&format!("{long}b")));
        assert_ne!(pepper.mix("a"), Pepper::new("salt").mix("a"));
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let pepper = Pepper::new("pepper");
        assert_ne!(pepper.derive("a"), pepper.derive("b"));
        assert_ne!(pepper.tag("a", b"x"), pepper.tag("b", b"x"));
        assert_ne!(pepper.tag("a", b"x"), Pepper::new("salt").tag("a", b"x"));
    }

    #[test]
    fn former_peppers_are_found_by_name() {
        let old = Peppers::new("old", &[]);
        let both = Peppers::new("new", &["old".to_owned()]);
        assert!(both.named(old.present().id()).is_some());
        assert!(old.named(both.present().id()).is_none());
    }
}
