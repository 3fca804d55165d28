//! The way out of mails: a signed link in each of them, which works without signing in and can do nothing else (RFC 8058).

pub mod api;
mod page;
pub mod token;
