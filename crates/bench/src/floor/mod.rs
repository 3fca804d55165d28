//! What cannot be beaten: the same SQL without a service, and the same bytes without a database.

pub mod actix;
pub mod pgbench;
