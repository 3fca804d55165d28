//! A server that an earlier launcher left behind: still shutting down, or never told that it should.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};

use super::ready::PidFile;
use crate::child::as_pid;

/// How long a leftover gets to shut down in order, and then to stop at once.
const PATIENCE: [(Signal, Duration); 2] =
    [(Signal::SIGINT, Duration::from_secs(15)), (Signal::SIGQUIT, Duration::from_secs(5))];

/// Ends the server that still runs on `cluster`, if any, and removes its pid file. The caller holds the data
/// directory's lock, so whoever started that server is gone.
pub(crate) fn clear(cluster: &Path) -> Result<()> {
    let Some(found) = PidFile::read(cluster) else { return Ok(()) };
    if serves(found.pid, cluster) {
        log::info!("a PostgreSQL of an earlier run (process {}) is still there; stopping it", found.pid);
        stop(found.pid, cluster)?;
    }
    // Its number may since have gone to another process, which would make the new server refuse to start.
    PidFile::remove(cluster).context("cannot remove the pid file of a dead server")
}

fn stop(pid: u32, cluster: &Path) -> Result<()> {
    for (signal, patience) in PATIENCE {
        // It may end by itself at any moment: a failed signal shows in the next look.
        let _ = kill(as_pid(pid), signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if !serves(pid, cluster) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
    bail!("process {pid}, a PostgreSQL of an earlier run, does not stop: end it and try again")
}

/// Is `pid` a PostgreSQL server whose data directory is `cluster`? A server works in its data directory.
#[cfg(target_os = "linux")]
fn serves(pid: u32, cluster: &Path) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let is_postgres = fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim() == "postgres");
    is_postgres && fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == cluster)
}

/// Is `pid` a PostgreSQL server whose data directory is `cluster`? Its command line says so (`-D`).
#[cfg(not(target_os = "linux"))]
fn serves(pid: u32, cluster: &Path) -> bool {
    let output =
        std::process::Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| {
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        line.contains("postgres") && line.contains(&cluster.display().to_string())
    })
}
