//! Debian packages unpacked into a directory of ours. `apt-get` does the work, with a state of its own in that
//! directory: the same sources and keys as the system's, no privileges, and nothing installed system-wide.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::tool::{in_path, run};
use crate::whole_dir::make_whole;

/// What to fetch: these packages and, of what they need and the system lacks, what `keep` says by name.
pub(crate) struct Shopping<'a> {
    /// For people: what it is all for.
    pub(crate) what: &'a str,
    pub(crate) packages: &'a [String],
    pub(crate) keep: fn(&str) -> bool,
}

/// Is this a Debian or a relative of it?
pub(crate) fn available() -> bool {
    in_path("apt-get").is_some() && in_path("dpkg-deb").is_some()
}

/// Fetches and unpacks `shopping` into `target`.
pub(crate) fn fetch(target: &Path, shopping: &Shopping<'_>) -> Result<()> {
    make_whole(target, |root| {
        let apt = Apt::new(root.join(".apt"))?;
        // One of many sources may be down; whether the others are enough, the next step shows.
        let updated = apt.run(&["update"]);
        let found = apt.resolve(shopping, updated)?;
        log::info!(
            "{} is not installed: fetching {} Debian packages ({:.0} MB) into {}; nothing is installed system-wide",
            shopping.what,
            found.names.len(),
            found.bytes as f64 / 1e6,
            target.display(),
        );
        apt.download(&found.names)?;
        apt.unpack(root)?;
        fs::remove_dir_all(&apt.dir).with_context(|| format!("cannot remove {}", apt.dir.display()))
    })
}

/// `LD_LIBRARY_PATH` for programs unpacked into `root`: its libraries first, then whatever was set.
pub(crate) fn library_path(root: &Path) -> Option<OsString> {
    let is_triplet =
        |dir: &PathBuf| dir.file_name().is_some_and(|name| name.to_string_lossy().contains("-linux-"));
    let mut dirs: Vec<PathBuf> = ["usr/lib", "lib"]
        .iter()
        .filter_map(|below| fs::read_dir(root.join(below)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()).filter(is_triplet))
        .collect();
    dirs.extend(env::var_os("LD_LIBRARY_PATH").iter().flat_map(env::split_paths));
    env::join_paths(dirs).ok()
}

/// What an installation would bring that is worth having.
struct Found {
    names: Vec<String>,
    bytes: u64,
}

struct Apt {
    dir: PathBuf,
}

impl Apt {
    fn new(dir: PathBuf) -> Result<Apt> {
        for below in ["state/lists/partial", "cache/archives/partial", "debs"] {
            let path = dir.join(below);
            fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        }
        Ok(Apt { dir })
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut apt = Command::new("apt-get");
        let dir = self.dir.display();
        for option in [
            format!("Dir::State={dir}/state"),
            format!("Dir::Cache={dir}/cache"),
            // What the system already has need not be fetched again.
            "Dir::State::status=/var/lib/dpkg/status".to_owned(),
            // The lists and archives are ours alone, so there is nobody to lock out, and the user that apt
            // would otherwise become could not write there.
            "Debug::NoLocking=true".to_owned(),
            "APT::Sandbox::User=root".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "Acquire::Retries=3".to_owned(),
        ] {
            apt.arg("-o").arg(option);
        }
        run(apt.arg("-qq").args(arguments).current_dir(self.dir.join("debs")))
    }

    /// Asks what installing would download. `updated` explains, if that cannot be told.
    fn resolve(&self, shopping: &Shopping<'_>, updated: Result<String>) -> Result<Found> {
        let mut arguments = vec!["install", "--print-uris", "--yes", "--no-install-recommends"];
        arguments.extend(shopping.packages.iter().map(String::as_str));
        let listing = match (self.run(&arguments), updated) {
            (Err(cause), Err(update)) => return Err(cause.context(format!("{update:#}"))),
            (listing, _) => listing?,
        };
        let mut found = Found { names: Vec::new(), bytes: 0 };
        for (name, bytes) in listing.lines().filter_map(offered).filter(|(name, _)| (shopping.keep)(name)) {
            found.names.push(name.to_owned());
            found.bytes += bytes;
        }
        if found.names.is_empty() {
            bail!("apt-get offers nothing for {}", shopping.packages.join(", "));
        }
        Ok(found)
    }

    fn download(&self, names: &[String]) -> Result<()> {
        let mut arguments = vec!["download"];
        arguments.extend(names.iter().map(String::as_str));
        self.run(&arguments).map(drop)
    }

    fn unpack(&self, root: &Path) -> Result<()> {
        let debs = self.dir.join("debs");
        for entry in fs::read_dir(&debs).with_context(|| format!("cannot read {}", debs.display()))? {
            let deb = entry.with_context(|| format!("cannot read {}", debs.display()))?.path();
            run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(root))?;
        }
        Ok(())
    }
}

/// Reads `'<address>' <name>_<version>_<architecture>.deb <bytes> <hash>`.
fn offered(line: &str) -> Option<(&str, u64)> {
    let mut words = line.split(' ');
    let file = words.nth(1)?;
    Some((file.split_once('_')?.0, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::offered;

    #[test]
    fn an_offer_is_a_name_and_a_size() {
        let line = "'http://deb.example/pool/libs/libssl3_3.0-1%7edeb12u2_amd64.deb' libssl3_3.0-1~deb12u2_amd64.deb 2036016 MD5Sum:4efa";
        assert_eq!(offered(line), Some(("libssl3", 2_036_016)));
        assert_eq!(offered("Reading package lists..."), None);
    }
}
