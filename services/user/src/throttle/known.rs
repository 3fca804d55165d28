//! Known devices: where somebody has signed in to an account before is not held up by what strangers do to it.
//!
//! A login leaves a signed cookie that is good for that account alone. It lets nobody in: whoever has it still needs the
//! password, and their failures are counted for the device. (OWASP calls them device cookies.)

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::passwords::pepper::{Pepper, Peppers};

/// Name of the cookie.
pub const COOKIE: &str = "docket_device";
/// It is sent to the login alone.
const PATH: &str = "/api/users/login";
const DAYS: i64 = 180;

const ID: usize = 16;
const HEAD: usize = ID + 8;
const WHOLE: usize = HEAD + 32;

/// What is compared in place of an address, which may be anything that somebody typed, a password too.
#[must_use]
pub fn account_digest(email: &str) -> [u8; 32] {
    Sha256::digest(email.trim().to_lowercase()).into()
}

/// Makes and reads the cookies. Cheap to clone.
#[derive(Clone)]
pub struct KnownDevices {
    peppers: Peppers,
    is_secure: bool,
}

impl KnownDevices {
    /// Signed under these peppers; over HTTPS only, if that is how people reach Docket.
    #[must_use]
    pub fn new(peppers: Peppers, public_url: &str) -> Self {
        Self { peppers, is_secure: public_url.starts_with("https://") }
    }

    /// The cookie that makes `device` known for the account of that digest. It holds the device's id, its last day, and
    /// a keyed digest of both with the account's.
    #[must_use]
    pub fn cookie(&self, device: Uuid, account: &[u8; 32], now: DateTime<Utc>) -> Cookie<'static> {
        let until = now.timestamp() + DAYS * 86_400;
        let mut bytes = device.as_bytes().to_vec();
        bytes.extend_from_slice(&until.to_be_bytes());
        let tag = tag(self.peppers.present(), &bytes, account);
        bytes.extend_from_slice(&tag);
        Cookie::build(COOKIE, URL_SAFE_NO_PAD.encode(bytes))
            .path(PATH)
            .http_only(true)
            .secure(self.is_secure)
            .same_site(SameSite::Strict)
            .max_age(Duration::days(DAYS))
            .finish()
    }

    /// The device that `cookie` makes known for that account, if it does.
    #[must_use]
    pub fn device(&self, cookie: &str, account: &[u8; 32], now: DateTime<Utc>) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok().filter(|bytes| bytes.len() == WHOLE)?;
        let (head, given) = bytes.split_at(HEAD);
        let genuine = self.peppers.all().any(|pepper| tag(pepper, head, account).ct_eq(given).into());
        let (id, until) = head.split_at(ID);
        let until = i64::from_be_bytes(until.try_into().ok()?);
        (genuine && now.timestamp() < until).then(|| Uuid::from_slice(id).ok())?
    }
}

fn tag(pepper: &Pepper, head: &[u8], account: &[u8; 32]) -> [u8; 32] {
    pepper.tag("known device", &[head, account].concat())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn devices(present: &str, former: &[&str]) -> KnownDevices {
        let former: Vec<String> = former.iter().map(|text| (*text).to_owned()).collect();
        KnownDevices::new(Peppers::new(present, &former), "https://docket.example")
    }

    #[test]
    fn a_device_is_known_for_its_account_and_time_alone() {
        let (devices, now, id) = (devices("pepper", &[]), Utc::now(), Uuid::new_v4());
        let (ann, bob) = (account_digest("Ann@example.org "), account_digest("bob@example.org"));
        let cookie = devices.cookie(id, &ann, now);
        assert_eq!(devices.device(cookie.value(), &account_digest("ann@example.org"), now), Some(id));
        assert_eq!(devices.device(cookie.value(), &bob, now), None);
        assert_eq!(devices.device(cookie.value(), &ann, now + TimeDelta::days(DAYS)), None);
        for bad in ["", "x", &cookie.value()[1..], &format!("{}A", cookie.value())] {
            assert_eq!(devices.device(bad, &ann, now), None, "{bad}");
        }
    }

    #[test]
    fn every_changed_character_makes_it_void() {
        let (devices, now) = (devices("pepper", &[]), Utc::now());
        let ann = account_digest("ann@example.org");
        let cookie = devices.cookie(Uuid::new_v4(), &ann, now);
        let value = cookie.value();
        for index in 0..value.len() {
            let mut changed = value.to_owned();
            let other = if &value[index..=index] == "A" { "B" } else { "A" };
            changed.replace_range(index..=index, other);
            assert_eq!(devices.device(&changed, &ann, now), None, "{index}");
        }
    }

    #[test]
    fn after_a_new_pepper_devices_stay_known() {
        let (now, id, ann) = (Utc::now(), Uuid::new_v4(), account_digest("ann@example.org"));
        let cookie = devices("old", &[]).cookie(id, &ann, now);
        assert_eq!(devices("new", &["old"]).device(cookie.value(), &ann, now), Some(id));
        assert_eq!(devices("new", &[]).device(cookie.value(), &ann, now), None);
    }

    #[test]
    fn the_cookie_is_for_the_login_alone_and_no_script_reads_it() {
        let ann = account_digest("ann@example.org");
        let text = devices("pepper", &[]).cookie(Uuid::new_v4(), &ann, Utc::now()).to_string();
        for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/api/users/login", "Max-Age=15552000"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
