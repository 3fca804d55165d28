//! Sealing: the database keeps a few secrets that it must not be able to read, such as those behind one-time passwords.
//! Whoever has a copy of the database alone can neither open them nor put others in their place.
//!
//! `service_kit::seal` does it, under keys derived from the pepper, which stands outside the database. Each sealed secret
//! is bound to its purpose and its owner. Its form: version (1 byte) · name of the pepper (8) · what that module makes.

use service_kit::seal::SealingKey;

use crate::{
    error::Error,
    passwords::pepper::{Pepper, Peppers},
};

const VERSION: u8 = 1;
const NAME: usize = 8;
const HEAD: usize = 1 + NAME;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The secret that an authenticator app shares with us.
    OneTimePassword,
    /// The private half of a key that signs access tokens.
    SigningKey,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::OneTimePassword => "seal one-time password",
            Self::SigningKey => "seal signing key",
        }
    }
}

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    peppers: Peppers,
}

/// An opened secret. No `Debug`: it must not be logged.
pub struct Opened {
    /// The secret.
    pub secret: Vec<u8>,
    /// It was sealed under a former pepper: seal it again, so that this pepper can be forgotten some day.
    pub is_outdated: bool,
}

impl Sealer {
    /// Under these peppers: seals with the present one, opens with any.
    #[must_use]
    pub fn new(peppers: Peppers) -> Self {
        Self { peppers }
    }

    /// Seals `secret` for the row of `owner`.
    ///
    /// # Errors
    /// [`Error::Crypto`], which would be our fault.
    pub fn seal(&self, purpose: Purpose, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>, Error> {
        let pepper = self.peppers.present();
        let body = key(pepper, purpose)
            .seal(owner, secret)
            .map_err(|_| Error::Crypto("a secret could not be sealed".to_owned()))?;
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(pepper.id().as_bytes());
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    /// Opens what was sealed for this purpose and owner.
    ///
    /// # Errors
    /// [`Error::Crypto`] when it was not, or under a pepper that is not among the settings any more.
    pub fn open(&self, purpose: Purpose, owner: &[u8], sealed: &[u8]) -> Result<Opened, Error> {
        let fault = |reason: &str| Error::Crypto(format!("a sealed secret ({}) {reason}", purpose.label()));
        let (head, body) = sealed.split_at_checked(HEAD).ok_or_else(|| fault("is cut"))?;
        if head[0] != VERSION {
            return Err(fault("is of an unknown version"));
        }
        let name = std::str::from_utf8(&head[1..]).map_err(|_| fault("names no pepper"))?;
        let pepper = self.peppers.named(name).ok_or_else(|| {
            fault("needs a pepper that is neither PASSWORD_PEPPER nor in PASSWORD_PEPPERS_FORMER")
        })?;
        let secret =
            key(pepper, purpose).open(owner, body).map_err(|_| fault("was changed, or belongs elsewhere"))?;
        Ok(Opened { secret, is_outdated: name != self.peppers.present().id() })
    }
}

fn key(pepper: &Pepper, purpose: Purpose) -> SealingKey {
    SealingKey::new(pepper.derive(purpose.label()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(present: &str, former: &[&str]) -> Sealer {
        let former: Vec<String> = former.iter().map(|text| (*text).to_owned()).collect();
        Sealer::new(Peppers::new(present, &former))
    }

    fn seal(sealer: &Sealer) -> Vec<u8> {
        sealer.seal(Purpose::OneTimePassword, b"ann", b"secret").expect("sealed")
    }

    #[test]
    fn a_secret_opens_for_its_purpose_and_owner_alone() {
        let sealer = sealer("pepper", &[]);
        let sealed = seal(&sealer);
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, seal(&sealer), "each sealing has a nonce of its own");
        let opened = sealer.open(Purpose::OneTimePassword, b"ann", &sealed).expect("opened");
        assert_eq!((opened.secret.as_slice(), opened.is_outdated), (b"secret".as_slice(), false));
        assert!(sealer.open(Purpose::OneTimePassword, b"bob", &sealed).is_err());
        assert!(sealer.open(Purpose::SigningKey, b"ann", &sealed).is_err());
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let sealer = sealer("pepper", &[]);
        let sealed = seal(&sealer);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(sealer.open(Purpose::OneTimePassword, b"ann", &changed).is_err(), "byte {index}");
            assert!(sealer.open(Purpose::OneTimePassword, b"ann", &sealed[..index]).is_err(), "cut {index}");
        }
    }

    #[test]
    fn after_a_new_pepper_it_still_opens_and_says_so() {
        let sealed = seal(&sealer("old", &[]));
        let opened = sealer("new", &["old"]).open(Purpose::OneTimePassword, b"ann", &sealed).expect("opened");
        assert!(opened.is_outdated);
        assert!(sealer("new", &[]).open(Purpose::OneTimePassword, b"ann", &sealed).is_err());
    }
}
