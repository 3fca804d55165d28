//! What the check of a caller costs on every request of the task and notification services: signature, claims, and the
//! account's standing in the directory.
//!
//! `cargo bench -p directory`. The bars: 5 µs while the token is remembered, 80 µs when it is seen for the first time.

#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; and how a benchmark says that it cannot start

use std::sync::Arc;

use async_trait::async_trait;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use diesel::connection::SimpleConnection as _;
use directory::{Directory, UserService};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode, jwk::Jwk};
use service_kit::{
    auth::{AccessClaims, Gate, KeyFault, KeySource, PersonalToken, PublicKey, Role, TokenPolicy, Verifier},
    db::{Db, DbSettings},
};
use testkit::TestDatabase;
use uuid::Uuid;

const ANN: Uuid = Uuid::from_u128(1);
/// PKCS#8 of an Ed25519 key (RFC 8410): this and a seed.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

struct OneKey(PublicKey);

#[async_trait]
impl KeySource for OneKey {
    async fn key(&self, _: &str) -> Result<Option<PublicKey>, KeyFault> {
        Ok(Some(self.0.clone()))
    }
}

/// A directory that knows Ann among ten thousand others, and a token of hers.
async fn directory(database: &TestDatabase, token: &PersonalToken) -> Directory {
    let mut conn = database.connect("public");
    conn.batch_execute(include_str!("../sql/directory.sql")).unwrap();
    conn.batch_execute(include_str!("../sql/tokens.sql")).unwrap();
    let hash: String = token.hash().iter().map(|byte| format!("{byte:02x}")).collect();
    conn.batch_execute(&format!(
        "INSERT INTO directory_users (id, email, role, is_active, timezone, sequence) \
         SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, n || '@example.org', 'user', true, \
         'Europe/Berlin', 1 FROM generate_series(1, 10000) n; \
         INSERT INTO directory_tokens (hash, id, user_id, scopes) VALUES ('\\x{hash}', '{}', '{ANN}', '{{tasks:read}}')",
        Uuid::from_u128(2)
    ))
    .unwrap();
    let settings = DbSettings {
        url: database.url().to_owned(),
        schema: "public".to_owned(),
        pool_size: 1,
        statement_timeout_ms: 5_000,
    };
    let users = UserService::new(reqwest::Client::new(), "http://127.0.0.1:1");
    let directory = Directory::new(Db::new(&settings).unwrap(), users);
    directory.refresh(None).await.unwrap();
    directory
}

fn access_token(key: &EncodingKey) -> String {
    let now = chrono::Utc::now().timestamp();
    let claims = AccessClaims {
        iss: "docket".to_owned(),
        aud: "docket".to_owned(),
        sub: ANN,
        role: Role::User,
        sid: Uuid::from_u128(3),
        iat: now,
        nbf: now,
        exp: now + 3_600,
        jti: Uuid::from_u128(4),
    };
    let header = Header {
        typ: Some("at+jwt".to_owned()),
        kid: Some("key".to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    encode(&header, &claims, key).unwrap()
}

fn authorization(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let database = TestDatabase::create();
    let personal = PersonalToken::random();
    let directory = runtime.block_on(directory(&database, &personal));
    let key = EncodingKey::from_ed_der(&[&PKCS8_PREFIX[..], &[7; 32]].concat());
    let public = DecodingKey::from_jwk(&Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap()).unwrap();
    let policy = TokenPolicy { issuer: "docket".to_owned(), audience: "docket".to_owned() };
    let gate = || {
        let keys = Arc::new(OneKey(PublicKey(public.clone())));
        Gate { verifier: Arc::new(Verifier::new(keys, &policy)), accounts: Arc::new(directory.clone()) }
    };
    let token = access_token(&key);
    let check = |gate: &Gate, token: &str| runtime.block_on(gate.admit(token)).unwrap();

    let known = gate();
    check(&known, &token);
    let mut group = criterion.benchmark_group("authorization");
    group.bench_function("access token, remembered", |bench| bench.iter(|| check(&known, &token)));
    group.bench_function("access token, first seen", |bench| {
        bench.iter_batched_ref(gate, |gate| check(gate, &token), BatchSize::SmallInput);
    });
    group.bench_function("personal access token", |bench| bench.iter(|| check(&known, personal.reveal())));
    group.finish();
}

criterion_group!(benches, authorization);
criterion_main!(benches);
