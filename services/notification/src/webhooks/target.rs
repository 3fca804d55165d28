//! Pure: where a webhook may lead. Its URL is read when it is set, its addresses are judged at each connection.

use std::{net::IpAddr, sync::Arc};

use ipnet::IpNet;
use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::{Field, text};
use url::{Host, Url};

use super::address::is_public;

const LONGEST: usize = 2048;

/// The URL of a webhook: http or https, a host, no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it, as a clause that follows the field's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| "must be an absolute URL".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or a password: deliveries are signed instead".to_owned());
        }
        if url.host().is_none() || url.port() == Some(0) {
            return Err("must name a host".to_owned());
        }
        if url.fragment().is_some() {
            return Err("must not have a fragment".to_owned());
        }
        Ok(Self(url))
    }

    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// True unless the connection is encrypted.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// The host that it names.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.0.host_str()
    }

    /// The address, where the URL names one and no name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }
}

impl Field for Target {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = text::with_length(String::from_json(value)?, 1, LONGEST)?;
        Self::parse(&text)
    }

    fn wire() -> Value {
        json!({
            "type": "string", "format": "uri", "minLength": 1, "maxLength": LONGEST, "pattern": "^https?://[^#]+$",
            "example": "https://example.org/hooks/docket",
        })
    }
}

impl TypedData for Target {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// Where webhooks may lead: the public internet by https, and the networks that the operator allows, by http too.
#[derive(Debug, Clone)]
pub struct Policy(Arc<[IpNet]>);

impl Policy {
    /// With these networks beside the public internet.
    #[must_use]
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self(allowed.into())
    }

    /// Whether a connection to `address` may be made.
    #[must_use]
    pub fn admits(&self, address: IpAddr, is_plain: bool) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address)) || (!is_plain && is_public(address))
    }

    /// What can be said of a target before any name is looked up.
    ///
    /// # Errors
    /// What is wrong with it, as a clause that follows the field's name.
    pub fn check(&self, target: &Target) -> Result<(), String> {
        if target.is_plain() && self.0.is_empty() {
            return Err("must begin with https://".to_owned());
        }
        match target.address() {
            Some(address) if !self.admits(address, target.is_plain()) => {
                Err("must lead to a public address".to_owned())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &Policy, text: &str) -> Result<(), String> {
        policy.check(&Target::parse(text)?)
    }

    #[test]
    fn by_default_https_to_the_public_internet() {
        let policy = Policy::new(Vec::new());
        for good in ["https://example.org/hook?x=1", "https://example.org:8443", "https://1.1.1.1/"] {
            assert_eq!(check(&policy, good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "/hook",
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://user@example.org/",
            "https://user:pass@example.org/",
            "https://example.org/#part",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
        ] {
            assert!(check(&policy, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn allowed_networks_are_reached_by_http_too_and_others_are_not() {
        let policy = Policy::new(vec!["10.1.0.0/16".parse().expect("a network")]);
        assert_eq!(check(&policy, "http://10.1.2.3/"), Ok(()));
        assert_eq!(
            check(&policy, "http://inside.example/"),
            Ok(()),
            "its address is judged at the connection"
        );
        assert!(check(&policy, "http://10.2.0.1/").is_err());
        assert!(check(&policy, "https://10.2.0.1/").is_err());
        assert!(check(&policy, "http://1.1.1.1/").is_err());
        assert!(policy.admits("::ffff:10.1.0.1".parse().expect("an address"), true));
    }
}
