//! Throttling without locking out: attempts are counted before the work is done, per account and client, so that a
//! stranger's guesses never hold up the owner of an account elsewhere; nor here, on a device that is known.

pub mod client;
pub mod known;
pub mod ladder;
pub mod limits;
pub mod login;
pub mod windows;
