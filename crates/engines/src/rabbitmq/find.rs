//! Which RabbitMQ to run, and on which Erlang.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::debs;
use crate::tool::in_path;

/// A RabbitMQ with the Erlang that it runs on.
#[derive(Debug, Clone)]
pub(crate) struct Broker {
    /// Holds `sbin/rabbitmq-server` and `plugins`. Debian's wrapper in `/usr/sbin` insists on being root or the
    /// user `rabbitmq`; the script in here does not.
    pub(crate) home: PathBuf,
    /// The directory of `erl` and `epmd`.
    pub(crate) erlang: PathBuf,
    /// `ERL_LIBS`: fetched parts of Erlang beside an installed rest.
    pub(crate) erlang_libs: Option<PathBuf>,
    /// `LD_LIBRARY_PATH` for a copy that brings its own libraries.
    pub(crate) libraries: Option<OsString>,
    /// For people: where it came from.
    pub(crate) origin: String,
}

/// The installed RabbitMQ, if there is one and an Erlang.
pub(crate) fn installed() -> Option<Broker> {
    let mut homes = homes_in(Path::new("/usr/lib/rabbitmq/lib"));
    homes.extend(["/opt/homebrew/opt/rabbitmq", "/usr/local/opt/rabbitmq"].map(PathBuf::from));
    let home = homes.into_iter().find(|home| home.join("sbin/rabbitmq-server").is_file())?;
    let origin = format!("installed at {}", home.display());
    Some(Broker { home, erlang: installed_erlang()?, erlang_libs: None, libraries: None, origin })
}

/// The RabbitMQ that was unpacked into `root`, with the Erlang that came along or, if the system had one
/// already, with that.
pub(crate) fn unpacked(root: &Path) -> Option<Broker> {
    let home = homes_in(&root.join("usr/lib/rabbitmq/lib")).into_iter().next()?;
    let own = own_erlang(root);
    let erlang_libs = own.is_none().then(|| root.join("usr/lib/erlang/lib")).filter(|libs| libs.is_dir());
    Some(Broker {
        home,
        erlang: own.or_else(installed_erlang)?,
        erlang_libs,
        libraries: debs::library_path(root),
        origin: format!("fetched privately into {}", root.display()),
    })
}

/// Where [`fetch`](super::fetch) puts an `erl` that works anywhere.
pub(crate) fn own_erlang(root: &Path) -> Option<PathBuf> {
    Some(root.join("erlang")).filter(|dir| dir.join("erl").is_file())
}

fn installed_erlang() -> Option<PathBuf> {
    let erl = in_path("erl").or_else(|| Some(PathBuf::from("/usr/bin/erl")).filter(|erl| erl.is_file()))?;
    let dir = erl.parent()?.to_owned();
    dir.join("epmd").is_file().then_some(dir)
}

/// `rabbitmq_server-<version>` directories in `parent`, the last by name first.
fn homes_in(parent: &Path) -> Vec<PathBuf> {
    let mut homes: Vec<PathBuf> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("sbin/rabbitmq-server").is_file())
        .collect();
    homes.sort();
    homes.reverse();
    homes
}

/// `PATH` with the broker's Erlang first.
pub(crate) fn search_path(broker: &Broker) -> Option<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths([broker.erlang.clone()].into_iter().chain(env::split_paths(&rest))).ok()
}
