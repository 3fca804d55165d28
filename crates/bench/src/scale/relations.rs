//! How large tables and indexes are, and what of them is dead.

use diesel::{
    Connection as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_query,
    sql_types::{BigInt, Text},
};

use crate::bench::Bench;

/// A table without its indexes, or an index.
#[derive(Debug, Clone, QueryableByName)]
pub struct Relation {
    /// Schema and name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Bytes.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Has the server write down what autovacuum does from now on.
///
/// # Errors
/// The database's.
pub async fn begin(bench: &Bench) -> anyhow::Result<()> {
    execute(bench, "ALTER SYSTEM SET log_autovacuum_min_duration = 0".to_owned()).await?;
    execute(bench, "SELECT pg_reload_conf()".to_owned()).await
}

/// Every table and index, the largest first.
///
/// # Errors
/// The database's.
pub async fn read(bench: &Bench) -> anyhow::Result<Vec<Relation>> {
    on(bench, |conn| {
        sql_query(
            "SELECT n.nspname || '.' || c.relname AS name, \
                 CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'i') AND n.nspname IN ('user', 'task', 'notification', 'bus') ORDER BY 2 DESC, 1",
        )
        .load(conn)
    })
    .await
}

/// Rows of `table` that nobody can see any more, as the server counts them.
///
/// # Errors
/// The database's.
pub async fn dead_rows(bench: &Bench, table: &'static str) -> anyhow::Result<i64> {
    let count: Count = on(bench, move |conn| {
        sql_query("SELECT n_dead_tup AS count FROM pg_stat_user_tables WHERE relid = $1::regclass")
            .bind::<Text, _>(table)
            .get_result(conn)
    })
    .await?;
    Ok(count.count)
}

/// Executes one statement, outside of a transaction.
///
/// # Errors
/// The database's.
pub async fn execute(bench: &Bench, statement: String) -> anyhow::Result<()> {
    on(bench, move |conn| conn.batch_execute(&statement)).await
}

async fn on<T: Send + 'static>(
    bench: &Bench,
    work: impl FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
) -> anyhow::Result<T> {
    let url = bench.system.database.clone();
    tokio::task::spawn_blocking(move || Ok(work(&mut PgConnection::establish(&url)?)?)).await?
}
