//! PostgreSQL from the system's own Debian or Ubuntu archive: the version its users expect, with security fixes.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Source;
use crate::debs::{self, Shopping};
use crate::postgres::find::versions_in;

pub(super) const SOURCE: Source =
    Source { name: "Debian packages", dir: "postgresql-debs", serves: |_| debs::available(), fetch, bins };

/// Without a major version: the one that this release of the system calls `postgresql`.
fn fetch(target: &Path, major: Option<u32>) -> Result<()> {
    let package = major.map_or_else(|| "postgresql".to_owned(), |major| format!("postgresql-{major}"));
    debs::fetch(target, &Shopping { what: "PostgreSQL", packages: &[package], keep })
}

fn bins(target: &Path) -> Vec<PathBuf> {
    versions_in(&target.join("usr/lib/postgresql"), "", "bin")
}

/// The server and the libraries that it links to; neither the compiler for `jit`, which is off, nor Perl,
/// which only Debian's wrappers need, nor another C library than the one that is running.
fn keep(package: &str) -> bool {
    if let Some(version) = package.strip_prefix("postgresql-") {
        return version.bytes().all(|byte| byte.is_ascii_digit());
    }
    let unneeded = [
        "libllvm",
        "libz3",
        "libperl",
        "libgdbm",
        "libc6",
        "libc-",
        "libjson-perl",
        "libedit",
        "libreadline",
    ];
    package.starts_with("lib") && !unneeded.iter().any(|prefix| package.starts_with(prefix))
}
