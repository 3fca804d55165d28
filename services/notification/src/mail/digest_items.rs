//! What a digest holds: the mails that went with it.

use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{Array, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

/// A mail that went with a digest.
#[derive(Debug, Clone, QueryableByName)]
pub struct Item {
    /// The digest.
    #[diesel(sql_type = SqlUuid)]
    pub digest_id: Uuid,
    /// Its own id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The notification's type.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The task.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub task_id: Option<Uuid>,
    /// The task's title today.
    #[diesel(sql_type = Nullable<Text>)]
    pub title: Option<String>,
    /// What the subject would have been.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// The sentence.
    #[diesel(sql_type = Text)]
    pub body: String,
}

/// What these digests hold, in the order in which it was told.
///
/// # Errors
/// The database's.
pub fn of(conn: &mut PgConnection, digests: &[Uuid]) -> QueryResult<Vec<Item>> {
    if digests.is_empty() {
        return Ok(Vec::new());
    }
    sql_query(
        "SELECT m.digest_id, m.id, m.type AS kind, m.task_id, t.title, m.subject, m.body FROM mails m \
         LEFT JOIN tasks t ON t.id = m.task_id WHERE m.digest_id = ANY($1) ORDER BY m.created_at, m.id",
    )
    .bind::<Array<SqlUuid>, _>(digests)
    .load(conn)
}
