//! A data directory that is gone when its test ends.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use engines::PostgresOptions;

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new() -> Place {
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

pub(crate) fn postgres_in(data_dir: &Path) -> PostgresOptions {
    PostgresOptions {
        data_dir: data_dir.to_owned(),
        allow_fetch: false,
        pg_bin: env::var_os("PG_BIN").map(PathBuf::from),
        max_connections: 20,
        durable: false,
    }
}
