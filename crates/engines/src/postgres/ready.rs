//! When is a server up? When its pid file says so, names our child, and its socket accepts.

use std::fs;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// What `postmaster.pid` tells: the server's process and whether it takes connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: u32,
    pub(crate) ready: bool,
}

impl PidFile {
    /// Reads the pid file of `cluster`: `None` if there is none or it is only half written.
    pub(crate) fn read(cluster: &Path) -> Option<PidFile> {
        parse(&fs::read_to_string(file(cluster)).ok()?)
    }

    pub(crate) fn remove(cluster: &Path) -> io::Result<()> {
        match fs::remove_file(file(cluster)) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

/// Is the server `pid` on `cluster` up and behind `socket`?
pub(crate) fn is_ready(cluster: &Path, pid: u32, socket: &Path) -> bool {
    PidFile::read(cluster) == Some(PidFile { pid, ready: true }) && UnixStream::connect(socket).is_ok()
}

fn file(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

/// The first line is the process id (negative for a single-user server), the eighth the state.
fn parse(text: &str) -> Option<PidFile> {
    let pid: i32 = text.lines().next()?.trim().parse().ok()?;
    let ready = text.lines().nth(7).is_some_and(|state| state.trim() == "ready");
    Some(PidFile { pid: pid.unsigned_abs(), ready })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_is_read_at_every_stage_of_the_start() {
        let head = "4711\n/data\n1700000000\n5432\n/tmp/s\n\n   5432001   1\n";
        assert_eq!(parse(""), None);
        assert_eq!(parse("4711\n"), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(parse(&format!("{head}starting\n")), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(parse(&format!("{head}ready   \n")), Some(PidFile { pid: 4711, ready: true }));
        assert_eq!(parse("-7\n"), Some(PidFile { pid: 7, ready: false }));
    }
}
