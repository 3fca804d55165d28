//! A data directory that is gone when its test ends.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use engines::{DataDirLock, Postgres, PostgresOptions, choose_data_dir};

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Place(PathBuf);

impl Place {
    /// A directory in which PostgreSQL can be started without fetching it.
    pub(crate) fn new() -> Place {
        let place = Place::bare();
        if let Some(fetched) = fetched_for_all() {
            symlink(fetched, place.0.join("fetched")).unwrap();
        }
        place
    }

    /// An empty directory.
    pub(crate) fn bare() -> Place {
        let name = format!("engines-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let dir = env::temp_dir().join(name);
        fs::create_dir(&dir).unwrap();
        Place(dir.canonicalize().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        postgres_in(&self.0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// On a system without PostgreSQL: one that is fetched once for all tests, and kept for their next run.
fn fetched_for_all() -> Option<&'static Path> {
    static FETCHED: OnceLock<Option<PathBuf>> = OnceLock::new();
    let fetch = || {
        let dir = choose_data_dir(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("engines")).unwrap();
        let deadline = Instant::now() + Duration::from_secs(300);
        let _alone = loop {
            match DataDirLock::acquire(&dir).unwrap() {
                Ok(lock) => break lock,
                Err(other) => assert!(Instant::now() < deadline, "{}: {other}", dir.display()),
            }
            std::thread::yield_now();
        };
        let server = Postgres::start(&PostgresOptions { allow_fetch: true, ..postgres_in(&dir) }).unwrap();
        server.origin().starts_with("fetched ").then(|| dir.join("fetched"))
    };
    FETCHED.get_or_init(fetch).as_deref()
}

pub(crate) fn postgres_in(data_dir: &Path) -> PostgresOptions {
    PostgresOptions {
        data_dir: data_dir.to_owned(),
        allow_fetch: false,
        pg_bin: env::var_os("PG_BIN").map(PathBuf::from),
        max_connections: 20,
        durable: false,
    }
}
