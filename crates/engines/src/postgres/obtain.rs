//! Binaries at any (permitted) price: found, else fetched, else the line that would install them.

use std::path::Path;

use anyhow::{Result, bail};

use super::PostgresOptions;
use super::fetch;
use super::find::{self, Binaries};
use crate::install_line;
use crate::server_user::ServerUser;

/// Finds or fetches what can open the data directory's cluster, made by `major` if there is one.
pub(crate) fn obtain(
    options: &PostgresOptions,
    data_dir: &Path,
    major: Option<u32>,
    user: &ServerUser,
) -> Result<Binaries> {
    let earlier = || fetch::fetched(data_dir, major, user);
    if let Some(found) = find::find(options.pg_bin.as_deref(), earlier, major, user)? {
        return Ok(found);
    }
    if options.allow_fetch
        && let Some(found) = fetch::fetch(data_dir, major, user)
    {
        return Ok(found);
    }
    let wanted = major.map_or_else(
        || "PostgreSQL is".to_owned(),
        |major| format!("The data in {} was made by PostgreSQL {major}, which is", data_dir.display()),
    );
    let fetching = if options.allow_fetch { "could not be fetched" } else { "may not be fetched" };
    bail!("{wanted} not installed and {fetching}. Type: {}", install_line::postgres(major))
}
