//! The secrets of one data directory: made at the first start, kept in a file that only its owner may read.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

const FILE: &str = "secrets.json";

/// What must stay the same from start to start.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// Signs paging cursors.
    pub cursor_secret: String,
    /// Is mixed into password hashes; without it no password can be checked.
    pub password_pepper: String,
}

impl Secrets {
    /// The secrets of `data_dir`; new ones if it has none yet.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn load_or_make(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(FILE);
        if path.exists() {
            let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            return serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()));
        }
        let secrets = Self { cursor_secret: random_text(32), password_pepper: random_text(32) };
        // Written whole or not at all: a half-written file would lock everybody out.
        let draft = data_dir.join(format!("{FILE}.tmp"));
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(&secrets)?)?;
        file.sync_all()?;
        fs::rename(&draft, &path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(secrets)
    }
}

/// Random text of `bytes` bytes of entropy, from the operating system.
#[must_use]
pub fn random_text(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    rand::RngCore::fill_bytes(&mut rand::rng(), &mut random);
    URL_SAFE_NO_PAD.encode(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_the_same_and_are_for_the_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = std::env::temp_dir().join(format!("docket-secrets-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        let first = Secrets::load_or_make(&directory).expect("made");
        let second = Secrets::load_or_make(&directory).expect("read");
        assert_eq!(first.password_pepper, second.password_pepper);
        let mode = fs::metadata(directory.join(FILE)).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(&directory).expect("removed");
    }
}
