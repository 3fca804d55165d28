//! From a Bearer token to an [`Actor`]: signature, required claims, and the account's present standing.

mod accounts;
mod actor;
mod claims;
mod keys;
mod remote_keys;
mod verify;

pub use accounts::{Account, AccountFault, Accounts, Gate};
pub use actor::{Actor, Bearer, MaybeActor};
pub use claims::{AccessClaims, Role, TOKEN_TYPE};
pub use keys::{KeyFault, KeySource, PublicKey};
pub use remote_keys::RemoteKeys;
pub use verify::{TokenFault, TokenPolicy, Verifier};
