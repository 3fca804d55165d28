//! Brings a service's schema up to date, safely from many processes at once.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use diesel::{
    Connection as _, PgConnection, RunQueryDsl as _, connection::SimpleConnection as _, sql_query,
    sql_types::Bool, sql_types::Text,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _};

use crate::db::{Db, DbSettings};

/// How long a start waits for a database that does not answer yet: it may be starting as well.
const PATIENCE_FOR_AN_ANSWER: Duration = Duration::from_secs(30);
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
/// When the database cannot be reached for half a minute or turns us away, a migration fails, or another process holds the
/// lock for two minutes.
pub fn run(url: &str, schema: &str, migrations: EmbeddedMigrations) -> anyhow::Result<()> {
    let mut conn = connect(url, PATIENCE_FOR_AN_ANSWER).context("cannot connect to DATABASE_URL")?;
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

fn connect(url: &str, patience: Duration) -> diesel::ConnectionResult<PgConnection> {
    let started = Instant::now();
    let mut said = String::new();
    loop {
        match PgConnection::establish(url) {
            Err(error) if is_no_answer(&error) && started.elapsed() < patience => {
                let why = error.to_string();
                if why != said {
                    log::warn!("The database does not answer yet and is asked again: {why}");
                    said = why;
                }
                std::thread::sleep(Duration::from_millis(500));
            }
            outcome => return outcome,
        }
    }
}

/// Not so if the database did answer, that it will not have us; unless it is about to start.
fn is_no_answer(error: &diesel::ConnectionError) -> bool {
    let text = error.to_string();
    !text.contains("FATAL") || text.contains("the database system is")
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

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use super::*;

    /// What a connection comes to at which a server says this, and nothing else.
    fn told(words: &'static str) -> diesel::ConnectionError {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = url_of(&listener);
        let server = thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let _ = client.read(&mut [0; 1024]).unwrap();
            let fields = format!("SFATAL\0C57P03\0M{words}\0\0");
            let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
            client.write_all(&[b"E", &length[..], fields.as_bytes()].concat()).unwrap();
        });
        let error = connect(&url, Duration::ZERO).err().unwrap();
        server.join().unwrap();
        error
    }

    fn url_of(listener: &TcpListener) -> String {
        format!("postgresql://u@{}/d?sslmode=disable&gssencmode=disable", listener.local_addr().unwrap())
    }

    #[test]
    fn a_database_that_is_not_there_yet_is_waited_for() {
        let url = url_of(&TcpListener::bind("127.0.0.1:0").unwrap());
        assert!(is_no_answer(&connect(&url, Duration::ZERO).err().unwrap()));
        assert!(is_no_answer(&told("the database system is starting up")));
        let started = Instant::now();
        connect(&url, Duration::from_millis(300)).err().unwrap();
        assert!(started.elapsed() >= Duration::from_millis(300));
    }

    #[test]
    fn a_database_that_will_not_have_us_is_not() {
        assert!(!is_no_answer(&told("password authentication failed for user \"u\"")));
        assert!(!is_no_answer(&told("database \"d\" does not exist")));
    }
}
