//! Brings a service's schema up to date, safely from many processes at once.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use diesel::{
    Connection as _, PgConnection, RunQueryDsl as _, connection::SimpleConnection as _, sql_query,
    sql_types::Bool, sql_types::Text,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _};

use crate::db::{Db, DbSettings};

/// How long a start waits for another process's migrations.
const PATIENCE: Duration = Duration::from_secs(120);

/// A pool on a schema that is up to date.
///
/// # Errors
/// As [`run`].
pub async fn open(settings: &DbSettings, migrations: EmbeddedMigrations) -> anyhow::Result<Db> {
    let db = Db::new(settings)?;
    let (url, schema) = (db.url().to_owned(), settings.schema.clone());
    tokio::task::spawn_blocking(move || run(&url, &schema, migrations)).await??;
    Ok(db)
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Runs the pending migrations of `schema`, which is made if it is missing. One process at a time does it, under an
/// advisory lock that is tried for, not waited for: a waiting lock would deadlock with `CREATE INDEX CONCURRENTLY`.
/// Blocks; call it before serving.
///
/// # Errors
/// When the database cannot be reached, a migration fails, or another process holds the lock for two minutes.
pub fn run(url: &str, schema: &str, migrations: EmbeddedMigrations) -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(url).context("cannot connect to DATABASE_URL")?;
    // Building an index on a large table takes longer than a request may.
    conn.batch_execute("SET statement_timeout = 0; SET client_min_messages = warning")?;
    let lock = format!("migrations of {schema}");
    let started = Instant::now();
    while !try_lock(&mut conn, &lock)? {
        if started.elapsed() > PATIENCE {
            bail!("another process has been migrating the schema {schema} for {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let outcome = migrate(&mut conn, schema, migrations);
    sql_query("SELECT pg_advisory_unlock(hashtextextended($1, 0))")
        .bind::<Text, _>(&lock)
        .execute(&mut conn)?;
    outcome
}

fn try_lock(conn: &mut PgConnection, name: &str) -> diesel::QueryResult<bool> {
    sql_query("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked")
        .bind::<Text, _>(name)
        .get_result::<Locked>(conn)
        .map(|row| row.locked)
}

fn migrate(conn: &mut PgConnection, schema: &str, migrations: EmbeddedMigrations) -> anyhow::Result<()> {
    let exists = sql_query("SELECT to_regnamespace($1) IS NOT NULL AS locked")
        .bind::<Text, _>(schema)
        .get_result::<Locked>(conn)?
        .locked;
    if !exists {
        conn.batch_execute(&format!("CREATE SCHEMA \"{schema}\""))
            .with_context(|| format!("schema {schema}"))?;
    }
    let done = conn
        .run_pending_migrations(migrations)
        .map_err(|error| anyhow::anyhow!("migrations of {schema}: {error}"))?;
    for version in done {
        log::info!("schema {schema}: migrated to {version}");
    }
    Ok(())
}
