//! The form of a personal access token: `dkt_`, 43 random characters, 6 of checksum. Pure.
//!
//! The prefix and the checksum let a secret scanner tell a leaked token from other text without asking us:
//! `dkt_[0-9A-Za-z]{49}`, of which the last six are the CRC-32 of the 43 before them, in base 62 (digits, capitals,
//! small letters), with leading zeros.

use rand::{Rng as _, distr::Alphanumeric};
use sha2::{Digest as _, Sha256};

/// How every personal access token begins.
pub const PREFIX: &str = "dkt_";
/// 62^43 is more than 2^256.
const RANDOM: usize = 43;
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// SHA-256 of a token: all that any database keeps of it. A fast hash is enough: there is nothing to guess in 256
/// random bits.
pub type TokenHash = [u8; 32];

/// A well-formed personal access token. No `Debug`: it must not be logged.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalToken(String);

impl PersonalToken {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let random: String = rand::rng().sample_iter(Alphanumeric).take(RANDOM).map(char::from).collect();
        Self(format!("{PREFIX}{random}{}", checksum(&random)))
    }

    /// The token in this text, if it is exactly one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(PREFIX)?;
        let sound = body.len() == RANDOM + CHECKSUM && body.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (random, check) = body.split_at_checked(RANDOM)?;
        (sound && check == checksum(random)).then(|| Self(text.to_owned()))
    }

    /// The token itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// What its owner may see of it later on: the prefix and four characters.
    #[must_use]
    pub fn hint(&self) -> &str {
        self.0.get(..PREFIX.len() + 4).unwrap_or(PREFIX)
    }
}

fn checksum(random: &str) -> String {
    let mut rest = crc32fast::hash(random.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_understood_and_no_two_are_alike() {
        let (one, two) = (PersonalToken::random(), PersonalToken::random());
        assert!(PersonalToken::parse(one.reveal()).is_some_and(|parsed| parsed.hash() == one.hash()));
        assert!(one != two);
        assert_eq!(one.reveal().len(), 53);
        assert!(one.reveal().starts_with(one.hint()));
    }

    #[test]
    fn the_checksum_is_the_documented_one() {
        // CRC-32 of 43 letters `A` is 0xc2b5986 by zlib.
        let random = "A".repeat(RANDOM);
        assert!(PersonalToken::parse(&format!("dkt_{random}{}", checksum(&random))).is_some());
        assert_eq!(checksum(&random), "0DofJ8");
    }

    #[test]
    fn one_character_off_is_no_token() {
        let token = PersonalToken::random();
        for index in 0..token.reveal().len() {
            let mut other = token.reveal().as_bytes().to_vec();
            other[index] = if other[index] == b'x' { b'y' } else { b'x' };
            assert!(PersonalToken::parse(&String::from_utf8(other).expect("ASCII")).is_none(), "at {index}");
        }
        for text in ["", "dkt_", "dkt_é", &format!("{}x", token.reveal()), &token.reveal().to_uppercase()] {
            assert!(PersonalToken::parse(text).is_none(), "{text}");
        }
    }
}
