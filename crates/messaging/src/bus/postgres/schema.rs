//! Makes the bus's tables where they are missing.

use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl, connection::SimpleConnection, dsl::sql,
    sql_types::Bool,
};

const BUS_SQL: &str = include_str!("../../../sql/bus.sql");

/// Makes the schema `bus` and its tables, unless they are there. Whoever owns the database may run it beforehand
/// and grant `USAGE` on the schema and on its sequences, and SELECT, INSERT, UPDATE and DELETE on its tables: then
/// the services' roles need no right to create anything.
///
/// # Errors
/// The database's, for instance when the role may not create a schema.
pub fn install(conn: &mut PgConnection) -> QueryResult<()> {
    if installed(conn)? {
        return Ok(());
    }
    conn.transaction(|conn| {
        // Services start together, and `IF NOT EXISTS` alone does not keep two of them apart.
        conn.batch_execute("SELECT pg_advisory_xact_lock(hashtextextended('docket bus schema', 0))")?;
        if installed(conn)? {
            return Ok(());
        }
        conn.batch_execute(BUS_SQL)
    })
}

/// Whether the last thing that the script makes is there. Read from the catalogue, which needs no rights.
fn installed(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>(
        "EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'bus' AND c.relname = 'dead_queue')",
    ))
    .get_result(conn)
}
