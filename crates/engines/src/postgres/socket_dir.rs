//! Where the server's unix socket lies: a short, private directory, since a socket's whole path may have
//! only 107 bytes and whoever can reach the socket is trusted.

use std::env;
use std::fs::{self, DirBuilder, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::server_user::ServerUser;

/// The socket's name within its directory; Postgres derives it from the "port" 5432.
const SOCKET: &str = ".s.PGSQL.5432";
/// What `sockaddr_un` holds, less its closing zero byte.
const LONGEST: usize = 107;

/// The socket's directory, owned by the server's user and closed to others.
#[derive(Debug)]
pub(crate) struct SocketDir {
    path: PathBuf,
}

impl SocketDir {
    /// Makes, or takes over from an earlier run, the directory that belongs to `data_dir`, and empties it.
    /// The caller has made sure that no server of that data directory runs.
    pub(crate) fn prepare(data_dir: &Path, user: &ServerUser) -> Result<SocketDir> {
        let path = choose(data_dir, user);
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => user.own(&path)?,
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => take_over(&path, user)?,
            Err(cause) => return Err(cause).with_context(|| format!("cannot create {}", path.display())),
        }
        let dir = SocketDir { path };
        dir.clear().with_context(|| format!("cannot clear {}", dir.path.display()))?;
        Ok(dir)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path.join(SOCKET)
    }

    /// Removes the directory and what a killed server left in it.
    pub(crate) fn remove(&self) -> io::Result<()> {
        self.clear()?;
        fs::remove_dir(&self.path)
    }

    fn clear(&self) -> io::Result<()> {
        for name in [SOCKET.to_owned(), format!("{SOCKET}.lock")] {
            match fs::remove_file(self.path.join(name)) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The user's runtime directory, unless its path is long; `/tmp` for it and for root, whose runtime directory
/// the server's user cannot enter.
fn choose(data_dir: &Path, user: &ServerUser) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (data_dir, user.uid()).hash(&mut hasher);
    let name = format!("docket-{:016x}", hasher.finish());
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    runtime
        .filter(|dir| !user.is_dropped() && dir.is_absolute() && dir.is_dir())
        .map(|dir| dir.join(&name))
        .filter(|dir| dir.join(SOCKET).as_os_str().len() <= LONGEST)
        .unwrap_or_else(|| Path::new("/tmp").join(name))
}

/// `/tmp` is everybody's: a directory that another user made there must not be trusted with our socket.
fn take_over(path: &Path, user: &ServerUser) -> Result<()> {
    let found = fs::symlink_metadata(path).with_context(|| format!("cannot look at {}", path.display()))?;
    let ours = [user.uid(), nix::unistd::geteuid().as_raw()].contains(&found.uid());
    if !found.is_dir() || !ours {
        bail!("{} should be our socket directory but belongs to another user: remove it", path.display());
    }
    fs::set_permissions(path, Permissions::from_mode(0o700))
        .with_context(|| format!("cannot close {}", path.display()))?;
    user.own(path)
}
