//! Recovery codes, for whoever lost the phone: ten, each good for one use, kept as keyed hashes. Pure.

use uuid::Uuid;

use crate::passwords::pepper::{Pepper, Peppers};

/// How many there are.
pub const COUNT: usize = 10;
/// Characters of one, without its dash: 50 bits.
pub const LENGTH: usize = 10;

/// Crockford's 32 letters: none looks like another one.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// New codes, each in its plain form without the dash.
#[must_use]
pub fn generate() -> Vec<String> {
    (0..COUNT)
        .map(|_| {
            let random: [u8; LENGTH] = rand::random();
            random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
        })
        .collect()
}

/// As it is shown: `abcde-fghjk`.
#[must_use]
pub fn shown(plain: &str) -> String {
    let (first, second) = plain.split_at(LENGTH / 2);
    format!("{first}-{second}")
}

/// The plain form of what somebody typed, if it has the form of a code. Case, dashes, spaces and look-alikes do not
/// count.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|c| *c != '-' && !c.is_whitespace())
        .map(|c| match c.to_ascii_lowercase() {
            'i' | 'l' => '1',
            'o' => '0',
            c => c,
        })
        .take(LENGTH + 1)
        .collect();
    (plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(plain)
}

/// What the database keeps: 50 bits could be guessed from a fast hash, but not without the pepper.
#[must_use]
pub fn hash(pepper: &Pepper, user: Uuid, plain: &str) -> Vec<u8> {
    let mut bytes = user.as_bytes().to_vec();
    bytes.extend_from_slice(plain.as_bytes());
    pepper.tag("recovery code", &bytes).to_vec()
}

/// Every hash that the code may be kept as: codes outlive a pepper.
#[must_use]
pub fn hashes(peppers: &Peppers, user: Uuid, plain: &str) -> Vec<Vec<u8>> {
    peppers.all().map(|pepper| hash(pepper, user, plain)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ten_different_codes_are_read_back_however_they_are_typed() {
        let codes = generate();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), COUNT);
        for plain in codes {
            assert_eq!(parse(&shown(&plain)), Some(plain.clone()));
            assert_eq!(parse(&format!(" {} ", plain.to_uppercase())), Some(plain));
        }
        assert_eq!(parse("OIL00-00000").as_deref(), Some("0110000000"));
        for bad in ["", "123456", "abcde-fghj", "abcde-fghjkm", "abcde-fghj!", "äbcde-fghj"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_hash_belongs_to_its_owner_and_is_found_after_a_new_pepper() {
        let (ann, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let old = Peppers::new("old", &[]);
        let kept = hash(old.present(), ann, "0123456789");
        assert_ne!(kept, hash(old.present(), bob, "0123456789"));
        let new = Peppers::new("new", &["old".to_owned()]);
        assert!(hashes(&new, ann, "0123456789").contains(&kept));
    }
}
