//! E-mail addresses: parsed once, kept as given, compared without regard to case.

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::{Field, Param};

const MOST: usize = 254;
const MOST_LOCAL: usize = 64;
const MOST_LABEL: usize = 63;
/// What may stand before the `@` beside letters and digits (RFC 5322, `atext`, and the dot).
const LOCAL_SIGNS: &str = "!#$%&'*+-/=?^_`{|}~.";

/// An address of the plain form `local@domain`; no quotes, comments or address literals, which nobody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses it; spaces around it do not count. The domain needs a dot, but for `localhost`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let is_valid = text.len() <= MOST && is_local_part(local) && is_domain(domain);
        is_valid.then(|| Self(text.to_owned()))
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is compared by.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

fn is_local_part(local: &str) -> bool {
    (1..=MOST_LOCAL).contains(&local.len())
        && local.chars().all(|c| c.is_alphanumeric() || LOCAL_SIGNS.contains(c))
        && local.split('.').all(|word| !word.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MOST_LABEL).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (domain.contains('.') || domain.eq_ignore_ascii_case("localhost")) && domain.split('.').all(is_label)
}

impl Field for Email {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = value.as_str().ok_or_else(|| "must be a string".to_owned())?;
        Self::parse(text).ok_or_else(|| "must be an e-mail address".to_owned())
    }

    fn wire() -> Value {
        wire()
    }
}

impl Param for Email {
    fn from_param(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| "must be an e-mail address".to_owned())
    }

    fn wire() -> Value {
        wire()
    }
}

fn wire() -> Value {
    json!({"type": "string", "format": "email", "maxLength": MOST, "example": "ann@example.org"})
}

impl TypedData for Email {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_as_given_and_compared_without_case() {
        let email = Email::parse("  Ann.Lee+docket@Example.ORG ").expect("an address");
        assert_eq!(email.as_str(), "Ann.Lee+docket@Example.ORG");
        assert_eq!(email.key(), "ann.lee+docket@example.org");
        assert_eq!(email.local_part(), "Ann.Lee+docket");
        for good in ["a@b.co", "o'neil@example.org", "jörg@müller.example", "root@localhost", "1@1.example"]
        {
            assert!(Email::parse(good).is_some(), "{good}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("a@{}org", "label.".repeat(50));
        for bad in [
            "",
            "@",
            "a@",
            "@b.org",
            "a.b.org",
            "a@b",
            "a@b@c.org",
            "a b@c.org",
            "a@b c.org",
            "a@.org",
            "a@b..org",
            "a@-b.org",
            "a..b@c.org",
            ".a@c.org",
            "a@b.org.",
            "a\0@b.org",
            "a\n@b.org",
            "a@b.org\r\nBcc: x@y.org",
            "\"a\"@b.org",
            "<a@b.org>",
            "a@[127.0.0.1]",
            "a,b@c.org",
            "a\u{200b}@b.org",
            &long,
            &longer,
        ] {
            assert!(Email::parse(bad).is_none(), "{bad:?}");
        }
    }
}
