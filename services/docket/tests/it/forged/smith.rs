//! Makes tokens as the user service does, and as it never would.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use user_service::{
    passwords::pepper::Peppers,
    sealing::{Purpose, Sealer},
};

use crate::world::{PEPPER, World};

/// Where the seed lies in PKCS#8 (RFC 8410).
const SEED: std::ops::Range<usize> = 16..48;

/// Knows the signing key, and the claims of a token that is good.
pub struct Smith {
    pub key: SigningKey,
    pub kid: String,
    pub claims: Value,
    pub now: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    kid: String,
    #[diesel(sql_type = diesel::sql_types::Bytea)]
    private_der: Vec<u8>,
}

impl Smith {
    pub async fn new(world: &World) -> Self {
        let token = world.admin.token().unwrap();
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let mut conn = world.database.connect("user");
        let query = "SELECT kid, private_der FROM signing_keys WHERE state = 'current'";
        let row: Row = tokio::task::block_in_place(|| sql_query(query).get_result(&mut conn)).unwrap();
        let sealer = Sealer::new(Peppers::new(PEPPER, &[]));
        let der = sealer.open(Purpose::SigningKey, row.kid.as_bytes(), &row.private_der).unwrap().secret;
        Self {
            key: SigningKey::from_bytes(&der[SEED].try_into().unwrap()),
            kid: row.kid,
            claims: serde_json::from_slice(&payload).unwrap(),
            now: chrono::Utc::now().timestamp(),
        }
    }

    pub fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid})
    }

    /// A token that is right in all.
    pub fn good(&self) -> String {
        self.with_header(|_| {})
    }

    pub fn with_header(&self, edit: impl FnOnce(&mut Value)) -> String {
        let mut header = self.header();
        edit(&mut header);
        sign(&self.key, &header.to_string(), self.claims.to_string())
    }

    pub fn with_claims(&self, edit: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        edit(&mut claims);
        self.with_payload(claims.to_string())
    }

    pub fn with_payload(&self, payload: impl AsRef<[u8]>) -> String {
        sign(&self.key, &self.header().to_string(), payload)
    }
}

/// A token of any header and payload, signed by that key.
pub fn sign(key: &SigningKey, header: &str, payload: impl AsRef<[u8]>) -> String {
    let input = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", encode(signature))
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
