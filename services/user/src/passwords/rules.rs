//! What a new password must be. Pure; the rules are told to whoever breaks them, all at once.

use serde_json::{Value, json};
use service_kit::http::wire;

use super::{common, secret::Secret};
use crate::accounts::email::Email;

const LEAST: usize = 10;
const MOST: usize = 128;

/// What of that JSON Schema can say.
#[must_use]
pub fn wire() -> Value {
    wire::with(wire::text_up_to(MOST), json!({"minLength": LEAST, "example": "correct horse battery"}))
}

/// What is wrong with a new password, for the account of this address (if it is known yet).
#[must_use]
pub fn faults(password: &Secret, email: Option<&Email>) -> Vec<String> {
    let text = password.reveal();
    let mut faults = Vec::new();
    let length = text.chars().count();
    if length < LEAST {
        faults.push(format!("must have at least {LEAST} characters"));
    }
    if length > MOST {
        faults.push(format!("must have {MOST} characters at most"));
    }
    if text.chars().any(|c| (c < ' ' && c != '\n' && c != '\t') || c == '\u{7f}') {
        faults.push("must not contain control characters".to_owned());
    }
    if common::contains(text) {
        faults.push("is one of the most common passwords".to_owned());
    }
    let lower = text.to_lowercase();
    if email.is_some_and(|email| lower == email.key() || lower == email.local_part().to_lowercase()) {
        faults.push("must not be your e-mail address or its first part".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(password: &str) -> bool {
        let email = Email::parse("longlocalpart@example.org").expect("an address");
        !faults(&Secret::new(password.to_owned()), Some(&email)).is_empty()
    }

    #[test]
    fn weak_passwords_are_refused() {
        for weak in [
            "",
            "short",
            "123456789",
            "Password123",
            "qwertyuiop",
            "LongLocalPart",
            "LongLocalPart@example.ORG",
        ] {
            assert!(is_refused(weak), "{weak}");
        }
        assert!(is_refused("null\0null\0null"));
        assert!(is_refused(&"x".repeat(129)));
    }

    #[test]
    fn good_passwords_are_taken_and_lengths_are_counted_in_characters() {
        for good in ["correct horse battery", "pässwörter", "  spaces count  ", &"é".repeat(127)] {
            assert!(!is_refused(good), "{good}");
        }
    }

    #[test]
    fn every_fault_is_told() {
        assert_eq!(faults(&Secret::new("123\u{1}".to_owned()), None).len(), 2);
    }
}
