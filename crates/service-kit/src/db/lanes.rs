//! Lanes: a connection of its own for each thread that answers requests, which carries the small reads of all of them at once.
//!
//! What a request asks is sent at once behind what the others asked, and the answers come in the same order (pipelining): no
//! read waits for a thread, and neither side goes to sleep between two of them. A lane is a shorter way and never the only
//! one: while it is closed, or when it breaks, the same statement goes through the pool.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use diesel::{PgConnection, QueryResult, query_dsl::LoadQuery};
use diesel_async::{AsyncPgConnection, RunQueryDsl, methods::LoadQuery as LoadInLane};
use thread_local::ThreadLocal;
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_postgres::{Config, NoTls};

/// Connecting takes no longer, and after it failed is not tried again for so long.
const PAUSE: Duration = Duration::from_secs(1);

/// A statement that goes either way, and the rows that it reads.
pub trait Read<U>:
    LoadQuery<'static, PgConnection, U> + for<'a> LoadInLane<'static, &'a AsyncPgConnection, U> + 'static
{
}

impl<U, Q> Read<U> for Q where
    Q: LoadQuery<'static, PgConnection, U> + for<'a> LoadInLane<'static, &'a AsyncPgConnection, U> + 'static
{
}

/// The lanes of a database, one for each thread that reads.
pub struct Lanes {
    /// `None` where the URL says something that only libpq understands.
    config: Option<Config>,
    /// In which an answer comes, or never.
    patience: Duration,
    lanes: ThreadLocal<Arc<Mutex<Lane>>>,
}

#[derive(Default)]
enum Lane {
    #[default]
    Closed,
    Opening(JoinHandle<()>),
    Open(Arc<AsyncPgConnection>),
    /// Could not be opened.
    Blocked {
        until: Instant,
    },
}

impl Lanes {
    /// Lanes to where the URL says. They are opened when they are first asked for.
    pub fn new(url: &str, schema: &str, statement_timeout: Duration) -> Self {
        let config = url.parse::<Config>().ok().map(|mut config| {
            config.connect_timeout(PAUSE).application_name(format!("docket {schema} lane"));
            config
        });
        // A statement may have to wait for those before it.
        Self { config, patience: 2 * statement_timeout, lanes: ThreadLocal::new() }
    }

    /// The rows of a statement; `None` where it has to go through the pool.
    pub async fn load<Q, U>(&self, statement: impl FnOnce() -> Q) -> Option<QueryResult<Vec<U>>>
    where
        Q: Read<U>,
        U: Send,
    {
        let lane = self.lane()?;
        let conn = lane.lock().unwrap_or_else(PoisonError::into_inner).conn()?;
        match timeout(self.patience, RunQueryDsl::load(statement(), &mut &*conn)).await {
            Ok(Err(error)) if super::is_passing(&error) => log::debug!("a lane broke: {error}"),
            Ok(outcome) => return Some(outcome),
            Err(_) => log::debug!("a lane does not answer"),
        }
        lane.lock().unwrap_or_else(PoisonError::into_inner).close(&conn);
        None
    }

    /// The thread's own; opened by the way if it is not.
    fn lane(&self) -> Option<&Arc<Mutex<Lane>>> {
        let config = self.config.as_ref()?;
        let lane = self.lanes.get_or_default();
        let mut state = lane.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_to_be_opened() {
            // By this thread's runtime, so that what comes in wakes whoever waits for it.
            *state = Lane::Opening(tokio::spawn(open(Arc::clone(lane), config.clone())));
        }
        Some(lane)
    }
}

impl Lane {
    fn conn(&self) -> Option<Arc<AsyncPgConnection>> {
        match self {
            Self::Open(conn) => Some(Arc::clone(conn)),
            Self::Closed | Self::Opening(_) | Self::Blocked { .. } => None,
        }
    }

    fn is_to_be_opened(&self) -> bool {
        match self {
            Self::Closed => true,
            // Its thread ended over it, and another one has its place.
            Self::Opening(task) => task.is_finished(),
            Self::Blocked { until } => *until <= Instant::now(),
            Self::Open(_) => false,
        }
    }

    /// Unless somebody did, and another was opened meanwhile.
    fn close(&mut self, broken: &Arc<AsyncPgConnection>) {
        if matches!(self, Self::Open(conn) if Arc::ptr_eq(conn, broken)) {
            *self = Self::Closed;
        }
    }
}

async fn open(lane: Arc<Mutex<Lane>>, config: Config) {
    let opened = match timeout(PAUSE, connect(&config)).await {
        Ok(Ok(conn)) => Lane::Open(Arc::new(conn)),
        Ok(Err(error)) => {
            log::debug!("no lane: {error}");
            Lane::Blocked { until: Instant::now() + PAUSE }
        }
        Err(_) => Lane::Blocked { until: Instant::now() + PAUSE },
    };
    *lane.lock().unwrap_or_else(PoisonError::into_inner) = opened;
}

/// With the session settings that diesel makes for the pool's connections, too.
async fn connect(config: &Config) -> anyhow::Result<AsyncPgConnection> {
    let (client, connection) = config.connect(NoTls).await?;
    Ok(AsyncPgConnection::try_from_client_and_connection(client, connection).await?)
}
