//! Feeds: what other people's programs read by themselves: my tasks as a calendar (iCalendar, RFC 5545), my notifications
//! as news (Atom, RFC 4287). They send no token, so each feed has a secret URL that its owner can replace and revoke.

pub mod api;
mod atom;
mod calendar;
mod document;
pub mod model;
pub mod operations;
pub mod public_api;
pub mod queries;
pub mod requests;
pub mod secret;
pub mod views;

/// Where links in feeds lead. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Links(std::sync::Arc<str>);

impl Links {
    /// Under this public URL.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self(public_url.trim_end_matches('/').into())
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}/", self.0)
    }

    /// A task on the page.
    #[must_use]
    pub fn task(&self, task: uuid::Uuid) -> String {
        format!("{}/?task={task}", self.0)
    }

    /// A feed.
    #[must_use]
    pub fn feed(&self, secret: &secret::FeedSecret, kind: model::FeedKind) -> String {
        format!("{}/api/notifications/feeds/{}/{}", self.0, secret.as_str(), kind.file())
    }
}
