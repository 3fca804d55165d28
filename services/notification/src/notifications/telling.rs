//! Tells people things: notifications, their places in order, and mails, in one statement and one transaction with
//! whatever they follow from; and deliveries to their webhooks, if they have any.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, Bool, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{
    kind::Kind,
    message::{Facts, message, subject},
    recipients::Recipient,
};
use crate::{
    language::Language,
    preferences::model::Digest,
    webhooks::enqueue::{self, Told},
};

/// Something to tell somebody about a task.
#[derive(Debug, Clone)]
pub struct News<'a> {
    /// What it follows from: nobody is told twice of the same.
    pub event_id: Uuid,
    /// Who is told, and how.
    pub recipient: Recipient,
    /// The task.
    pub task_id: Uuid,
    /// Who did it; `None` for reminders.
    pub actor_id: Option<Uuid>,
    /// What the sentence is made of.
    pub facts: Facts<'a>,
}

/// Something to tell somebody, about a task or not.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// What it follows from: nobody is told twice of the same.
    pub event_id: Uuid,
    /// Who is told, and how.
    pub recipient: Recipient,
    /// The task, if it is about one.
    pub task_id: Option<Uuid>,
    /// Who did it; `None` where nobody did.
    pub actor_id: Option<Uuid>,
    /// What the sentence is made of.
    pub facts: Facts<'a>,
}

impl<'a> From<&News<'a>> for Notice<'a> {
    fn from(news: &News<'a>) -> Self {
        let News { event_id, recipient, task_id, actor_id, facts } = *news;
        Self { event_id, recipient, task_id: Some(task_id), actor_id, facts }
    }
}

impl<'a> Notice<'a> {
    /// The task's title, if it is about one.
    #[must_use]
    pub fn task_title(&self) -> Option<&'a str> {
        self.task_id.map(|_| self.facts.title)
    }
}

service_kit::statement! {
    /// Position by position under the lock on the user's row of `user_positions`, which is taken in the order of user
    /// ids. `clock_timestamp()` is read under that lock too, so times follow the positions.
    struct Tell {
        ids: [Uuid] => Array<SqlUuid>,
        event_ids: [Uuid] => Array<SqlUuid>,
        users: [Uuid] => Array<SqlUuid>,
        kinds: [Kind] => Array<Text>,
        task_ids: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        titles: [Option<&'a str>] => Array<Nullable<Text>>,
        messages: [String] => Array<Text>,
        actor_ids: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        actor_emails: [Option<&'a str>] => Array<Nullable<Text>>,
        subjects: [String] => Array<Text>,
        in_app: [bool] => Array<Bool>,
        email: [bool] => Array<Bool>,
        states: [&'a str] => Array<Text>,
        languages: [Language] => Array<Text>,
    }
    -> Text;
    "WITH news AS (SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY AS n \
       (id, event_id, user_id, type, task_id, title, message, actor_id, actor_email, subject, in_app, email, state, language, n)), \
     places AS (INSERT INTO user_positions AS p (user_id, latest) \
       SELECT user_id, count(*) FROM news WHERE in_app GROUP BY user_id ORDER BY user_id \
       ON CONFLICT (user_id) DO UPDATE SET latest = p.latest + excluded.latest RETURNING user_id, latest), \
     told AS (INSERT INTO notifications (id, event_id, user_id, position, type, task_id, task_title, message, \
         actor_id, actor_email, created_at) \
       SELECT n.id, n.event_id, n.user_id, places.latest + 1 - row_number() OVER (PARTITION BY n.user_id \
         ORDER BY n.n DESC), n.type, n.task_id, n.title, n.message, n.actor_id, n.actor_email, clock_timestamp() \
       FROM news n JOIN places USING (user_id) WHERE n.in_app ORDER BY n.n \
       ON CONFLICT (event_id, user_id) DO NOTHING), \
     queued AS (INSERT INTO mails (id, event_id, user_id, type, task_id, subject, body, state, language) \
       SELECT id, event_id, user_id, type, task_id, subject, message, state, language FROM news WHERE email \
       ON CONFLICT (event_id, user_id) DO NOTHING) \
     SELECT pg_notify('notifications_' || current_schema(), user_id::text)::text FROM places"
}

/// Writes the notifications and mails, and announces them at the commit. What somebody switched off does not reach
/// them: no row, no count, no stream.
///
/// # Errors
/// The database's.
pub fn tell(conn: &mut PgConnection, news: &[News<'_>]) -> QueryResult<()> {
    give(conn, &news.iter().map(Notice::from).collect::<Vec<_>>())
}

/// The same for what may not be about a task.
///
/// # Errors
/// The database's.
pub fn give(conn: &mut PgConnection, notices: &[Notice<'_>]) -> QueryResult<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let ids = each(notices, |_| Uuid::now_v7());
    let messages = each(notices, |one| message(one.recipient.kind, &one.facts));
    Tell {
        ids: &ids,
        event_ids: &each(notices, |one| one.event_id),
        users: &each(notices, |one| one.recipient.user),
        kinds: &each(notices, |one| one.recipient.kind),
        task_ids: &each(notices, |one| one.task_id),
        titles: &each(notices, Notice::task_title),
        messages: &messages,
        actor_ids: &each(notices, |one| one.actor_id),
        actor_emails: &each(notices, |one| one.facts.actor),
        subjects: &each(notices, |one| subject(one.recipient.kind, &one.facts)),
        in_app: &each(notices, |one| one.recipient.in_app),
        email: &each(notices, |one| one.recipient.email),
        states: &each(notices, |one| if one.recipient.digest == Digest::Off { "queued" } else { "gathered" }),
        languages: &each(notices, |one| one.recipient.language),
    }
    .execute(conn)?;
    let mut told = Vec::new();
    for ((notice, id), message) in notices.iter().zip(ids).zip(&messages) {
        if notice.recipient.webhook {
            told.push(Told { notice, id: notice.recipient.in_app.then_some(id), message });
        }
    }
    enqueue::notifications(conn, &told)
}

fn each<'a, T>(notices: &[Notice<'a>], of: impl Fn(&Notice<'a>) -> T) -> Vec<T> {
    notices.iter().map(of).collect()
}
