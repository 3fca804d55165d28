//! Everything that is said to people outside of error messages.

use crate::notifications::{kind::Kind, message::Facts};

/// The messages of one language.
pub trait Catalogue: Sync {
    /// The sentence of a notification.
    fn message(&self, kind: Kind, facts: &Facts<'_>) -> String;

    /// What a type is called: the beginning of a mail's subject.
    fn kind(&self, kind: Kind) -> &'static str;

    /// The subject of a mail about one thing.
    fn subject(&self, kind: Kind, title: &str) -> String {
        format!("{}: {title}", self.kind(kind))
    }

    /// The subject of a digest.
    fn digest_subject(&self, tasks: usize, notifications: usize) -> String;

    /// Why somebody gets a mail of that type.
    fn why(&self, kind: Kind) -> String;

    /// Words that are always the same.
    fn words(&self) -> &'static Words;
}

/// Words that are always the same.
pub struct Words {
    /// The language's tag (BCP 47).
    pub tag: &'static str,
    /// On the link to a task.
    pub open_task: &'static str,
    /// On the link to the app.
    pub open_docket: &'static str,
    /// On the link to the preferences.
    pub preferences: &'static str,
    /// On the link that stops mails of a type, or all.
    pub unsubscribe: &'static str,
    /// The first line of a digest.
    pub digest_intro: &'static str,
    /// Why somebody gets a digest.
    pub digest_why: &'static str,
    /// The subject of a test mail.
    pub test_subject: &'static str,
    /// What it says.
    pub test_text: &'static str,
    /// Why somebody gets it.
    pub test_why: &'static str,
    /// Title of the page on which mails are stopped.
    pub stop_title: &'static str,
    /// The button that stops all mails.
    pub stop_all: &'static str,
    /// The button that stops those of a type; its name follows.
    pub stop_kind: &'static str,
    /// All mails are stopped.
    pub stopped_all: &'static str,
    /// Those of a type are; its name follows.
    pub stopped_kind: &'static str,
    /// What is not changed by that.
    pub stop_hint: &'static str,
}
