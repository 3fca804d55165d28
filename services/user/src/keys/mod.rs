//! Signing keys: made here, kept in the database, used here alone. The world gets the public halves.

pub mod api;
pub mod ring;
pub mod rotate;
pub mod signing;
pub mod stored;
