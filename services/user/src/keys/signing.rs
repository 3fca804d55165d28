//! One Ed25519 key: made, named by its thumbprint, and signing access tokens.

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, encode,
    jwk::{AlgorithmParameters, Jwk, ThumbprintHash},
};
use service_kit::auth::{AccessClaims, PublicKey, TOKEN_TYPE};

use super::api::JwkView;
use crate::error::Error;

/// PKCS#8 v1 of an Ed25519 key (RFC 8410): this, then the 32 bytes of the seed.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A key pair. No `Debug`: the private half must not be logged.
#[derive(Clone)]
pub struct SigningKey {
    private: EncodingKey,
    public: Jwk,
    kid: String,
}

/// A new private key in the form in which it is stored.
#[must_use]
pub fn make() -> Vec<u8> {
    let seed: [u8; 32] = rand::random();
    [&PKCS8_PREFIX[..], &seed[..]].concat()
}

impl SigningKey {
    /// From its stored form.
    ///
    /// # Errors
    /// When it is not a key of that form.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let fault = |error: jsonwebtoken::errors::Error| Error::Crypto(format!("a signing key: {error}"));
        let private = EncodingKey::from_ed_der(der);
        let mut public = Jwk::from_encoding_key(&private, Algorithm::EdDSA).map_err(fault)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(fault)?;
        public.common.key_id = Some(kid.clone());
        Ok(Self { private, public, kid })
    }

    /// RFC 7638 thumbprint of the public half.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What signatures are checked with.
    ///
    /// # Errors
    /// Never for a key that [`SigningKey::from_der`] took.
    pub fn public(&self) -> Result<PublicKey, Error> {
        DecodingKey::from_jwk(&self.public).map(PublicKey).map_err(|error| Error::Crypto(error.to_string()))
    }

    /// The public half as the JWKS shows it.
    #[must_use]
    pub fn view(&self) -> Option<JwkView> {
        let AlgorithmParameters::OctetKeyPair(pair) = &self.public.algorithm else { return None };
        Some(JwkView {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: pair.x.clone(),
            kid: self.kid.clone(),
            usage: "sig".to_owned(),
            alg: "EdDSA".to_owned(),
        })
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// When the claims do not serialise, which would be our fault.
    pub fn sign(&self, claims: &AccessClaims) -> Result<String, Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, claims, &self.private).map_err(|error| Error::Crypto(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use async_trait::async_trait;
    use service_kit::auth::{KeyFault, KeySource, Role, TokenPolicy, Verifier};
    use uuid::Uuid;

    use super::*;

    struct Keys(HashMap<String, PublicKey>);

    #[async_trait]
    impl KeySource for Keys {
        async fn key(&self, kid: &str) -> Result<Option<PublicKey>, KeyFault> {
            Ok(self.0.get(kid).cloned())
        }
    }

    fn claims() -> AccessClaims {
        let now = chrono::Utc::now().timestamp();
        AccessClaims {
            iss: "docket".to_owned(),
            aud: "docket".to_owned(),
            sub: Uuid::from_u128(1),
            role: Role::User,
            sid: Uuid::from_u128(2),
            iat: now,
            nbf: now,
            exp: now + 600,
            jti: Uuid::from_u128(3),
        }
    }

    #[tokio::test]
    async fn what_one_key_signs_verifies_with_its_public_half_alone() {
        let (ours, other) =
            (SigningKey::from_der(&make()).expect("a key"), SigningKey::from_der(&make()).expect("a key"));
        let keys = HashMap::from([(ours.kid().to_owned(), ours.public().expect("public"))]);
        let policy = TokenPolicy { issuer: "docket".to_owned(), audience: "docket".to_owned() };
        let verifier = Verifier::new(Arc::new(Keys(keys)), &policy);
        let token = ours.sign(&claims()).expect("a token");
        assert_eq!(*verifier.verify(&token).await.expect("valid"), claims());
        assert!(verifier.verify(&other.sign(&claims()).expect("a token")).await.is_err());
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037() {
        // The key of RFC 8037, appendix A.
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
            0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = SigningKey::from_der(&[&PKCS8_PREFIX[..], &seed[..]].concat()).expect("a key");
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(key.view().expect("a view").x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    }

    #[test]
    fn no_key_comes_from_other_bytes() {
        assert!(SigningKey::from_der(&[]).is_err());
        assert!(SigningKey::from_der(&make()[..47]).is_err());
    }
}
