//! What every service needs, and no business word.
//!
//! * [`http`]: the edge: request ids, strict JSON and query parameters, problem details, paging, entity tags.
//! * [`auth`]: from a Bearer token to an [`auth::Actor`].
//! * [`db`], [`migrate`]: the pool, the transaction, the schema. [`seal`]: what the database may keep and not read.
//! * [`settings`], [`program`], [`server`]: a process's start and its end. [`logging`], [`health`], [`trace`]: what it
//!   tells meanwhile.
//! * [`openapi`]: the document that paperclip derives, mended into valid OpenAPI 3.

pub mod auth;
pub mod context;
pub mod db;
pub mod health;
pub mod http;
pub mod logging;
pub mod migrate;
pub mod openapi;
pub mod program;
pub mod seal;
pub mod server;
pub mod settings;
mod statement;
pub mod trace;
pub mod values;

pub use http::problem::Problem;
