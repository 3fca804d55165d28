//! Pure: the secret of a webhook and what it signs (Standard Webhooks, `v1`: HMAC-SHA256).

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of a new secret; the specification has 24 to 64.
const BYTES: usize = 32;

/// A webhook's secret. No `Debug`: it must not be logged.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random::<[u8; BYTES]>().to_vec())
    }

    /// The one with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As its owner configures it: `whsec_` and base64.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    fn signature(&self, id: Uuid, timestamp: i64, payload: &str) -> String {
        // HMAC takes keys of any length, so the other arm is never reached.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(payload.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// The header `webhook-signature`: one signature for each secret that is valid now, the newest first.
#[must_use]
pub fn signatures(secrets: &[Secret], id: Uuid, timestamp: i64, payload: &str) -> String {
    secrets.iter().fold(String::new(), |mut header, secret| {
        let joint = if header.is_empty() { "" } else { " " };
        let _ = write!(header, "{joint}v1,{}", secret.signature(id, timestamp, payload));
        header
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_signs_with_both_and_each_depends_on_everything() {
        let secrets = [Secret::random(), Secret::random()];
        let id = Uuid::from_u128(1);
        let both = signatures(&secrets, id, 5, "{}");
        let parts: Vec<_> = both.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0], signatures(&secrets[..1], id, 5, "{}"));
        assert!(parts.iter().all(|part| part.starts_with("v1,") && part.len() == 3 + 44));
        for other in [
            signatures(&secrets[..1], Uuid::from_u128(2), 5, "{}"),
            signatures(&secrets[..1], id, 6, "{}"),
            signatures(&secrets[..1], id, 5, "{ }"),
            parts[1].to_owned(),
        ] {
            assert_ne!(parts[0], other);
        }
        assert!(secrets[0].to_text().starts_with("whsec_"));
    }
}
