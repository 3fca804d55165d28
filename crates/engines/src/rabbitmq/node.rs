//! The running broker: a single node, reachable on loopback only, started, watched and stopped.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::find::{Broker, search_path};
use super::home::Home;
use super::{RabbitOptions, epmd, fetch, ports};
use crate::child::Supervised;
use crate::log_file::LogFile;
use crate::server_user::ServerUser;

/// A start takes 4–6 s on an idle machine and several times that on a busy one.
const START_LIMIT: Duration = Duration::from_secs(90);
/// How long an orderly shutdown may take before the node is killed; what was confirmed is safe either way.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A running private RabbitMQ. Dropping it stops it; if this process is killed, the kernel stops it.
pub struct RabbitMq {
    // The order matters: fields are dropped from the top, and the node goes before its port mapper.
    node: Supervised,
    epmd: Supervised,
    log: LogFile,
    url: String,
    origin: String,
    stopped: bool,
}

impl RabbitMq {
    /// Starts a broker in `<data_dir>/rabbitmq` and waits until it speaks AMQP. What it logs goes to
    /// `<data_dir>/rabbitmq.log`; an error carries that log's tail.
    pub fn start(options: &RabbitOptions) -> Result<RabbitMq> {
        let data_dir = options
            .data_dir
            .canonicalize()
            .with_context(|| format!("there is no data directory {}", options.data_dir.display()))?;
        let user = ServerUser::choose("rabbitmq")?;
        if !user.can_enter(&data_dir)? {
            bail!("{} cannot enter {}, where its data should go", user.label(), data_dir.display());
        }
        let broker = fetch::obtain(options, &data_dir)?;
        let [amqp, distribution, mapper] = ports::of(&data_dir)?;
        let home = Home::prepare(&data_dir, amqp, &user)?;
        let (log, output) = LogFile::open(data_dir.join("rabbitmq.log"))?;
        let for_epmd = output.try_clone().context("cannot share the log")?;
        let epmd = epmd::start(&broker, mapper, &user, for_epmd)?;
        let mut command = command(&broker, &home, distribution, mapper);
        command.stdout(output.try_clone().context("cannot share the log")?).stderr(output);
        user.apply(&mut command);
        let node = Supervised::spawn(command, Signal::SIGTERM).context("cannot start RabbitMQ")?;
        let url = format!("amqp://docket:{}@127.0.0.1:{amqp}/%2f", home.password);
        let mut rabbit = RabbitMq { node, epmd, log, url, origin: broker.origin, stopped: false };
        rabbit.await_ready(amqp)?;
        Ok(rabbit)
    }

    fn await_ready(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(status) = self.node.exited().context("cannot watch RabbitMQ")? {
                bail!("RabbitMQ did not start ({status}); {}", self.log_for_errors());
            }
            if speaks_amqp(port) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                bail!("RabbitMQ did not answer within {START_LIMIT:?}; {}", self.log_for_errors());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn log_for_errors(&self) -> String {
        format!("the end of {}:\n{}", self.log.path().display(), self.log_tail(30))
    }

    /// An AMQP URL with the broker's only user, who may do everything, on the default virtual host. The port
    /// stays the same from start to start, unless somebody else has taken it.
    pub fn amqp_url(&self) -> String {
        self.url.clone()
    }

    /// The node's process id.
    pub fn pid(&self) -> u32 {
        self.node.pid()
    }

    /// Is the node's process still there?
    pub fn is_alive(&mut self) -> bool {
        matches!(self.node.exited(), Ok(None))
    }

    /// The last `lines` lines that this run has logged.
    pub fn log_tail(&self, lines: usize) -> String {
        self.log.tail(lines)
    }

    /// Where it comes from: `installed at …` or `fetched privately into …`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Stops the broker in order; after 30 s it is killed. Takes about 2 s.
    pub fn stop(mut self) -> Result<()> {
        self.shut_down()
    }

    fn shut_down(&mut self) -> Result<()> {
        self.stopped = true;
        self.node.signal(Signal::SIGTERM).context("cannot signal RabbitMQ")?;
        let ended = self.node.wait(STOP_LIMIT).context("cannot watch RabbitMQ")?;
        if ended.is_none() {
            self.node.signal_group(Signal::SIGKILL).context("cannot kill RabbitMQ")?;
            self.node.wait(Duration::from_secs(1)).context("cannot watch RabbitMQ")?;
        }
        self.epmd.signal(Signal::SIGKILL).context("cannot stop Erlang's port mapper")?;
        self.epmd.wait(Duration::from_secs(1)).context("cannot watch Erlang's port mapper")?;
        if ended.is_none() {
            bail!("RabbitMQ did not stop in time and was killed; {}", self.log_for_errors());
        }
        Ok(())
    }
}

impl Drop for RabbitMq {
    fn drop(&mut self) {
        if !self.stopped
            && let Err(cause) = self.shut_down()
        {
            log::warn!("{cause:#}");
        }
    }
}

/// The server's script, told to become the Erlang process rather than to wait for it.
fn command(broker: &Broker, home: &Home, distribution: u16, mapper: u16) -> Command {
    let mut command = Command::new(broker.home.join("sbin/rabbitmq-server"));
    command.current_dir(&home.dir).stdin(Stdio::null());
    // A setting meant for another broker on this machine must not reach ours.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("RABBITMQ_") || name.starts_with("ERL_")) {
            command.env_remove(name);
        }
    }
    if let Some(path) = search_path(broker) {
        command.env("PATH", path);
    }
    if let Some(path) = &broker.libraries {
        command.env("LD_LIBRARY_PATH", path);
    }
    if let Some(libs) = &broker.erlang_libs {
        command.env("ERL_LIBS", libs);
    }
    command
        // Erlang keeps its cookie, the password between nodes, in the home directory.
        .env("HOME", &home.dir)
        .env("ERL_INETRC", home.at("inetrc"))
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("ERL_EPMD_PORT", mapper.to_string())
        .env("RABBITMQ_NODENAME", "docket@localhost")
        .env("RABBITMQ_DIST_PORT", distribution.to_string())
        .env("RABBITMQ_CONF_ENV_FILE", home.at("rabbitmq-env.conf"))
        .env("RABBITMQ_CONFIG_FILE", home.at("rabbitmq.conf"))
        .env("RABBITMQ_ADVANCED_CONFIG_FILE", home.at("advanced.config"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", home.at("enabled_plugins"))
        .env("RABBITMQ_PLUGINS_DIR", broker.home.join("plugins"))
        .env("RABBITMQ_MNESIA_BASE", home.at("mnesia"))
        .env("RABBITMQ_LOG_BASE", home.at("log"))
        .env("RABBITMQ_LOGS", "-")
        .env("RABBITMQ_PID_FILE", home.at("pid"))
        // "Allow input" has the script replace itself; there is none, which Erlang must not take for its end.
        .env("RABBITMQ_ALLOW_INPUT", "true")
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput -kernel inet_dist_use_interface {127,0,0,1}");
    command
}

/// Does what listens on `port` answer a client's first eight bytes with a method frame on channel 0?
fn speaks_amqp(port: u16) -> bool {
    let ask = || -> std::io::Result<[u8; 3]> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"AMQP\x00\x00\x09\x01")?;
        let mut frame = [0; 3];
        stream.read_exact(&mut frame)?;
        Ok(frame)
    };
    ask().is_ok_and(|frame| frame == [1, 0, 0])
}
