//! Where the engines keep their files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::server_user::ServerUser;

/// Root's engines run as another user; this is where both can reach.
const FOR_ROOT: &str = "/var/lib/docket";

/// Creates the data directory and gives its absolute path: `wanted`, or, if we are root and the user that
/// the servers run as cannot enter `wanted` (a checkout below a 0700 home), `/var/lib/docket`, with a warning.
pub fn choose_data_dir(wanted: &Path) -> Result<PathBuf> {
    let existed = wanted.exists();
    let chosen = create(wanted)?;
    let user = ServerUser::choose("postgres")?;
    if !user.is_dropped() || user.can_enter(&chosen)? {
        return Ok(chosen);
    }
    if !existed {
        // Nothing was put there; leaving an empty directory behind would only puzzle.
        let _ = fs::remove_dir(&chosen);
    }
    let instead = create(Path::new(FOR_ROOT))?;
    if !user.can_enter(&instead)? {
        bail!(
            "{} can enter neither {} nor {FOR_ROOT}: choose another data directory",
            user.label(),
            chosen.display()
        );
    }
    log::warn!(
        "{} cannot be entered by the user {} that the database runs as (we are root); data goes to {FOR_ROOT} instead",
        chosen.display(),
        user.label(),
    );
    Ok(instead)
}

fn create(dir: &Path) -> Result<PathBuf> {
    fs::create_dir_all(dir)
        .and_then(|()| dir.canonicalize())
        .with_context(|| format!("cannot create the data directory {}", dir.display()))
}
