//! Clears a cluster of an earlier run's server.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::ready::PidFile;
use crate::leftover::Leftover;

/// How long a leftover gets to shut down in order, and then to stop at once.
const SIGNALS: [(Signal, Duration); 2] =
    [(Signal::SIGINT, Duration::from_secs(15)), (Signal::SIGQUIT, Duration::from_secs(5))];

/// Ends the server that still runs on `cluster`, if any, and removes its pid file.
pub(crate) fn clear(cluster: &Path) -> Result<()> {
    let Some(found) = PidFile::read(cluster) else { return Ok(()) };
    Leftover { pid: found.pid, program: "postgres", dir: cluster }.end(SIGNALS)?;
    // Its number may since have gone to another process, which would make the new server refuse to start.
    PidFile::remove(cluster).context("cannot remove the pid file of a dead server")
}
