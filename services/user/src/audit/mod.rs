//! The audit log: who did what to which account, when, and from where. Each entry is written in the transaction of what
//! it tells of, so that neither is without the other. It holds no secret, nor what somebody typed in place of one.

pub mod action;
pub mod api;
pub mod of_change;
pub mod queries;
pub mod record;
pub mod requests;
pub mod views;

pub use action::Action;
pub use record::record;
