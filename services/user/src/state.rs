//! What handlers work with.

use std::sync::Arc;

use messaging::RelayWaker;
use service_kit::{auth::TokenPolicy, db::Db, http::CursorKey};

use crate::{
    email_proofs::Rule,
    keys::ring::Ring,
    passwords::hashing::Hasher,
    throttle::{known::KnownDevices, limits::Limits},
    totp::check::Checker,
};

/// Shared by all workers; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The service's own schema.
    pub db: Db,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Tells devices that are known for an account.
    pub known_devices: KnownDevices,
    /// Checks one-time passwords.
    pub totp: Checker,
    /// Signs access tokens.
    pub ring: Arc<Ring>,
    /// What access tokens say of their issuer and audience.
    pub tokens: TokenPolicy,
    /// Signs paging cursors.
    pub cursors: CursorKey,
    /// Wakes the relay after a commit.
    pub relay: RelayWaker,
    /// Whether e-mail addresses are to be proven.
    pub addresses: Rule,
    /// Throttling.
    pub limits: Limits,
}
