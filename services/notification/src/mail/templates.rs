//! The templates of mails (`templates/mail/`), read when the program is built. What stands in `.html` is escaped.

use askama::Template;

use crate::language::Words;

/// What every mail ends with.
#[derive(Debug, Clone)]
pub struct Foot {
    /// Why somebody gets it.
    pub why: String,
    /// Where their preferences are.
    pub preferences_url: String,
    /// Where it can be stopped.
    pub unsubscribe_url: Option<String>,
}

/// A mail about one thing.
#[derive(Template)]
#[template(path = "mail/letter.html")]
pub struct LetterHtml<'a> {
    pub words: &'a Words,
    pub subject: &'a str,
    pub sentence: &'a str,
    pub task_url: Option<&'a str>,
    pub foot: &'a Foot,
}

/// The same as plain text.
#[derive(Template)]
#[template(path = "mail/letter.txt")]
pub struct LetterText<'a> {
    pub words: &'a Words,
    pub sentence: &'a str,
    pub task_url: Option<&'a str>,
    pub foot: &'a Foot,
}

/// What a digest says about one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The task's title.
    pub title: String,
    /// Where it is.
    pub url: Option<String>,
    /// What was told about it, the oldest first.
    pub sentences: Vec<String>,
}

/// Many things in one mail.
#[derive(Template)]
#[template(path = "mail/digest.html")]
pub struct DigestHtml<'a> {
    pub words: &'a Words,
    pub subject: &'a str,
    pub groups: &'a [Group],
    pub docket_url: &'a str,
    pub foot: &'a Foot,
}

/// The same as plain text.
#[derive(Template)]
#[template(path = "mail/digest.txt")]
pub struct DigestText<'a> {
    pub words: &'a Words,
    pub groups: &'a [Group],
    pub foot: &'a Foot,
}

/// The page on which mails are stopped.
#[derive(Template)]
#[template(path = "mail/unsubscribe.html")]
pub struct UnsubscribePage<'a> {
    pub words: &'a Words,
    pub done: Option<&'a str>,
    pub choices: &'a [(String, String)],
}
