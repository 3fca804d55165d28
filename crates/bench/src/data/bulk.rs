//! Many rows at once: indexes are made after them, foreign keys are known to hold, and an empty table that is filled in the
//! transaction that emptied it needs no log (`wal_level = minimal`).

use diesel::{
    Connection as _, OptionalExtension as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_query,
    sql_types::{Integer, Text},
};

/// For a session that does nothing else.
pub const SESSION: &str = "SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; \
     SET synchronous_commit = off; SET statement_timeout = 0";

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Integer)]
    #[expect(dead_code, reason = "that there is a row is what matters")]
    one: i32,
}

/// Inserts into `table (columns)` what `select` gives.
///
/// # Errors
/// The database's.
pub fn insert(conn: &mut PgConnection, into: &str, select: &str) -> QueryResult<()> {
    let table = into.split(' ').next().unwrap_or(into);
    conn.transaction(|conn| {
        let is_empty = sql_query(format!("SELECT 1 AS one FROM {table} LIMIT 1"))
            .get_result::<One>(conn)
            .optional()?
            .is_none();
        if !is_empty {
            return conn.batch_execute(&format!("INSERT INTO {into} {select} ON CONFLICT DO NOTHING"));
        }
        conn.batch_execute(&format!("TRUNCATE {table} CASCADE"))?;
        let indexes = indexes(conn, table)?;
        for index in &indexes {
            conn.batch_execute(&format!("DROP INDEX {}", index.name))?;
        }
        conn.batch_execute(&format!("INSERT INTO {into} {select}"))?;
        for index in &indexes {
            conn.batch_execute(&index.definition)?;
        }
        Ok(())
    })
}

/// All but those that keys and constraints are made of.
fn indexes(conn: &mut PgConnection, table: &str) -> QueryResult<Vec<Index>> {
    sql_query(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index i \
         WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
    )
    .bind::<Text, _>(table)
    .load(conn)
}
