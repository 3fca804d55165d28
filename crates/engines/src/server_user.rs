//! Whom an engine runs as: us, unless we are root. Postgres refuses root, and RabbitMQ does not need it.

use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use nix::unistd::{Gid, Uid, User, getegid, geteuid};

/// The user an engine's processes run as and whose files they are.
#[derive(Debug, Clone)]
pub(crate) struct ServerUser {
    uid: Uid,
    gid: Gid,
    /// The name in the user database; containers often run as an id that has none.
    name: Option<String>,
    /// We are root and give that up for the engine's processes.
    dropped: bool,
}

impl ServerUser {
    /// The current user or, for root, the first that exists of `preferred` and `nobody`.
    pub(crate) fn choose(preferred: &str) -> Result<ServerUser> {
        if !geteuid().is_root() {
            let name =
                User::from_uid(geteuid()).context("cannot read the user database")?.map(|user| user.name);
            return Ok(ServerUser { uid: geteuid(), gid: getegid(), name, dropped: false });
        }
        for name in [preferred, "nobody"] {
            let found = User::from_name(name).context("cannot read the user database")?;
            if let Some(user) = found.filter(|user| !user.uid.is_root()) {
                return Ok(ServerUser { uid: user.uid, gid: user.gid, name: Some(user.name), dropped: true });
            }
        }
        bail!("running as root, and there is neither a user `{preferred}` nor `nobody` to run the server as")
    }

    pub(crate) fn uid(&self) -> u32 {
        self.uid.as_raw()
    }

    /// The name, or the bare id where the user database has none.
    pub(crate) fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("uid {}", self.uid))
    }

    pub(crate) fn is_named(&self) -> bool {
        self.name.is_some()
    }

    pub(crate) fn is_dropped(&self) -> bool {
        self.dropped
    }

    /// Has `command` run as this user. The standard library also gives up root's supplementary groups.
    pub(crate) fn apply(&self, command: &mut Command) {
        if self.dropped {
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
    }

    /// Gives `path` itself (not what lies below it) to this user.
    pub(crate) fn own(&self, path: &Path) -> Result<()> {
        if self.dropped {
            chown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
                .with_context(|| format!("cannot give {} to {}", path.display(), self.label()))?;
        }
        Ok(())
    }

    /// May this user enter `dir`? Asked of the kernel by entering it, so that access lists count too.
    pub(crate) fn can_enter(&self, dir: &Path) -> Result<bool> {
        let mut probe = Command::new("true");
        probe.current_dir(dir).stdin(Stdio::null());
        self.apply(&mut probe);
        match probe.status() {
            Ok(status) => Ok(status.success()),
            Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => Ok(false),
            Err(cause) => Err(cause).with_context(|| format!("cannot try to enter {}", dir.display())),
        }
    }
}
