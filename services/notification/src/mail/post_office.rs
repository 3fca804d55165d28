//! What handlers need to have a mail sent.

use std::sync::Arc;

use ::mail::Mailer;

use super::{letter::Letterhead, unsubscribe::token::UnsubscribeKey};

/// The way to the mail server, and the paper that mails are written on. Cheap to clone.
#[derive(Clone)]
pub struct PostOffice {
    /// The way; `None` where mail is not set up.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// The paper.
    pub letters: Letterhead,
    /// Signs and opens the links that stop mails.
    pub unsubscribe: UnsubscribeKey,
}

impl PostOffice {
    /// For people who reach Docket at `public_url`; `secret` signs links.
    #[must_use]
    pub fn new(mailer: Option<Arc<dyn Mailer>>, public_url: &str, secret: &[u8]) -> Self {
        let unsubscribe = UnsubscribeKey::new(secret);
        Self { mailer, letters: Letterhead::new(public_url, unsubscribe.clone()), unsubscribe }
    }
}
