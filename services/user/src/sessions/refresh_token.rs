//! Refresh tokens: opaque, 256 bits, known to the database by their hash alone. Pure.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::passwords::secret::Secret;

/// A reply that got lost may be asked for again for this long.
const GRACE: TimeDelta = TimeDelta::seconds(5);

/// A token in its raw form. No `Debug`: it must not be logged.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    /// A new one from the operating system's randomness.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The token that a client sent, if it has the form of one.
    #[must_use]
    pub fn parse(text: &Secret) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.reveal()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The token on the wire.
    #[must_use]
    pub fn to_wire(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database keeps. A fast hash is enough: there is nothing to guess in 256 random bits.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// The token that follows this one. Who sends this one again within the grace gets the same successor, so that
    /// repeating a lost reply never makes a second branch; and neither the token nor the seed gives it alone.
    #[must_use]
    pub fn successor(&self, seed: &[u8]) -> Self {
        match Hmac::<Sha256>::new_from_slice(&self.0) {
            Ok(mut mac) => {
                mac.update(seed);
                Self(mac.finalize().into_bytes().into())
            }
            Err(_) => Self::random(),
        }
    }
}

/// What a token that is known and whose session lives is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Never used: rotate it.
    Fresh,
    /// Used a moment ago, and its successor was not: the reply got lost, or two requests ran at once. Say it again.
    Repeated,
    /// Used a moment ago, and its successor too: a straggler. Nothing for it, but no theft either.
    Late,
    /// Used long ago: somebody else has it. The family ends.
    Reused,
}

/// Judges a token by when it was spent, and whether its successor was.
#[must_use]
pub fn worth(spent_at: Option<DateTime<Utc>>, successor_is_spent: bool, now: DateTime<Utc>) -> Worth {
    match spent_at {
        None => Worth::Fresh,
        Some(at) if now - at > GRACE => Worth::Reused,
        Some(_) if successor_is_spent => Worth::Late,
        Some(_) => Worth::Repeated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_read_back_and_nothing_else_is_a_token() {
        let token = RefreshToken::random();
        assert!(RefreshToken::parse(&Secret::new(token.to_wire())) == Some(token.clone()));
        assert_eq!(token.to_wire().len(), 43);
        for bad in ["", "x", &token.to_wire()[1..], &format!("{}=", token.to_wire()), "ü"] {
            assert!(RefreshToken::parse(&Secret::new(bad.to_owned())).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_successor_is_the_same_for_the_same_seed_only() {
        let token = RefreshToken::random();
        assert!(token.successor(b"a") == token.successor(b"a"));
        assert!(token.successor(b"a") != token.successor(b"b"));
        assert!(token.successor(b"a") != RefreshToken::random().successor(b"a"));
        assert!(token.successor(b"a") != token);
    }

    #[test]
    fn a_spent_token_is_worth_something_only_within_the_grace() {
        let now = Utc::now();
        let ago = |seconds| Some(now - TimeDelta::seconds(seconds));
        assert_eq!(worth(None, false, now), Worth::Fresh);
        assert_eq!(worth(ago(4), false, now), Worth::Repeated);
        assert_eq!(worth(ago(4), true, now), Worth::Late);
        assert_eq!(worth(ago(6), false, now), Worth::Reused);
        assert_eq!(worth(ago(6), true, now), Worth::Reused);
    }
}
