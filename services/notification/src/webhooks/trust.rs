//! Whom connections by https believe: the public certificate authorities, and those of the operator's own, for receivers
//! inside whose certificates no public one has signed.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, ensure};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// What a client needs for https. Cheap to clone.
#[derive(Clone)]
pub struct Trust(ClientConfig);

impl Trust {
    /// The public authorities, and those in the file `own` (PEM), if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or holds no certificate of an authority.
    pub fn new(own: Option<&Path>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = own {
            add(&mut roots, path).with_context(|| format!("WEBHOOK_CA_FILE {}", path.display()))?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(config))
    }

    pub(super) fn config(&self) -> ClientConfig {
        self.0.clone()
    }
}

fn add(roots: &mut RootCertStore, path: &Path) -> anyhow::Result<()> {
    let before = roots.len();
    for certificate in CertificateDer::pem_file_iter(path)? {
        roots.add(certificate?)?;
    }
    ensure!(roots.len() > before, "it holds no certificate");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_holds_nothing_is_named() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for path in [here.join("no-such-file"), here.join("Cargo.toml")] {
            let error = Trust::new(Some(&path)).err().expect("an error");
            assert!(format!("{error:#}").contains("WEBHOOK_CA_FILE"), "{error:#}");
        }
        assert!(Trust::new(None).is_ok());
    }
}
