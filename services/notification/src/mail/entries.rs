//! Writes on the queue that are not about a notification (those are written with it, in `notifications::telling`): mails
//! of other types, and changes of mind. In the caller's transaction.

use chrono::Utc;
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{
    letter::{DIGEST, TEST},
    queue::{LEASE_SECONDS, Row},
};
use crate::{language::Language, notifications::kind::Kind};

/// Queues a digest, whose content is the mails that name it.
///
/// # Errors
/// The database's.
pub fn push_digest(
    conn: &mut PgConnection,
    id: Uuid,
    user: Uuid,
    subject: &str,
    language: Language,
) -> QueryResult<()> {
    sql_query(
        "INSERT INTO mails (id, event_id, user_id, type, subject, body, language) VALUES ($1, $1, $2, $3, $4, '', $5)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(user)
    .bind::<Text, _>(DIGEST)
    .bind::<Text, _>(subject)
    .bind::<Text, _>(language)
    .execute(conn)
    .map(drop)
}

/// Writes down a test mail that the caller sends: it is in the caller's hands, not in the queue's.
///
/// # Errors
/// The database's.
pub fn push_test(
    conn: &mut PgConnection,
    id: Uuid,
    user: Uuid,
    language: Language,
    address: &str,
) -> QueryResult<Row> {
    let words = language.catalogue().words();
    sql_query(
        "INSERT INTO mails (id, event_id, user_id, type, subject, body, language, address, attempts, next_attempt_at) \
         VALUES ($1, $1, $2, $3, $4, $5, $6, $7, 1, now() + $8 * interval '1 second')",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(user)
    .bind::<Text, _>(TEST)
    .bind::<Text, _>(words.test_subject)
    .bind::<Text, _>(words.test_text)
    .bind::<Text, _>(language)
    .bind::<Text, _>(address)
    .bind::<BigInt, _>(LEASE_SECONDS)
    .execute(conn)?;
    Ok(Row {
        id,
        user_id: user,
        kind: TEST.to_owned(),
        task_id: None,
        subject: words.test_subject.to_owned(),
        body: words.test_text.to_owned(),
        language,
        attempts: 1,
        address: Some(address.to_owned()),
        is_active: Some(true),
        timezone: None,
        quiet_from_minute: None,
        quiet_to_minute: None,
        now: Utc::now(),
    })
}

/// Queues a mail that failed or was skipped anew; false when it is no such mail.
///
/// # Errors
/// The database's.
pub fn requeue(conn: &mut PgConnection, id: Uuid) -> QueryResult<bool> {
    let updated = sql_query(
        "UPDATE mails SET state = 'queued', attempts = 0, next_attempt_at = now(), settled_at = NULL \
         WHERE id = $1 AND state IN ('failed', 'skipped')",
    )
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    Ok(updated > 0)
}

/// What was gathered for somebody who wants no digest any more goes by itself.
///
/// # Errors
/// The database's.
pub fn release(conn: &mut PgConnection, user: Uuid) -> QueryResult<()> {
    sql_query("UPDATE mails SET state = 'queued', next_attempt_at = now() WHERE user_id = $1 AND state = 'gathered'")
        .bind::<SqlUuid, _>(user)
        .execute(conn)
        .map(drop)
}

/// What waits for somebody who wants no more mails (of one type, or at all) does not go.
///
/// # Errors
/// The database's.
pub fn withdraw(conn: &mut PgConnection, user: Uuid, only: Option<Kind>) -> QueryResult<()> {
    sql_query(
        "UPDATE mails SET state = 'skipped', answer = 'unsubscribed', settled_at = now() \
         WHERE user_id = $1 AND state IN ('queued', 'gathered') AND type <> $2 AND ($3 IS NULL OR type = $3)",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<Text, _>(TEST)
    .bind::<Nullable<Text>, _>(only.map(Kind::as_str))
    .execute(conn)
    .map(drop)
}
