//! The cluster on disk: made once by `initdb` under a temporary name, so that what bears the real one is whole.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::find::Binaries;
use crate::child::die_with_parent;
use crate::server_user::ServerUser;

/// `<data_dir>/postgres`.
pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres")
}

/// The major version that made the cluster, or `None` if there is no cluster yet.
pub(crate) fn major(cluster: &Path) -> Result<Option<u32>> {
    let file = cluster.join("PG_VERSION");
    match fs::read_to_string(&file) {
        Ok(text) => {
            let major =
                text.trim().parse().with_context(|| format!("{} holds no version", file.display()))?;
            Ok(Some(major))
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// Makes the cluster of `data_dir`, which has none.
pub(crate) fn create(data_dir: &Path, binaries: &Binaries, user: &ServerUser, durable: bool) -> Result<()> {
    remove_unfinished(data_dir)?;
    let unfinished = data_dir.join(format!("postgres.tmp-{}", std::process::id()));
    let mut said = String::new();
    // C.UTF-8 sorts by code point and still knows letters beyond ASCII; not every system has it.
    for locale in ["C.UTF-8", "C"] {
        DirBuilder::new()
            .mode(0o700)
            .create(&unfinished)
            .with_context(|| format!("cannot create {}", unfinished.display()))?;
        user.own(&unfinished)?;
        let mut initdb = initdb(binaries, user)?;
        initdb.arg("-D").arg(&unfinished).arg(format!("--locale={locale}")).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--data-checksums",
        ]);
        if !durable {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().with_context(|| format!("cannot run {:?}", initdb.get_program()))?;
        if output.status.success() {
            let cluster = path(data_dir);
            return fs::rename(&unfinished, &cluster)
                .with_context(|| format!("cannot move the new cluster to {}", cluster.display()));
        }
        said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))?;
    }
    bail!("initdb ({}) failed: {said}", binaries.origin)
}

/// `initdb` looks its user up by id and gives up without a name, as in a container with an arbitrary id.
/// In a user namespace that maps us to `nobody` there is one, and on disk the files are still ours.
fn initdb(binaries: &Binaries, user: &ServerUser) -> Result<Command> {
    let mut initdb = binaries.command("initdb", user);
    if !user.is_named() {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-user=65534", "--map-group=65534", "--"]).arg(initdb.get_program());
        unshare.current_dir("/").envs(initdb.get_envs().filter_map(|(key, value)| Some((key, value?))));
        if !unshare_works() {
            bail!(
                "{} has no entry in /etc/passwd, which initdb needs, and user namespaces are not allowed here: \
                 run as a user with an entry, or give DATABASE_URL",
                user.label(),
            );
        }
        initdb = unshare;
    }
    die_with_parent(&mut initdb, Signal::SIGKILL);
    Ok(initdb)
}

fn unshare_works() -> bool {
    let probe = ["--user", "--map-user=65534", "--map-group=65534", "true"];
    Command::new("unshare").args(probe).output().is_ok_and(|output| output.status.success())
}

/// Removes what an `initdb` that was killed half way left. The caller is alone in the data directory.
fn remove_unfinished(data_dir: &Path) -> Result<()> {
    let entries = fs::read_dir(data_dir).with_context(|| format!("cannot read {}", data_dir.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", data_dir.display()))?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with("postgres.tmp-")) {
            let path = entry.path();
            fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}
