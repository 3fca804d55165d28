//! Personal access tokens: what a program signs in with in somebody's name, within the scopes that they gave it.

pub mod api;
pub mod model;
pub mod operations;
pub mod queries;
pub mod requests;
pub mod uses;
