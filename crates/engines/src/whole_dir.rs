//! A directory that is there whole or not at all, however its making ends.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Has `fill` fill a directory under a temporary name, then gives it the name `target`, in place of an older
/// one: what bears that name is whole.
pub(crate) fn make_whole(target: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut unfinished = target.as_os_str().to_owned();
    unfinished.push(".tmp");
    let unfinished = PathBuf::from(unfinished);
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished).with_context(|| format!("cannot create {}", unfinished.display()))?;
    if let Err(cause) = fill(&unfinished) {
        // The cause is worth more than a second complaint; the next attempt clears up first anyway.
        let _ = remove(&unfinished);
        return Err(cause);
    }
    remove(target)?;
    fs::rename(&unfinished, target).with_context(|| format!("cannot create {}", target.display()))
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(cause).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}
