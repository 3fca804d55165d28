//! A RabbitMQ fetched privately, into `<data_dir>/fetched/rabbitmq-debs`: Debian packages or nothing.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::RabbitOptions;
use super::find::{Broker, installed, unpacked};
use crate::debs::{self, Shopping};
use crate::install_line;

/// Debian's `erl` only looks for Erlang in `/usr/lib`; this one looks beside itself.
const ERL: &str = r#"#!/bin/sh
ROOTDIR=$(cd "$(dirname "$0")/../usr/lib/erlang" && pwd)
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
EMU=beam
PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
"#;

/// Finds or fetches a RabbitMQ; what an earlier start fetched comes before what is installed.
pub(crate) fn obtain(options: &RabbitOptions, data_dir: &Path) -> Result<Broker> {
    let target = place(data_dir);
    if let Some(found) = unpacked(&target).or_else(installed) {
        return Ok(found);
    }
    let line = install_line::rabbitmq();
    if !options.allow_fetch {
        bail!("RabbitMQ is not installed and may not be fetched. Type: {line}");
    }
    if !debs::available() {
        bail!("RabbitMQ is not installed, and only Debian's packages can be fetched privately. Type: {line}");
    }
    fetch(&target)
        .with_context(|| format!("RabbitMQ is not installed and could not be fetched. Type: {line}"))?;
    unpacked(&target).with_context(|| format!("what was fetched holds no RabbitMQ. Type: {line}"))
}

fn place(data_dir: &Path) -> PathBuf {
    data_dir.join("fetched").join("rabbitmq-debs")
}

fn fetch(target: &Path) -> Result<()> {
    // RabbitMQ loads eldap at its start although its package only recommends it.
    let packages = ["rabbitmq-server".to_owned(), "erlang-eldap".to_owned()];
    debs::fetch(target, &Shopping { what: "RabbitMQ", packages: &packages, keep })?;
    if target.join("usr/lib/erlang/bin/epmd").exists() {
        write_erl(&target.join("erlang")).context("cannot write the start script for Erlang")?;
    }
    Ok(())
}

fn write_erl(dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir)?;
    let erl = dir.join("erl");
    fs::write(&erl, ERL)?;
    fs::set_permissions(&erl, Permissions::from_mode(0o755))?;
    symlink("../usr/lib/erlang/bin/epmd", dir.join("epmd"))
}

/// The broker, all of Erlang, and the libraries that Erlang links to; not the Python of the admin tool, nor
/// what rotates logs.
fn keep(package: &str) -> bool {
    let needed = [
        "rabbitmq-server",
        "erlang-",
        "libssl",
        "libncurses",
        "libtinfo",
        "libsystemd",
        "libstdc++",
        "zlib1g",
    ];
    needed.iter().any(|prefix| package.starts_with(prefix))
}
