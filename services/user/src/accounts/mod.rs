//! Accounts: registration, one's own account, and what administrators do with others'.

pub mod admin_api;
pub mod admins;
pub mod api;
pub mod change;
pub mod email;
#[cfg(test)]
pub(crate) mod fixture;
pub mod lookup;
pub mod model;
pub mod news;
pub mod operations;
pub mod policy;
pub mod queries;
pub mod requests;
pub mod timezone;
pub mod username;
