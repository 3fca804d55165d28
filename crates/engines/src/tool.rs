//! Somebody else's program run to its end: its output, or an error that says what it said.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs, path::Path};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use crate::child::die_with_parent;

/// Runs `command` to its end, which comes early if we are killed; gives its standard output.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    die_with_parent(command, Signal::SIGKILL);
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .env("LC_ALL", "C")
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where `PATH` has the program `name`.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|program| program.is_file())
}

/// Has `fill` fill a directory under a temporary name, then gives it the name `target`, in place of an older
/// one: what bears that name is whole.
pub(crate) fn make_whole(target: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut unfinished = target.as_os_str().to_owned();
    unfinished.push(".tmp");
    let unfinished = PathBuf::from(unfinished);
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished).with_context(|| format!("cannot create {}", unfinished.display()))?;
    if let Err(cause) = fill(&unfinished) {
        // The cause is worth more than a second complaint; the next attempt clears up first anyway.
        let _ = remove(&unfinished);
        return Err(cause);
    }
    remove(target)?;
    fs::rename(&unfinished, target).with_context(|| format!("cannot create {}", target.display()))
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(cause).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}
