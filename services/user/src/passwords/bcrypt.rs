//! The slow part: bcrypt over the peppered password. Blocks for hundreds of milliseconds; only the pool calls it.
//!
//! A stored hash is `<pepper's name>$<bcrypt string>`.

use bcrypt::{HashParts, non_truncating_hash, non_truncating_verify};

use super::{pepper::Peppers, secret::Secret};

/// How passwords are hashed now.
#[derive(Clone)]
pub struct Scheme {
    peppers: Peppers,
    cost: u32,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// The password is the right one.
    pub matches: bool,
    /// The hash was made with another cost or pepper than the present one.
    pub is_outdated: bool,
}

impl Scheme {
    /// bcrypt of that cost (2^cost rounds).
    #[must_use]
    pub fn new(peppers: Peppers, cost: u32) -> Self {
        Self { peppers, cost }
    }

    /// The peppers.
    #[must_use]
    pub fn peppers(&self) -> &Peppers {
        &self.peppers
    }

    /// A hash to store.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn hash(&self, password: &Secret) -> Result<String, String> {
        let pepper = self.peppers.present();
        let hash = non_truncating_hash(pepper.mix(password.reveal()), self.cost);
        hash.map(|hash| format!("{}${hash}", pepper.id())).map_err(|error| error.to_string())
    }

    /// Checks a password. It takes the same time whether there is a hash or not, and whatever cost that was made with.
    #[must_use]
    pub fn check(&self, password: &Secret, stored: Option<&str>) -> Checked {
        let known = stored.and_then(|stored| {
            let (id, hash) = stored.split_once('$')?;
            let cost = hash.parse::<HashParts>().ok()?.get_cost();
            Some((self.peppers.named(id)?, hash, cost, id == self.peppers.present().id()))
        });
        let Some((pepper, hash, cost, is_present)) = known else {
            self.burn(password, self.cost);
            return Checked { matches: false, is_outdated: false };
        };
        let matches = non_truncating_verify(pepper.mix(password.reveal()), hash).unwrap_or(false);
        // 2^cost + 2^cost + 2^(cost + 1) + … = 2^(present cost): an older account is not told by a shorter time.
        for missing in cost..self.cost {
            self.burn(password, missing);
        }
        Checked { matches, is_outdated: cost != self.cost || !is_present }
    }

    /// Takes the time of a hash.
    fn burn(&self, password: &Secret, cost: u32) {
        let burnt = non_truncating_hash(self.peppers.present().mix(password.reveal()), cost);
        std::hint::black_box(burnt.is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(pepper: &str, cost: u32) -> Scheme {
        Scheme::new(Peppers::new(pepper, &["former".to_owned()]), cost)
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn the_right_password_and_no_other_matches() {
        let scheme = scheme("present", 4);
        let hash = scheme.hash(&secret("right")).expect("a hash");
        assert_eq!(
            scheme.check(&secret("right"), Some(&hash)),
            Checked { matches: true, is_outdated: false }
        );
        assert!(!scheme.check(&secret("wrong"), Some(&hash)).matches);
        assert!(!scheme.check(&secret("right"), None).matches);
        assert!(!scheme.check(&secret("right"), Some("!")).matches);
        assert!(!scheme.check(&secret(""), Some("")).matches);
    }

    #[test]
    fn a_hash_of_another_cost_or_pepper_still_matches_and_is_outdated() {
        let dearer = Checked { matches: true, is_outdated: true };
        let hash = scheme("present", 4).hash(&secret("right")).expect("a hash");
        assert_eq!(scheme("present", 5).check(&secret("right"), Some(&hash)), dearer);
        let hash = scheme("former", 4).hash(&secret("right")).expect("a hash");
        assert_eq!(scheme("present", 4).check(&secret("right"), Some(&hash)), dearer);
        let hash = scheme("forgotten", 4).hash(&secret("right")).expect("a hash");
        assert!(!scheme("present", 4).check(&secret("right"), Some(&hash)).matches);
    }
}
