//! One-time passwords (TOTP, RFC 6238) as a second factor: enrolment, recovery codes, and the check at login.

pub mod api;
pub mod check;
pub mod code;
pub mod given;
pub mod operations;
pub mod recovery;
pub mod requests;
pub mod store;
pub mod views;
