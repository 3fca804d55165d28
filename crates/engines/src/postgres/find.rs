//! Which PostgreSQL to run: the first of a fixed list of places that has a whole one.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::server_user::ServerUser;

/// The oldest major version whose SQL Docket's migrations may use.
const OLDEST: u32 = 13;

/// A PostgreSQL that can be run.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    /// Holds both `initdb` and `postgres`.
    pub(crate) bin: PathBuf,
    /// `LD_LIBRARY_PATH` for a copy that brings its own libraries.
    pub(crate) libraries: Option<OsString>,
    /// For people: where it came from.
    pub(crate) origin: String,
    /// For example `15.13`.
    pub(crate) version: String,
    pub(crate) major: u32,
}

impl Binaries {
    /// The program `name`, run as `user`, in a directory that everybody can enter and in a fixed language.
    pub(crate) fn command(&self, name: &str, user: &ServerUser) -> Command {
        command(&self.bin.join(name), self.libraries.as_ref(), user)
    }
}

fn command(program: &Path, libraries: Option<&OsString>, user: &ServerUser) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C");
    if let Some(path) = libraries {
        command.env("LD_LIBRARY_PATH", path);
    }
    user.apply(&mut command);
    command
}

/// Looks at `bin` by running it as `user`: `None` if it lacks a program, cannot be run or is too old.
pub(crate) fn inspect(
    bin: &Path,
    libraries: Option<OsString>,
    origin: String,
    user: &ServerUser,
) -> Option<Binaries> {
    if !bin.join("initdb").is_file() {
        return None;
    }
    let output = command(&bin.join("postgres"), libraries.as_ref(), user).arg("--version").output().ok()?;
    // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_once("(PostgreSQL) ")?.1.split_whitespace().next()?.to_owned();
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    let major = digits.parse().ok().filter(|major| *major >= OLDEST)?;
    Some(Binaries { bin: bin.to_owned(), libraries, origin, version, major })
}

/// The binaries to use. `major` is that of the cluster that already lies in the data directory: only the same
/// major can open it. `Ok(None)` if there are none; an error only if `pg_bin` names some that will not do.
pub(crate) fn find(
    pg_bin: Option<&Path>,
    fetched: impl FnOnce() -> Option<Binaries>,
    major: Option<u32>,
    user: &ServerUser,
) -> Result<Option<Binaries>> {
    let fits = |found: &Binaries| major.is_none_or(|major| found.major == major);
    let installed = |bin: PathBuf| inspect(&bin, None, format!("installed at {}", bin.display()), user);
    if let Some(bin) = pg_bin {
        let Some(found) = installed(bin.to_owned()) else {
            bail!(
                "PG_BIN={} holds no PostgreSQL {OLDEST} or newer that {} can run (initdb and postgres are needed)",
                bin.display(),
                user.label(),
            );
        };
        if !fits(&found) {
            bail!(
                "PG_BIN={} is PostgreSQL {}, but the data directory was made by {}",
                bin.display(),
                found.version,
                major.unwrap_or_default(),
            );
        }
        return Ok(Some(found));
    }
    Ok(fetched().filter(fits).or_else(|| installed_places().into_iter().filter_map(installed).find(fits)))
}

/// Where packages put PostgreSQL: per family the highest version first, `PATH` last.
fn installed_places() -> Vec<PathBuf> {
    let mut places = versions_in(Path::new("/usr/lib/postgresql"), "", "bin");
    places.extend(versions_in(Path::new("/usr"), "pgsql-", "bin"));
    places.extend(versions_in(Path::new("/opt/homebrew/opt"), "postgresql@", "bin"));
    places.extend(versions_in(Path::new("/usr/local/opt"), "postgresql@", "bin"));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths).filter(|dir| dir.is_absolute()));
    places
}

/// `<parent>/<prefix><number>/<below>` for every number there is, the highest first.
pub(crate) fn versions_in(parent: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let numbers: BTreeSet<u32> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix(prefix)?.parse().ok())
        .collect();
    numbers.iter().rev().map(|number| parent.join(format!("{prefix}{number}")).join(below)).collect()
}
