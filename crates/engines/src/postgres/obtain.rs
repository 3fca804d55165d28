//! Binaries at any (permitted) price: found, else fetched, else the line that would install them.

use std::path::Path;

use anyhow::{Result, bail};

use super::PostgresOptions;
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
    let _ = data_dir;
    if let Some(found) = find::find(options.pg_bin.as_deref(), || None, major, user)? {
        return Ok(found);
    }
    let wanted = major.map_or_else(|| "PostgreSQL".to_owned(), |major| format!("PostgreSQL {major}"));
    bail!("{wanted} is not installed, type: {}", install_line::postgres())
}
