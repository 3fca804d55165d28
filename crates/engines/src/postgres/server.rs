//! The running server: started, watched until it answers, and stopped with its owner.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::find::Binaries;
use super::ready::{PidFile, is_ready};
use super::socket_dir::SocketDir;
use super::{PostgresOptions, cluster, leftover, obtain};
use crate::child::Supervised;
use crate::log_file::LogFile;
use crate::server_user::ServerUser;

/// How long a start may take; recovery after a power cut is what takes long.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long the children of a killed server may hold its shared memory.
const HANDOVER_LIMIT: Duration = Duration::from_secs(15);
/// The ways to stop, each with the time it gets: open transactions are rolled back; then no checkpoint.
const STOP: [(Signal, Duration); 2] =
    [(Signal::SIGINT, Duration::from_secs(10)), (Signal::SIGQUIT, Duration::from_secs(2))];

/// A running private PostgreSQL. Dropping it stops it; if this process is killed, the kernel stops it.
pub struct Postgres {
    server: Supervised,
    socket: SocketDir,
    log: LogFile,
    cluster: PathBuf,
    version: String,
    origin: String,
    stopped: bool,
}

impl Postgres {
    /// Starts a server on `<data_dir>/postgres`, making the cluster if there is none, and waits until it
    /// answers. What it logs goes to `<data_dir>/postgres.log`; an error carries that log's tail.
    pub fn start(options: &PostgresOptions) -> Result<Postgres> {
        let data_dir = options
            .data_dir
            .canonicalize()
            .with_context(|| format!("there is no data directory {}", options.data_dir.display()))?;
        let user = ServerUser::choose("postgres")?;
        if !user.can_enter(&data_dir)? {
            bail!("{} cannot enter {}, where its data should go", user.label(), data_dir.display());
        }
        let cluster = cluster::path(&data_dir);
        let binaries = obtain::obtain(options, &data_dir, cluster::major(&cluster)?, &user)?;
        leftover::clear(&cluster)?;
        if cluster::major(&cluster)?.is_none() {
            cluster::create(&data_dir, &binaries, &user, options.durable)?;
        }
        let give_up = Instant::now() + HANDOVER_LIMIT;
        loop {
            let socket = SocketDir::prepare(&data_dir, &user)?;
            let (log, output) = LogFile::open(data_dir.join("postgres.log"))?;
            let mut command = command(options, &cluster, &binaries, &user, socket.path());
            command.stdout(output.try_clone().context("cannot share the log")?).stderr(output);
            let server = Supervised::spawn(command, Signal::SIGINT).context("cannot start PostgreSQL")?;
            let mut postgres = Postgres {
                server,
                socket,
                log,
                cluster: cluster.clone(),
                version: binaries.version.clone(),
                origin: binaries.origin.clone(),
                stopped: false,
            };
            match postgres.await_ready() {
                Ok(()) => return Ok(postgres),
                // The children of a server that was killed need a moment to notice.
                Err(_) if postgres.memory_still_in_use() && Instant::now() < give_up => {
                    thread::sleep(Duration::from_millis(50));
                }
                Err(cause) => return Err(cause),
            }
        }
    }

    fn await_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        let pid = self.pid();
        let socket = self.socket.socket();
        loop {
            if let Some(status) = self.server.exited().context("cannot watch PostgreSQL")? {
                bail!("PostgreSQL did not start ({status}); {}", self.log_for_errors());
            }
            if is_ready(&self.cluster, pid, &socket) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                bail!("PostgreSQL did not answer within {START_LIMIT:?}; {}", self.log_for_errors());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn memory_still_in_use(&self) -> bool {
        self.log_tail(20).contains("is still in use")
    }

    fn log_for_errors(&self) -> String {
        format!("the end of {}:\n{}", self.log.path().display(), self.log_tail(20))
    }

    /// A libpq URL for `user` on `database`, over the unix socket. Any role that exists may connect: the
    /// socket's directory is closed to other users.
    pub fn url(&self, user: &str, database: &str) -> String {
        let host = encode(&self.socket.path().to_string_lossy());
        format!("postgres://{}@{host}:5432/{}", encode(user), encode(database))
    }

    /// The superuser `postgres` on the database `postgres`.
    pub fn superuser_url(&self) -> String {
        self.url("postgres", "postgres")
    }

    /// The server's process id.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// Is the server's main process still there?
    pub fn is_alive(&mut self) -> bool {
        matches!(self.server.exited(), Ok(None))
    }

    /// The last `lines` lines that this run has logged.
    pub fn log_tail(&self, lines: usize) -> String {
        self.log.tail(lines)
    }

    /// For example `15.13`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where the programs come from: `installed at …` or `fetched privately into …`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The cluster's directory, `<data_dir>/postgres`.
    pub fn data_dir(&self) -> &Path {
        &self.cluster
    }

    /// Stops the server: connections are closed and their transactions rolled back. Takes at most about
    /// 12 s, after which the server is killed; what was committed is safe either way.
    pub fn stop(mut self) -> Result<()> {
        self.shut_down()
    }

    fn shut_down(&mut self) -> Result<()> {
        self.stopped = true;
        for (signal, patience) in STOP {
            self.server.signal(signal).context("cannot signal PostgreSQL")?;
            if self.server.wait(patience).context("cannot watch PostgreSQL")?.is_some() {
                self.remove_socket();
                return Ok(());
            }
        }
        self.server.signal_group(Signal::SIGKILL).context("cannot kill PostgreSQL")?;
        self.server.wait(Duration::from_secs(1)).context("cannot watch PostgreSQL")?;
        bail!("PostgreSQL did not stop in time and was killed; {}", self.log_for_errors())
    }

    /// Removes the socket's directory, unless a successor, started before we were dropped, already uses it.
    fn remove_socket(&self) {
        if PidFile::read(&self.cluster).is_none_or(|file| file.pid == self.server.pid()) {
            // One left behind does no harm: the next start takes it over.
            let _ = self.socket.remove();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if !self.stopped
            && let Err(cause) = self.shut_down()
        {
            log::warn!("{cause:#}");
        }
    }
}

/// `postgres` itself rather than `pg_ctl`: what we spawn is what we watch. All settings are given here and
/// none in `postgresql.conf`, so that a new release's settings reach an old cluster.
fn command(
    options: &PostgresOptions,
    cluster: &Path,
    binaries: &Binaries,
    user: &ServerUser,
    socket: &Path,
) -> Command {
    let mut command = binaries.command("postgres", user);
    command.arg("-D").arg(cluster);
    let flag = |on: bool| if on { "on" } else { "off" };
    for (name, value) in [
        ("listen_addresses", ""),
        ("port", "5432"),
        ("unix_socket_directories", &socket.to_string_lossy()),
        ("unix_socket_permissions", "0700"),
        ("max_connections", &options.max_connections.to_string()),
        ("shared_buffers", "64MB"),
        // Nobody replicates from here: the least log, and no senders kept ready.
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("autovacuum", "on"),
        // Compiling short queries costs more than it saves, and a fetched copy comes without the compiler.
        ("jit", "off"),
        // The one zone that needs no zone files, which a bare system lacks.
        ("timezone", "GMT"),
        ("log_timezone", "GMT"),
        ("log_line_prefix", "%m [%p] "),
        ("fsync", flag(options.durable)),
        ("full_page_writes", flag(options.durable)),
    ] {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    command
}

/// Percent-encodes everything but letters, digits and `-._~`.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
