//! Tokens in mails. They are made of the mail's id and the pepper whenever the mail is sent: so each attempt sends the
//! same one, and none waits in the database. That keeps their hashes alone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::passwords::{pepper::Pepper, secret::Secret};

/// How long a token is good for.
pub const VALID_FOR: TimeDelta = TimeDelta::minutes(30);

/// 192 bits: nothing to guess, and the link still fits on one line of a mail.
const BYTES: usize = 24;

/// The token of a mail.
#[must_use]
pub fn of(pepper: &Pepper, mail: Uuid) -> Secret {
    let bytes = pepper.tag("mailed token", mail.as_bytes());
    Secret::new(URL_SAFE_NO_PAD.encode(&bytes[..BYTES]))
}

/// What the database keeps of a token. A fast hash is enough for what cannot be guessed.
#[must_use]
pub fn digest(token: &Secret) -> Vec<u8> {
    Sha256::digest(token.reveal()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::pepper::Peppers;

    #[test]
    fn each_mail_has_a_token_of_its_own_and_always_the_same_one() {
        let (peppers, other) = (Peppers::new("pepper", &[]), Peppers::new("salt", &[]));
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let token = of(peppers.present(), first);
        assert!(token == of(peppers.present(), first));
        assert!(token != of(peppers.present(), second) && token != of(other.present(), first));
        assert_eq!(token.reveal().len(), 32);
    }
}
