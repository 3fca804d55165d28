//! Looking for words, at a cost that is bounded whether they are rare or common.
//!
//! Postgres cannot tell how rare a word is, and takes the wrong way in the worst case: it walks all tasks in the order of
//! the list to find a word that none has. So the index of words is asked first, for a few thousand hits at most. Rare
//! words: the hits themselves are sorted. Common ones: walking in order soon fills a page.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _, define_sql_function, infix_operator,
    pg::Pg,
    sql_types::{Integer, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::filter::{Scope, TaskFilter};
use crate::schema::TsQuery;

/// Hits up to which words count as rare.
const RARE: i32 = 2000;

define_sql_function! {
    /// What the client's words look for; see the migration.
    fn words_wanted(input: Text) -> TsQuery;
}
define_sql_function! {
    /// A row for each of so many tasks at most; see the migration.
    fn tasks_with_words(input: Text, at_most: Integer) -> SqlUuid;
}
infix_operator!(Matches, " @@ ", backend: Pg);

/// The same filter among the hits alone, if its words are rare; `None` if they are common, or if there are none.
///
/// # Errors
/// The database's.
pub fn rare(conn: &mut PgConnection, filter: &TaskFilter) -> QueryResult<Option<TaskFilter>> {
    let (Some(words), Scope::All | Scope::AssignedTo(_)) = (&filter.words, filter.scope) else {
        return Ok(None);
    };
    let hits = hits(conn, words)?;
    let is_rare = i32::try_from(hits.len()).is_ok_and(|count| count <= RARE);
    Ok(is_rare.then(|| TaskFilter { words: None, among: Some(hits), ..filter.clone() }))
}

/// Up to one more than [`RARE`] tasks with these words.
fn hits(conn: &mut PgConnection, words: &str) -> QueryResult<Vec<Uuid>> {
    diesel::select(tasks_with_words(words, RARE + 1)).load(conn)
}
