//! What somebody typed as their second factor.

use super::{code::DIGITS, recovery};
use crate::passwords::secret::Secret;

/// A second factor, by its form. No `Debug`: it must not be logged.
#[derive(Clone, PartialEq, Eq)]
pub enum Given {
    /// Six digits from an app.
    Code(String),
    /// A recovery code in its plain form.
    Recovery(String),
    /// Neither; so it is wrong.
    Nonsense,
}

impl Given {
    /// Tells which it is; spaces do not count.
    #[must_use]
    pub fn parse(text: &Secret) -> Self {
        let digits: String = text.reveal().chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
        if digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Code(digits);
        }
        recovery::parse(text.reveal()).map_or(Self::Nonsense, Self::Recovery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_tells_which_it_is() {
        let given = |text: &str| Given::parse(&Secret::new(text.to_owned()));
        assert!(given("123 456") == Given::Code("123456".to_owned()));
        assert!(given("ABCDE-fghjk") == Given::Recovery("abcdefghjk".to_owned()));
        for bad in ["", "12345", "1234567", "hello", "١٢٣٤٥٦"] {
            assert!(given(bad) == Given::Nonsense, "{bad}");
        }
    }
}
