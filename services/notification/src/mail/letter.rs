//! Pure: from a row to the mail that is sent.

use ::mail::Mail;

use super::queue::Row;

/// Where links lead and ids come from.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// Where people reach Docket, without a slash at the end.
    pub public_url: String,
    /// The right side of Message-IDs.
    pub host: String,
}

impl Letterhead {
    /// From the public URL; its host is the right side of Message-IDs.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        let host = reqwest::Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            host: host.unwrap_or_else(|| "docket".to_owned()),
        }
    }

    /// The mail to `address`.
    #[must_use]
    pub fn letter(&self, row: &Row, address: &str) -> Mail {
        let Self { public_url, host } = self;
        let link = row.task_id.map(|task| format!("\n\n{public_url}/?task={task}")).unwrap_or_default();
        let kind = &row.kind;
        Mail {
            to: address.to_owned(),
            subject: row.subject.clone(),
            text: format!(
                "{}{link}\n\n-- \nYou get this mail because mails of the type {kind} are on in your preferences:\n\
                 {public_url}/api/notifications/preferences/\n",
                row.body
            ),
            html: None,
            message_id: Some(format!("{}@{host}", row.id)),
            thread_id: row.task_id.map(|task| format!("task.{task}@{host}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_same_row_is_the_same_message_in_the_tasks_thread() {
        let row = Row {
            id: Uuid::from_u128(7),
            kind: "assigned".to_owned(),
            task_id: Some(Uuid::from_u128(9)),
            subject: "Assigned to you: T".to_owned(),
            body: "Ada assigned you the task “T”.".to_owned(),
            attempts: 1,
            address: None,
            is_active: None,
            timezone: None,
            quiet_from_minute: None,
            quiet_to_minute: None,
            now: chrono::DateTime::UNIX_EPOCH,
        };
        let mail = Letterhead::new("https://docket.example.org/").letter(&row, "ann@example.org");
        let id = "00000000-0000-0000-0000-000000000007@docket.example.org";
        assert_eq!(mail.message_id.as_deref(), Some(id));
        let thread = "task.00000000-0000-0000-0000-000000000009@docket.example.org";
        assert_eq!(mail.thread_id.as_deref(), Some(thread));
        assert!(
            mail.text.contains("https://docket.example.org/?task=00000000-0000-0000-0000-000000000009\n")
        );
    }
}
