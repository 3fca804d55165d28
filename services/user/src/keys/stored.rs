//! How a private key lies in the database: sealed under the pepper, and bound to its `kid`. So a copy of the database
//! signs nothing, and nobody who can only write to it can plant a key.

use super::signing::SigningKey;
use crate::{
    error::Error,
    sealing::{Purpose, Sealer},
};

/// A key that was read, and whether it should be sealed again.
pub struct Stored {
    /// The key.
    pub key: SigningKey,
    /// Sealed again, where a former pepper sealed it.
    pub better: Option<Vec<u8>>,
}

/// The stored form of a key.
///
/// # Errors
/// [`Error::Crypto`], which would be our fault.
pub fn seal(sealer: &Sealer, kid: &str, der: &[u8]) -> Result<Vec<u8>, Error> {
    sealer.seal(Purpose::SigningKey, kid.as_bytes(), der)
}

/// Opens the stored form of the key of that `kid`.
///
/// # Errors
/// [`Error::Crypto`] when it was not sealed for it, or under a pepper that is not among the settings.
pub fn open(sealer: &Sealer, kid: &str, stored: &[u8]) -> Result<Stored, Error> {
    let opened = sealer.open(Purpose::SigningKey, kid.as_bytes(), stored)?;
    let key = SigningKey::from_der(&opened.secret)?;
    if key.kid() != kid {
        return Err(Error::Crypto(format!("the signing key {kid} is another one")));
    }
    let better = if opened.is_outdated { Some(seal(sealer, kid, &opened.secret)?) } else { None };
    Ok(Stored { key, better })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::signing::make, passwords::pepper::Peppers};

    fn sealer(present: &str, former: &[String]) -> Sealer {
        Sealer::new(Peppers::new(present, former))
    }

    #[test]
    fn a_stored_key_is_sealed_and_opens_for_its_kid_alone() {
        let (der, sealer) = (make(), sealer("pepper", &[]));
        let kid = SigningKey::from_der(&der).expect("a key").kid().to_owned();
        let stored = seal(&sealer, &kid, &der).expect("sealed");
        assert!(!stored.windows(32).any(|part| part == &der[16..48]));
        assert!(open(&sealer, &kid, &stored).is_ok_and(|stored| stored.better.is_none()));
        assert!(open(&sealer, "another", &stored).is_err());
        assert!(open(&sealer, &kid, &der).is_err(), "a key in the clear is nobody's");
    }

    #[test]
    fn under_a_new_pepper_it_is_sealed_again() {
        let (der, old, new) = (make(), sealer("old", &[]), sealer("new", &["old".to_owned()]));
        let kid = SigningKey::from_der(&der).expect("a key").kid().to_owned();
        let stored = seal(&old, &kid, &der).expect("sealed");
        let better = open(&new, &kid, &stored).expect("opened").better.expect("sealed again");
        assert!(open(&sealer("new", &[]), &kid, &better).is_ok());
    }
}
