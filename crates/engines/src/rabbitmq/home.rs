//! Everything the broker keeps, in one closed directory: `<data_dir>/rabbitmq`.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use crate::leftover::Leftover;
use crate::server_user::ServerUser;

/// How long a leftover gets to shut down in order, and then to be gone.
const SIGNALS: [(Signal, Duration); 2] =
    [(Signal::SIGTERM, Duration::from_secs(30)), (Signal::SIGKILL, Duration::from_secs(5))];

/// The broker's directory and the password of its only user.
pub(crate) struct Home {
    pub(crate) dir: PathBuf,
    pub(crate) password: String,
}

impl Home {
    /// Lays out the directory for a start that listens on 127.0.0.1:`port`, and clears it of an earlier run's
    /// server.
    pub(crate) fn prepare(data_dir: &Path, port: u16, user: &ServerUser) -> Result<Home> {
        let dir = data_dir.join("rabbitmq");
        match DirBuilder::new().mode(0o700).create(&dir) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                return Err(cause).with_context(|| format!("cannot create {}", dir.display()));
            }
            _ => user.own(&dir)?,
        }
        clear(&dir)?;
        let password = password(&dir.join("password"))?;
        let home = Home { dir, password };
        // The user is made at the first start, and is then in the broker's own database.
        let configuration = format!(
            "listeners.tcp.local = 127.0.0.1:{port}\ndefault_user = docket\ndefault_pass = {}\n",
            home.password,
        );
        home.write("rabbitmq.conf", &configuration, user)?;
        home.write("enabled_plugins", "[].\n", user)?;
        // The node is called docket@localhost, and not every system knows what localhost is.
        home.write("inetrc", "{host, {127,0,0,1}, [\"localhost\"]}.\n{lookup, [file, native]}.\n", user)?;
        Ok(home)
    }

    /// A path inside.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn write(&self, name: &str, text: &str, user: &ServerUser) -> Result<()> {
        let path = self.at(name);
        fs::write(&path, text)
            .and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o600)))
            .with_context(|| format!("cannot write {}", path.display()))?;
        user.own(&path)
    }
}

/// Ends the node that still runs here, if any; it would hold the database.
fn clear(dir: &Path) -> Result<()> {
    let Ok(text) = fs::read_to_string(dir.join("pid")) else { return Ok(()) };
    let Ok(pid) = text.trim().parse() else { return Ok(()) };
    // Erlang names its home directory on its command line.
    Leftover { pid, program: "beam.smp", dir }.end(SIGNALS)
}

/// A password drawn at the first start: other users of this machine can reach the port, too.
fn password(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(password) => Ok(password),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            draw_password(path).with_context(|| format!("cannot write {}", path.display()))
        }
        Err(cause) => Err(cause).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn draw_password(path: &Path) -> io::Result<String> {
    let mut random = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    let password = format!("{:032x}", u128::from_ne_bytes(random));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(password.as_bytes())?;
    Ok(password)
}
