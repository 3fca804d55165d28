//! One launcher per data directory: a lock that the kernel drops with its holder, however that one ends.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// The lock's file name inside the data directory.
const FILE: &str = "docket.lock";

/// Holds `<data_dir>/docket.lock` until dropped. Take it before starting any engine in that directory:
/// a second launcher would otherwise take the first one's server for a leftover and stop it.
#[derive(Debug)]
pub struct DataDirLock {
    file: File,
}

/// Who holds the data directory, as far as they wrote it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningElsewhere {
    /// The holder's process id; `None` in the instant before it is written.
    pub pid: Option<u32>,
    /// Where the holder answers; `None` until it is up.
    pub url: Option<String>,
}

impl fmt::Display for RunningElsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "already running as process {pid}")?,
            None => write!(f, "already being started by another process")?,
        }
        self.url.as_ref().map_or(Ok(()), |url| write!(f, " at {url}"))
    }
}

impl DataDirLock {
    /// Tries to take the lock without waiting. The outer error is a fault of the file system; the inner one
    /// says that another process has the directory.
    pub fn acquire(data_dir: &Path) -> Result<Result<DataDirLock, RunningElsewhere>> {
        let path = data_dir.join(FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                let mut lock = DataDirLock { file };
                lock.record(std::process::id(), "")?;
                Ok(Ok(lock))
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.read_to_string(&mut text).with_context(|| format!("cannot read {}", path.display()))?;
                Ok(Err(parse(&text)))
            }
            Err(TryLockError::Error(cause)) => {
                Err(cause).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// Writes who holds the directory and where they answer, for whoever finds it taken.
    pub fn record(&mut self, pid: u32, url: &str) -> Result<()> {
        self.write(pid, url).context("cannot write the data directory's lock file")
    }

    fn write(&mut self, pid: u32, url: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(format!("{pid}\n{url}\n").as_bytes())
    }
}

fn parse(text: &str) -> RunningElsewhere {
    let mut lines = text.lines();
    RunningElsewhere {
        pid: lines.next().and_then(|line| line.parse().ok()),
        url: lines.next().filter(|line| !line.is_empty()).map(str::to_owned),
    }
}
