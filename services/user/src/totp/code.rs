//! The arithmetic of RFC 6238 with what every authenticator app understands: HMAC-SHA-1, 30 seconds, six digits. Pure.
//!
//! It is thirty lines over crates that are here anyway; a crate for it would bring more than it saves.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// Bytes of a secret: as many as SHA-1 has (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// Digits of a code.
pub const DIGITS: usize = 6;

const STEP_SECONDS: i64 = 30;
/// Clocks of phones go wrong, and people type slowly: one step to either side.
const DRIFT: i64 = 1;
const ISSUER: &str = "Docket";

/// The number of the time step that `at` is in.
#[must_use]
pub fn step_at(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(STEP_SECONDS)
}

/// The code of a time step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    // HMAC takes keys of any length, so the other arm is never reached; its empty text equals no code.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let word = [digest[offset] & 0x7f, digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    format!("{:06}", u32::from_be_bytes(word) % 1_000_000)
}

/// The time step whose code `given` is, if it is near `now` and later than `last_used`: no code works twice.
#[must_use]
pub fn accepted_step(secret: &[u8], given: &str, now: DateTime<Utc>, last_used: i64) -> Option<i64> {
    let present = step_at(now);
    (present - DRIFT..=present + DRIFT)
        .filter(|&step| step > last_used)
        .find(|&step| code(secret, step).as_bytes().ct_eq(given.as_bytes()).into())
}

/// The secret as people type it.
#[must_use]
pub fn to_text(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The URI that apps read from a QR code.
#[must_use]
pub fn uri(account: &str, secret: &[u8]) -> String {
    let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
    format!(
        "otpauth://totp/{ISSUER}:{account}?secret={}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
        to_text(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 6238, appendix B.
    const KEY: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("an instant")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // Appendix B shows eight digits; six are the last six of them.
        for (seconds, digits) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code(KEY, step_at(at(seconds))), digits[2..], "at {seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_to_either_side_and_no_further() {
        let now = at(3_000);
        let given = |step: i64| code(KEY, step_at(now) + step);
        for step in -1..=1 {
            assert_eq!(accepted_step(KEY, &given(step), now, 0), Some(step_at(now) + step));
        }
        for step in [-2, 2] {
            assert_eq!(accepted_step(KEY, &given(step), now, 0), None);
        }
        for bad in ["", "0", "00000000", "abcdef"] {
            assert_eq!(accepted_step(KEY, bad, now, 0), None);
        }
    }

    #[test]
    fn a_step_that_was_used_and_those_before_it_are_over() {
        let now = at(3_000);
        let used = step_at(now);
        assert_eq!(accepted_step(KEY, &code(KEY, used), now, used), None);
        assert_eq!(accepted_step(KEY, &code(KEY, used - 1), now, used), None);
        assert_eq!(accepted_step(KEY, &code(KEY, used + 1), now, used), Some(used + 1));
    }

    #[test]
    fn the_uri_names_account_and_secret() {
        let uri = uri("ann+1@example.org", KEY);
        let wanted = "otpauth://totp/Docket:ann%2B1%40example%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&\
                      issuer=Docket&algorithm=SHA1&digits=6&period=30";
        assert_eq!(uri, wanted);
    }
}
