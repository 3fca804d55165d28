//! Who may come in: the gate of a service that is not the user service. Tokens are checked against the user service's
//! published keys, accounts against the directory.

use std::sync::Arc;

use anyhow::Context as _;
use service_kit::{
    auth::{Gate, RemoteKeys, TokenPolicy, Verifier},
    db::Db,
    http::outgoing,
};

use crate::{Directory, UserService};

/// The directory in the schema of `db`, and the gate that asks it. The user service at `user_service_url` need not be
/// there yet.
///
/// # Errors
/// When the directory cannot be read.
pub async fn open(
    db: &Db,
    user_service_url: &str,
    policy: &TokenPolicy,
) -> anyhow::Result<(Directory, Gate)> {
    let client = outgoing::client()?;
    let users = user_service_url.trim_end_matches('/');
    let directory = Directory::new(db.clone(), UserService::new(client.clone(), users));
    directory.refresh(None).await.context("directory")?;
    let keys = RemoteKeys::open(client, format!("{users}/.well-known/jwks.json"), db.clone()).await;
    let gate = Gate {
        verifier: Arc::new(Verifier::new(Arc::new(keys), policy)),
        accounts: Arc::new(directory.clone()),
    };
    Ok((directory, gate))
}
