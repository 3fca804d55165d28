//! The way to the database: a pool, and the things that a handler may open on it: a read, a transaction, or single statements.

mod groups;
mod lanes;

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::{
    Connection, PgConnection,
    query_dsl::LoadQuery,
    r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection},
    result::{DatabaseErrorKind, Error as DieselError},
};
use lanes::Lanes;
use thiserror::Error;

pub use groups::{Groups, Member};
pub use lanes::Read;

use crate::context::RequestContext;

/// How often a transaction is tried when Postgres chose it as the victim of a deadlock or of a serialisation failure,
/// or when the pooled connection turned out to be dead.
const ATTEMPTS: u32 = 3;

/// A connection on loan from the pool.
pub type DbConnection = PooledConnection<ConnectionManager<PgConnection>>;

/// The database cannot be reached or did not answer in time. Clients see 503 with `Retry-After`.
#[derive(Debug, Error)]
pub enum DbError {
    /// No connection within the pool's time limit.
    #[error("no database connection: {0}")]
    Pool(#[from] r2d2::Error),
    /// No connection was to be had the last time either, and there is still none.
    #[error("no database connection: it is away")]
    Away,
    /// The thread that ran the query is gone (shutdown).
    #[error("the database worker stopped")]
    Worker,
    /// A URL that libpq cannot use.
    #[error("database URL: {0}")]
    Url(String),
}

/// Pool settings.
#[derive(Debug, Clone)]
pub struct DbSettings {
    /// libpq URL.
    pub url: String,
    /// The service's own schema: `search_path` of every connection.
    pub schema: String,
    /// Connections in the pool.
    pub pool_size: u32,
    /// Milliseconds that one statement may run.
    pub statement_timeout_ms: u32,
}

/// A cloneable handle on the pool. All work runs on blocking threads, never on the event loop.
#[derive(Clone)]
pub struct Db {
    pool: Pool<ConnectionManager<PgConnection>>,
    lanes: Arc<Lanes>,
    url: String,
    /// The last caller waited for a connection in vain.
    is_away: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Session;

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Session {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        use diesel::connection::SimpleConnection;
        conn.batch_execute("SET TIME ZONE 'UTC'").map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Db {
    /// A pool on the service's schema. Connections are made on first use, so this succeeds while the database is
    /// still starting.
    ///
    /// # Errors
    /// When the URL is not one.
    pub fn new(settings: &DbSettings) -> Result<Self, DbError> {
        let url = session_url(&settings.url, &settings.schema, settings.statement_timeout_ms);
        let pool = Pool::builder()
            .max_size(settings.pool_size)
            .min_idle(Some(1))
            // One dead connection costs one retried transaction; a test on every check-out costs 20 % of the throughput.
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(3))
            .connection_customizer(Box::new(Session))
            .build_unchecked(ConnectionManager::new(&url));
        let statement_timeout = Duration::from_millis(settings.statement_timeout_ms.into());
        let lanes = Arc::new(Lanes::new(&url, &settings.schema, statement_timeout));
        Ok(Self { pool, lanes, url, is_away: Arc::default() })
    }

    /// The URL with which the pool connects (schema and time limits included), for connections outside the pool:
    /// advisory locks and LISTEN.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connections in use and in all, for metrics.
    #[must_use]
    pub fn usage(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections - state.idle_connections, state.connections)
    }

    /// The rows of one small read: of a few rows by an index, of which none is passed over. It goes by the thread's lane, and
    /// what is asked there next waits for it, so what may take long belongs into [`Db::read`]. Without a lane it goes through
    /// the pool.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had, else the database's.
    pub async fn load<U, Q, E>(&self, statement: impl Fn() -> Q + Send + 'static) -> Result<Vec<U>, E>
    where
        U: Send + 'static,
        Q: Read<U>,
        E: From<DbError> + From<DieselError> + DatabaseFault + Send + 'static,
    {
        match self.lanes.load(&statement).await {
            Some(rows) => Ok(rows?),
            None => {
                let read = move |conn: &mut PgConnection| {
                    LoadQuery::internal_load(statement(), conn)?.collect::<Result<_, _>>()
                };
                self.read(move |conn| Ok(read(conn)?)).await
            }
        }
    }

    /// The row of one small read, like [`Db::load`], if there is one.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had, else the database's.
    pub async fn find<U, Q, E>(&self, statement: impl Fn() -> Q + Send + 'static) -> Result<Option<U>, E>
    where
        U: Send + 'static,
        Q: Read<U>,
        E: From<DbError> + From<DieselError> + DatabaseFault + Send + 'static,
    {
        self.load(statement).await.map(|rows| rows.into_iter().next())
    }

    /// Runs `query` on a connection, outside any transaction.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had, else what `query` returns.
    pub async fn read<T, E, F>(&self, query: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + DatabaseFault + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        self.blocking(move |conn| query(conn)).await
    }

    /// Runs `work`, each statement of which is a transaction of its own: of what it writes by one statement all is written or
    /// nothing, at the cost of one trip. After a broken connection it is tried again, like [`Db::transaction`]: it must bear
    /// that its statement was done already.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had, else what `work` returns.
    pub async fn autocommit<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + DatabaseFault + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        self.blocking(work).await
    }

    /// Runs `work` in a transaction: it is committed when `work` returns `Ok`, else rolled back. After a deadlock, a
    /// serialisation failure or a broken connection it is tried again from the start, three times in all.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had, else what `work` returns.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<DieselError> + DatabaseFault + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        self.blocking(move |conn| conn.transaction(|conn| work(conn))).await
    }

    async fn blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + DatabaseFault + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Send + 'static,
    {
        // Whoever waits holds one of a few threads: while the pool tries to come back, nobody else waits for it in vain.
        if self.is_away.load(Ordering::Relaxed) && self.pool.state().connections == 0 {
            return Err(DbError::Away.into());
        }
        let (pool, is_away) = (self.pool.clone(), Arc::clone(&self.is_away));
        // The request's identity goes along, so that log lines and events made there carry it.
        let context = RequestContext::current();
        tokio::task::spawn_blocking(move || {
            RequestContext::sync_scope(context, || {
                let mut attempt = 1;
                loop {
                    let conn = pool.get();
                    is_away.store(conn.is_err(), Ordering::Relaxed);
                    let mut conn = conn.map_err(DbError::from)?;
                    match work(&mut conn) {
                        Err(error) if attempt < ATTEMPTS && error.is_passing() => attempt += 1,
                        outcome => return outcome,
                    }
                }
            })
        })
        .await
        .map_err(|_| DbError::Worker)?
    }
}

/// Whether an error is the database's passing trouble, so that the same transaction may be tried again.
pub trait DatabaseFault: Debug {
    /// The database error inside, if there is one.
    fn database_error(&self) -> Option<&DieselError>;

    /// A deadlock, a serialisation failure or a connection that broke.
    fn is_passing(&self) -> bool {
        self.database_error().is_some_and(is_passing)
    }
}

impl DatabaseFault for DieselError {
    fn database_error(&self) -> Option<&DieselError> {
        Some(self)
    }
}

impl DatabaseFault for anyhow::Error {
    fn database_error(&self) -> Option<&DieselError> {
        self.downcast_ref()
    }
}

/// True for a deadlock, a serialisation failure or a broken connection.
#[must_use]
pub fn is_passing(error: &DieselError) -> bool {
    match error {
        DieselError::BrokenTransactionManager => true,
        DieselError::DatabaseError(kind, info) => match kind {
            DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand => true,
            DatabaseErrorKind::Unknown => {
                let message = info.message();
                message.contains("deadlock detected")
                    || message.contains("terminating connection")
                    || message.contains("server closed the connection")
                    || message.contains("no connection to the server")
            }
            _ => false,
        },
        _ => false,
    }
}

/// True when the statement was cut by `statement_timeout` or the server is going down or starting: 503, not 500.
#[must_use]
pub fn is_unavailable(error: &DieselError) -> bool {
    is_passing(error)
        || matches!(error, DieselError::DatabaseError(DatabaseErrorKind::Unknown, info)
            if ["statement timeout", "the database system is", "could not connect", "connection to server"]
                .iter().any(|part| info.message().contains(part)))
}

/// `url` with the session settings of a service: its schema as search path, and a time limit per statement. Incremental sorts
/// are off: they let a page be put together from all that somebody has, rather than be read in the order of its index, where
/// Postgres takes that for little. A page of the disk is as dear wherever it is, as it is in memory and on what disks are today:
/// otherwise Postgres takes a plan that it keeps for every caller to be dear where the rows of a page of a list lie scattered,
/// and plans each call anew, at the cost of another page.
fn session_url(url: &str, schema: &str, statement_timeout_ms: u32) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    format!(
        "{url}{joint}options=-c%20search_path%3D{schema}%20-c%20statement_timeout%3D{statement_timeout_ms}\
         %20-c%20idle_in_transaction_session_timeout%3D30000%20-c%20enable_incremental_sort%3Doff\
         %20-c%20random_page_cost%3D1.1"
    )
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use diesel::{RunQueryDsl as _, sql_query};

    use super::*;

    #[derive(Debug)]
    struct Failure(String);

    impl From<DbError> for Failure {
        fn from(error: DbError) -> Self {
            Self(error.to_string())
        }
    }

    impl From<DieselError> for Failure {
        fn from(error: DieselError) -> Self {
            Self(error.to_string())
        }
    }

    impl DatabaseFault for Failure {
        fn database_error(&self) -> Option<&DieselError> {
            None
        }
    }

    /// Each waiting for three seconds, on a few threads, they would be answered long after their clients had gone.
    #[tokio::test]
    async fn while_the_database_is_away_nobody_waits_for_it_but_the_first() {
        let db = Db::new(&DbSettings {
            url: "postgres://nobody@127.0.0.1:1/nowhere".to_owned(),
            schema: "public".to_owned(),
            pool_size: 1,
            statement_timeout_ms: 1000,
        })
        .unwrap();
        let read = || db.read(|conn| sql_query("SELECT 1").execute(conn).map_err(Failure::from));
        assert!(read().await.unwrap_err().0.contains("timed out"));
        let began = Instant::now();
        for _ in 0..100 {
            assert!(read().await.unwrap_err().0.contains("away"));
        }
        assert!(began.elapsed() < Duration::from_secs(3));
    }
}
