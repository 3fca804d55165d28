//! Sessions: where somebody is signed in. One is made by a login, lives by refresh tokens, and ends for good.

pub mod api;
pub mod cookie;
pub mod device;
pub mod grant;
pub mod login;
pub mod model;
pub mod operations;
pub mod own_api;
pub mod queries;
pub mod refresh;
pub mod refresh_token;
