//! The launcher: the whole of Docket in one process, on a private Postgres, behind one address.
//!
//! The same three services, as real HTTP servers on loopback, with the same settings as where they run apart; this
//! crate alone knows all three. Tests start the same [`system::System`].

pub mod banner;
pub mod config;
pub mod database;
pub mod demo;
pub mod engine_room;
pub mod gateway;
pub mod secrets;
pub mod system;
