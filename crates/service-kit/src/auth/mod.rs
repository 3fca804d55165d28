//! From a Bearer token to an [`Actor`]: an access token by its signature and claims, a personal access token by its hash
//! and scopes, and in both cases the account's present standing.

mod accounts;
mod actor;
mod claims;
mod gate;
mod kept_keys;
mod keys;
mod personal_token;
mod remote_keys;
mod scope;
mod verify;

pub use accounts::{Account, AccountFault, Accounts, TokenStanding};
pub use actor::{Actor, Bearer, MaybeActor};
pub use claims::{AccessClaims, Role, TOKEN_TYPE};
pub use gate::{Credential, Gate};
pub use keys::{KeyFault, KeySource, PublicKey};
pub use personal_token::{PersonalToken, TokenHash};
pub use remote_keys::RemoteKeys;
pub use scope::{Demand, Scope, Scopes, demand};
pub use verify::{TokenFault, TokenPolicy, Verifier};
