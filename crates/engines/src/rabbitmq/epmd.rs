//! Erlang's port mapper, which a node registers with: one of our own, in the foreground and on loopback, since
//! the one that Erlang would start by itself listens everywhere and outlives us.

use std::fs::File;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::find::Broker;
use crate::child::Supervised;
use crate::server_user::ServerUser;

const START_LIMIT: Duration = Duration::from_secs(10);

/// Starts the port mapper on 127.0.0.1:`port` and waits until it answers.
pub(crate) fn start(broker: &Broker, port: u16, user: &ServerUser, log: File) -> Result<Supervised> {
    let mut command = Command::new(broker.erlang.join("epmd"));
    command.args(["-address", "127.0.0.1", "-port", &port.to_string()]).current_dir("/");
    if let Some(path) = &broker.libraries {
        command.env("LD_LIBRARY_PATH", path);
    }
    command.stdin(Stdio::null()).stdout(log.try_clone().context("cannot share the log")?).stderr(log);
    user.apply(&mut command);
    let mut epmd =
        Supervised::spawn(command, Signal::SIGKILL).context("cannot start Erlang's port mapper")?;
    let deadline = Instant::now() + START_LIMIT;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Some(status) = epmd.exited().context("cannot watch Erlang's port mapper")? {
            bail!("Erlang's port mapper did not start ({status})");
        }
        if Instant::now() >= deadline {
            bail!("Erlang's port mapper did not answer within {START_LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(epmd)
}
