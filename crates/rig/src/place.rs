//! A directory of its own for one run, outside the checkout: the database's user has to be able to enter it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// The directory.
pub struct Place {
    path: PathBuf,
    keep: bool,
}

impl Place {
    /// Makes it.
    pub fn make(keep: bool) -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("docket-rig-{}", uuid::Uuid::now_v7().simple()));
        fs::create_dir(&path).with_context(|| format!("cannot create {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        Ok(Self { path, keep })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Deletes it, unless somebody will want to look.
    pub fn leave(self, all_is_well: bool) {
        if self.keep || !all_is_well {
            eprintln!("Data and logs are in {}.", self.path.display());
        } else if let Err(error) = fs::remove_dir_all(&self.path) {
            eprintln!("{} stays: {error}", self.path.display());
        }
    }
}
