//! A server process that cannot outlive us: every engine is spawned, watched and ended through [`Supervised`].
//!
//! Linux tells a child that its parent died (`PR_SET_PDEATHSIG`), but by "parent" it means the *thread* that
//! spawned it. So each server gets a keeper thread, which spawns it and then sleeps as long as we hold it.

use std::convert::Infallible;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

/// How often a process that should be ending is looked at.
const POLL: Duration = Duration::from_millis(5);

/// A running child in a process group of its own, so that a terminal's Ctrl-C reaches only us.
/// Dropping it kills the group: an orderly end is the owner's business, and comes before.
pub(crate) struct Supervised {
    child: Child,
    _keeper: mpsc::Sender<Infallible>,
}

impl Supervised {
    /// Spawns `command`; should this process die, the child gets `death_signal`.
    pub(crate) fn spawn(mut command: Command, death_signal: Signal) -> io::Result<Supervised> {
        command.process_group(0);
        die_with_parent(&mut command, death_signal);
        let (keeper, held) = mpsc::channel::<Infallible>();
        let (spawned, child) = mpsc::sync_channel(1);
        thread::Builder::new().name("engine-keeper".to_owned()).spawn(move || {
            // A failed send means that the caller is gone; then so is the reason to stay.
            if spawned.send(command.spawn()).is_ok() {
                let _ = held.recv();
            }
        })?;
        let child = child.recv().map_err(io::Error::other)??;
        Ok(Supervised { child, _keeper: keeper })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, or `None` while it runs.
    pub(crate) fn exited(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Sends `signal` to the process alone. Its pid cannot have been reused: only we reap it.
    pub(crate) fn signal(&mut self, signal: Signal) -> io::Result<()> {
        match self.exited()? {
            Some(_) => Ok(()),
            None => Ok(kill(as_pid(self.pid()), signal)?),
        }
    }

    /// Sends `signal` to the process and everything it started that stayed in its group.
    pub(crate) fn signal_group(&mut self, signal: Signal) -> io::Result<()> {
        match self.exited()? {
            Some(_) => Ok(()),
            None => Ok(killpg(as_pid(self.pid()), signal)?),
        }
    }

    /// Waits up to `limit` for the process to end.
    pub(crate) fn wait(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            let status = self.exited()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // Both fail only if it is gone already. The wait leaves no zombie, and a killed process is quick to go.
        let _ = self.signal_group(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// A process id as the system calls want it. Ids come from the kernel and fit.
pub(crate) fn as_pid(pid: u32) -> Pid {
    Pid::from_raw(pid.cast_signed())
}

/// Has the kernel send `signal` to the process started by `command` when the thread that spawned it ends.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)] // the only unsafe line in the crate: std offers no safe way to run code between fork and exec.
pub(crate) fn die_with_parent(command: &mut Command, signal: Signal) {
    let parent = nix::unistd::getpid();
    let arm = move || {
        nix::sys::prctl::set_pdeathsig(signal)?;
        // The parent may have died before the line above took effect; then nobody would ever tell us.
        if nix::unistd::getppid() == parent { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    };
    // SAFETY: between fork and exec only async-signal-safe calls are allowed. `arm` makes two system calls
    // (prctl, getppid), allocates nothing, takes no lock and touches no memory but its two copied integers.
    unsafe {
        command.pre_exec(arm);
    }
}

/// Other systems have no such signal: a server left by a killed launcher is stopped by the next start.
#[cfg(not(target_os = "linux"))]
pub(crate) fn die_with_parent(_command: &mut Command, _signal: Signal) {}
