//! A server that an earlier launcher left behind: still shutting down, or never told that it should.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use nix::sys::signal::{Signal, kill};

use crate::child::as_pid;

/// A process of which we only know the number, and how to tell that it is ours and not its number's next owner.
pub(crate) struct Leftover<'a> {
    pub(crate) pid: u32,
    /// The file name of the program that it runs.
    pub(crate) program: &'a str,
    /// The directory that stands on its command line.
    pub(crate) dir: &'a Path,
}

impl Leftover<'_> {
    /// Ends the process by one signal after the other, each with the time it gets. The caller holds the data
    /// directory's lock, so whoever started that process is gone. Does nothing if it is gone too.
    pub(crate) fn end(&self, signals: [(Signal, Duration); 2]) -> Result<()> {
        if !self.is_there() {
            return Ok(());
        }
        log::info!("{} of an earlier run (process {}) is still there; stopping it", self.program, self.pid);
        for (signal, patience) in signals {
            // It may end by itself at any moment: whether the signal was needed shows in the next look.
            let _ = kill(as_pid(self.pid), signal);
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline {
                if !self.is_there() {
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
        bail!("process {}, {} of an earlier run, does not stop: end it and try again", self.pid, self.program)
    }

    /// The command line, unlike the working directory, is shown even to a root that may not trace.
    #[cfg(target_os = "linux")]
    fn is_there(&self) -> bool {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let line = std::fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0).map(OsStr::from_bytes);
        let program = words.next().and_then(|word| Path::new(word).file_name());
        program == Some(OsStr::new(self.program)) && words.any(|word| word == self.dir.as_os_str())
    }

    #[cfg(not(target_os = "linux"))]
    fn is_there(&self) -> bool {
        let mut ps = std::process::Command::new("ps");
        let output = ps.args(["-ww", "-o", "command=", "-p", &self.pid.to_string()]).output();
        output.is_ok_and(|output| {
            let line = String::from_utf8_lossy(&output.stdout).into_owned();
            line.contains(self.program) && line.contains(&self.dir.display().to_string())
        })
    }
}
