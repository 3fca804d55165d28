//! An engine's log: opened for its output, and read back when it does not come up.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A log larger than this is set aside as `<name>.1` at the next start.
const ROTATE_AT: u64 = 8 << 20;
/// How far back a tail looks.
const TAIL: u64 = 64 << 10;

/// A log file and where in it the present run begins.
pub(crate) struct LogFile {
    path: PathBuf,
    begins: u64,
}

impl LogFile {
    /// Opens `path` for appending: the log, and the handle to give to the process that writes it.
    pub(crate) fn open(path: PathBuf) -> Result<(LogFile, File)> {
        if fs::metadata(&path).is_ok_and(|found| found.len() > ROTATE_AT) {
            let mut old = path.clone().into_os_string();
            old.push(".1");
            fs::rename(&path, &old).with_context(|| format!("cannot set {} aside", path.display()))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        let begins = file.metadata().with_context(|| format!("cannot read {}", path.display()))?.len();
        Ok((LogFile { path, begins }, file))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The last `lines` lines of the present run; empty if there are none or they cannot be read.
    pub(crate) fn tail(&self, lines: usize) -> String {
        let text = self.read_end().unwrap_or_default();
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }

    fn read_end(&self) -> std::io::Result<String> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(self.begins.max(length.saturating_sub(TAIL))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
