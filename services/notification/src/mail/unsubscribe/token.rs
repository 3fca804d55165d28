//! Pure: the token of a link that stops mails. It names a person and which mails, and is signed; it never expires, for an
//! old mail must be as easy to get rid of as a new one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use crate::notifications::kind::Kind;

const MAC_BYTES: usize = 16;
const ID_BYTES: usize = 16;
/// So that no other signature made with the same secret is a token.
const PURPOSE: &[u8] = b"docket: link that stops mails";
const ALL: &str = "all";

/// Which mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// Those of one type.
    Kind(Kind),
}

impl Scope {
    fn as_str(self) -> &'static str {
        match self {
            Self::All => ALL,
            Self::Kind(kind) => kind.as_str(),
        }
    }
}

/// The secret that signs tokens.
#[derive(Clone)]
pub struct UnsubscribeKey(Hmac<Sha256>);

impl UnsubscribeKey {
    /// A key from a secret that serves other purposes too.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // HMAC takes a key of any length.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.update(PURPOSE);
        Self(mac)
    }

    /// The token for `user`.
    #[must_use]
    pub fn seal(&self, user: Uuid, scope: Scope) -> String {
        let mut bytes = [user.as_bytes(), scope.as_str().as_bytes()].concat();
        let mac = self.0.clone().chain_update(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac[..MAC_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Who and which mails a token means; `None` when it is not ours.
    #[must_use]
    pub fn open(&self, token: &str) -> Option<(Uuid, Scope)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.0.clone().chain_update(said).verify_truncated_left(mac).ok()?;
        let (user, scope) = said.split_at_checked(ID_BYTES)?;
        let scope = match std::str::from_utf8(scope).ok()? {
            ALL => Scope::All,
            kind => Scope::Kind(kind.parse().ok()?),
        };
        Some((Uuid::from_slice(user).ok()?, scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_unaltered_and_with_its_key() {
        let (key, user) = (UnsubscribeKey::new(b"secret"), Uuid::from_u128(5));
        for scope in [Scope::All, Scope::Kind(Kind::ReAssigned), Scope::Kind(Kind::TaskDue)] {
            let token = key.seal(user, scope);
            assert_eq!(key.open(&token), Some((user, scope)));
            assert_eq!(UnsubscribeKey::new(b"other").open(&token), None);
            for index in 0..token.len() {
                let mut forged = token.clone().into_bytes();
                forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
                let forged = String::from_utf8(forged).expect("ASCII");
                assert_eq!(key.open(&forged), None, "{index}");
            }
        }
        for nonsense in ["", "A", "AAAA", "ä"] {
            assert_eq!(key.open(nonsense), None);
        }
    }
}
