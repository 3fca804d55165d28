//! The dashboard: one call for the client, two calls to the other services and one look into our own tables, side by
//! side and within a deadline. What does not come in time is `unavailable`, and the rest is shown all the same.

pub mod api;
pub mod breaker;
pub mod budget;
pub mod upstream;
pub mod view;

use std::time::Duration;

use anyhow::Context as _;

use self::upstream::Upstream;

/// Time limit of one connection attempt.
const CONNECT: Duration = Duration::from_millis(300);
/// Time limit of one try, from the first byte sent to the last byte read.
const TRY: Duration = Duration::from_millis(800);
/// An idle connection is kept for less time than the other side keeps it (75 s): none is used that was just closed.
const IDLE: Duration = Duration::from_secs(60);

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
    /// When the HTTP client cannot be made.
    pub fn new(user_url: &str, task_url: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TRY)
            .pool_idle_timeout(IDLE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("HTTP client")?;
        Ok(Self {
            user: Upstream::new("user", client.clone(), user_url),
            task: Upstream::new("task", client, task_url),
        })
    }
}
