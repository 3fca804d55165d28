//! Passwords: what a new one must be, how it is hashed, changed, and got anew when it is forgotten.

pub mod api;
pub mod bcrypt;
pub mod common;
pub mod hashing;
pub mod lanes;
pub mod operations;
pub mod pepper;
pub mod proof;
pub mod reset_api;
pub mod reset_store;
pub mod rules;
pub mod secret;
