//! The dashboard: one call for the client, two calls to the other services and one look into our own tables, side by
//! side and within a deadline. What does not come in time is `unavailable`, and the rest is shown all the same.

pub mod api;
pub mod breaker;
pub mod budget;
pub mod upstream;
pub mod view;

use std::sync::Arc;

use service_kit::http::outgoing::Clients;

use self::upstream::Upstream;

/// The other two services.
pub struct Upstreams {
    /// The user service.
    pub user: Upstream,
    /// The task service.
    pub task: Upstream,
}

impl Upstreams {
    /// The services at these URLs.
    ///
    /// # Errors
    /// When the HTTP client cannot be made, or what is given is no URL.
    pub fn new(user_url: &str, task_url: &str) -> anyhow::Result<Self> {
        let clients = Arc::new(Clients::new()?);
        Ok(Self {
            user: Upstream::new("user", Arc::clone(&clients), user_url)?,
            task: Upstream::new("task", clients, task_url)?,
        })
    }
}
