//! Pure: from a row to the mail that is sent.

use ::mail::{Mail, MailFault};
use askama::Template as _;
use uuid::Uuid;

use super::{
    digest_items::Item,
    queue::Row,
    templates::{DigestHtml, DigestText, Foot, Group, LetterHtml, LetterText},
    unsubscribe::token::{Scope, UnsubscribeKey},
};
use crate::{language::Words, notifications::kind::Kind};

/// The type of a mail that holds many.
pub const DIGEST: &str = "digest";
/// The type of a mail that an administrator asked for.
pub const TEST: &str = "test";

/// Where links lead and ids come from.
#[derive(Clone)]
pub struct Letterhead {
    /// Where people reach Docket, without a slash at the end.
    public_url: String,
    /// The right side of Message-IDs.
    host: String,
    /// Signs the links that stop mails.
    unsubscribe: UnsubscribeKey,
}

/// The parts that differ between a letter and a digest.
struct Parts {
    text: String,
    html: String,
}

impl Letterhead {
    /// From the public URL; its host is the right side of Message-IDs.
    #[must_use]
    pub fn new(public_url: &str, unsubscribe: UnsubscribeKey) -> Self {
        let host = reqwest::Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            host: host.unwrap_or_else(|| "docket".to_owned()),
            unsubscribe,
        }
    }

    /// The mail to `address`. `items` is what a digest holds.
    ///
    /// # Errors
    /// When a template cannot be filled in, which is for good.
    pub fn letter(&self, row: &Row, address: &str, items: &[Item]) -> Result<Mail, MailFault> {
        let words = row.language.catalogue().words();
        let (why, scope) = match row.kind.as_str() {
            DIGEST => (words.digest_why.to_owned(), Some(Scope::All)),
            TEST => (words.test_why.to_owned(), None),
            kind => match kind.parse::<Kind>() {
                Ok(kind) => (row.language.catalogue().why(kind), Some(Scope::Kind(kind))),
                Err(_) => (String::new(), Some(Scope::All)),
            },
        };
        let foot = Foot {
            why,
            preferences_url: format!("{}/profile", self.public_url),
            unsubscribe_url: scope.map(|scope| self.unsubscribe_url(row.user_id, scope)),
        };
        let parts = if row.kind == DIGEST {
            self.digest(row, words, &foot, items)
        } else {
            self.single(row, words, &foot)
        };
        let parts = parts.map_err(|error| MailFault::Permanent(format!("template: {error}")))?;
        Ok(Mail {
            to: address.to_owned(),
            subject: row.subject.clone(),
            text: parts.text,
            html: Some(parts.html),
            message_id: Some(format!("{}@{}", row.id, self.host)),
            thread_id: row.task_id.map(|task| format!("task.{task}@{}", self.host)),
            unsubscribe_url: foot.unsubscribe_url,
        })
    }

    fn single(&self, row: &Row, words: &Words, foot: &Foot) -> askama::Result<Parts> {
        let task_url = row.task_id.map(|task| self.task_url(task));
        let (task_url, sentence) = (task_url.as_deref(), row.body.as_str());
        let text = LetterText { words, sentence, task_url, foot };
        let html = LetterHtml { words, subject: &row.subject, sentence, task_url, foot };
        Ok(Parts { text: text.render()?, html: html.render()? })
    }

    fn digest(&self, row: &Row, words: &Words, foot: &Foot, items: &[Item]) -> askama::Result<Parts> {
        let groups = &self.groups(items);
        let text = DigestText { words, groups, foot };
        let html = DigestHtml { words, subject: &row.subject, groups, docket_url: &self.public_url, foot };
        Ok(Parts { text: text.render()?, html: html.render()? })
    }

    /// One group a task: overdue ones first, then those that are due soon, then by what was told first.
    fn groups(&self, items: &[Item]) -> Vec<Group> {
        let mut groups: Vec<(Uuid, u8, Group)> = Vec::new();
        for item in items {
            let urgency = match item.kind.parse() {
                Ok(Kind::TaskOverdue) => 0,
                Ok(Kind::TaskDue) => 1,
                _ => 2,
            };
            let id = item.task_id.unwrap_or(item.id);
            if let Some((_, most, group)) = groups.iter_mut().find(|(other, _, _)| *other == id) {
                *most = urgency.min(*most);
                group.sentences.push(item.body.clone());
                continue;
            }
            let group = Group {
                title: item.title.clone().unwrap_or_else(|| item.subject.clone()),
                url: item.task_id.map(|task| self.task_url(task)),
                sentences: vec![item.body.clone()],
            };
            groups.push((id, urgency, group));
        }
        groups.sort_by_key(|(_, urgency, _)| *urgency);
        groups.into_iter().map(|(_, _, group)| group).collect()
    }

    fn task_url(&self, task: Uuid) -> String {
        format!("{}/?task={task}", self.public_url)
    }

    fn unsubscribe_url(&self, user: Uuid, scope: Scope) -> String {
        let token = self.unsubscribe.seal(user, scope);
        format!("{}/api/notifications/unsubscribe/?token={token}", self.public_url)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::language::Language;

    fn letterhead() -> Letterhead {
        Letterhead::new("https://docket.example.org/", UnsubscribeKey::new(b"secret"))
    }

    fn row(kind: &str, task: Option<u128>) -> Row {
        Row {
            id: Uuid::from_u128(7),
            user_id: Uuid::from_u128(2),
            kind: kind.to_owned(),
            task_id: task.map(Uuid::from_u128),
            subject: "Assigned to you: <T>".to_owned(),
            body: "Ada assigned you the task “<T>”.".to_owned(),
            language: Language::English,
            attempts: 1,
            address: None,
            is_active: None,
            timezone: None,
            quiet_from_minute: None,
            quiet_to_minute: None,
            now: DateTime::UNIX_EPOCH,
        }
    }

    fn item(number: u128, task: u128, kind: &str) -> Item {
        Item {
            digest_id: Uuid::from_u128(7),
            id: Uuid::from_u128(number),
            kind: kind.to_owned(),
            task_id: Some(Uuid::from_u128(task)),
            title: Some(format!("T{task}")),
            subject: String::new(),
            body: format!("S{number}"),
        }
    }

    #[test]
    fn the_same_row_is_the_same_message_in_the_tasks_thread() {
        let mail = letterhead().letter(&row("assigned", Some(9)), "ann@example.org", &[]).expect("a mail");
        let id = "00000000-0000-0000-0000-000000000007@docket.example.org";
        assert_eq!(mail.message_id.as_deref(), Some(id));
        let thread = "task.00000000-0000-0000-0000-000000000009@docket.example.org";
        assert_eq!(mail.thread_id.as_deref(), Some(thread));
        let link = "https://docket.example.org/?task=00000000-0000-0000-0000-000000000009";
        assert!(mail.text.contains(&format!("Open the task: {link}\n")), "{}", mail.text);
        let stop = mail.unsubscribe_url.expect("a link");
        assert!(mail.text.contains(&format!("Unsubscribe: {stop}\n")), "{}", mail.text);
        assert!(mail.text.contains("\n-- \n"), "{}", mail.text);
    }

    #[test]
    fn titles_are_text_in_html() {
        let mail = letterhead().letter(&row("assigned", None), "ann@example.org", &[]).expect("a mail");
        let html = mail.html.expect("HTML");
        assert!(!html.contains("<T>") && html.contains("&#60;T&#62;"), "{html}");
        assert!(mail.text.contains("“<T>”"));
    }

    #[test]
    fn a_digest_is_by_task_the_most_urgent_first() {
        let items = [
            item(1, 10, "assigned"),
            item(2, 11, "task_due"),
            item(3, 12, "assigned"),
            item(4, 12, "task_overdue"),
        ];
        let mail = letterhead().letter(&row(DIGEST, None), "ann@example.org", &items).expect("a mail");
        let places: Vec<_> = ["T12", "S3", "S4", "T11", "S2", "T10", "S1"]
            .map(|word| {
                mail.text.find(&format!("{word}\n")).unwrap_or_else(|| panic!("{word}: {}", mail.text))
            })
            .into();
        assert!(places.is_sorted(), "{}", mail.text);
        assert_eq!(mail.thread_id, None);
    }

    #[test]
    fn nobody_unsubscribes_from_a_test() {
        let mail = letterhead().letter(&row(TEST, None), "ann@example.org", &[]).expect("a mail");
        assert_eq!(mail.unsubscribe_url, None);
        assert!(!mail.text.contains("Unsubscribe"));
    }
}
