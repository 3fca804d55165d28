//! The directory in memory: answers by id and by e-mail address without a query.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use service_kit::auth::{AccessClaims, TokenHash};
use uuid::Uuid;

use crate::{person::Person, tokens::KnownToken};

/// A token that is in use is asked about again after so long.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Everybody known, the personal access tokens that were met, and what of sessions and tokens is over.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    people: HashMap<Uuid, Person>,
    by_email: HashMap<String, Uuid>,
    ended: HashSet<Uuid>,
    tokens: HashMap<TokenHash, Met>,
}

#[derive(Debug)]
struct Met {
    token: KnownToken,
    asked: Option<Instant>,
}

impl Memory {
    pub(crate) fn person(&self, id: Uuid) -> Option<&Person> {
        self.people.get(&id)
    }

    pub(crate) fn by_email(&self, email: &str) -> Option<&Person> {
        self.people.get(self.by_email.get(&email.to_lowercase())?)
    }

    pub(crate) fn has_ended(&self, sid: Uuid) -> bool {
        self.ended.contains(&sid)
    }

    /// Takes in a state, unless a later one is known.
    pub(crate) fn remember(&mut self, person: Person) {
        let known = self.people.get(&person.id);
        if known.is_some_and(|known| known.sequence > person.sequence) {
            return;
        }
        if let Some(known) = known {
            let old = known.email.to_lowercase();
            if self.by_email.get(&old) == Some(&person.id) {
                self.by_email.remove(&old);
            }
        }
        if !person.deleted {
            self.by_email.insert(person.email.to_lowercase(), person.id);
        }
        self.people.insert(person.id, person);
    }

    pub(crate) fn end(&mut self, sessions: impl IntoIterator<Item = Uuid>) {
        self.ended.extend(sessions);
    }

    pub(crate) fn token(&self, hash: &TokenHash) -> Option<&KnownToken> {
        self.tokens.get(hash).map(|met| &met.token)
    }

    /// Takes in what the user service has just said.
    pub(crate) fn remember_token(&mut self, token: KnownToken) {
        self.tokens.insert(token.hash(), Met { token, asked: Some(Instant::now()) });
    }

    /// Takes in what the table says, which another replica may have written.
    pub(crate) fn read_token(&mut self, token: KnownToken) {
        self.tokens.entry(token.hash()).or_insert(Met { token, asked: None });
    }

    pub(crate) fn forget_token(&mut self, hash: &TokenHash) {
        self.tokens.remove(hash);
    }

    /// Whether the user service should be asked about the token again.
    pub(crate) fn is_due(&self, hash: &TokenHash) -> bool {
        let due = |met: &Met| met.asked.is_none_or(|at| at.elapsed() >= ASKED_AGAIN_AFTER);
        self.tokens.get(hash).is_some_and(due)
    }

    /// True for the one who is to ask.
    pub(crate) fn take_turn(&mut self, hash: &TokenHash) -> bool {
        let due = self.is_due(hash);
        if let Some(met) = self.tokens.get_mut(hash).filter(|_| due) {
            met.asked = Some(Instant::now());
        }
        due
    }

    /// False when a token contradicts what is known of its owner, though nothing that is known has voided it.
    pub(crate) fn fits(person: &Person, claims: &AccessClaims) -> bool {
        let is_void = person.not_before.is_some_and(|instant| claims.iat < instant.timestamp());
        is_void || (person.is_active() && person.role == claims.role.as_str())
    }

    /// True when a token issued at `issued_at` (whole seconds) may still act for this person.
    pub(crate) fn accepts(person: &Person, issued_at: i64) -> bool {
        let issued_before = |instant: DateTime<Utc>| issued_at < instant.timestamp();
        person.is_active() && !person.not_before.is_some_and(issued_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(sequence: i64, email: &str) -> Person {
        Person {
            id: Uuid::from_u128(1),
            email: email.to_owned(),
            username: None,
            role: "user".to_owned(),
            is_active: true,
            timezone: "UTC".to_owned(),
            not_before: None,
            deleted: false,
            sequence,
        }
    }

    #[test]
    fn a_later_state_stays_whatever_the_order() {
        let mut memory = Memory::default();
        memory.remember(person(2, "New@x.org"));
        memory.remember(person(1, "old@x.org"));
        assert_eq!(memory.by_email("new@X.ORG").map(|p| p.sequence), Some(2));
        assert_eq!(memory.by_email("old@x.org"), None);
        memory.remember(person(3, "third@x.org"));
        assert_eq!(memory.by_email("new@x.org"), None);
    }

    #[test]
    fn of_many_who_use_a_token_one_asks_about_it() {
        let mut memory = Memory::default();
        let token = KnownToken {
            hash: vec![7; 32],
            id: Uuid::from_u128(2),
            user_id: Uuid::from_u128(1),
            scopes: Vec::new(),
            expires_at: None,
        };
        let hash = token.hash();
        assert!(!memory.take_turn(&hash));
        memory.read_token(token.clone());
        assert!(memory.take_turn(&hash) && !memory.take_turn(&hash));
        memory.remember_token(token);
        assert!(!memory.is_due(&hash));
        memory.forget_token(&hash);
        assert_eq!(memory.token(&hash), None);
    }

    #[test]
    fn a_token_from_before_is_void_and_one_of_the_same_second_is_not() {
        let mut someone = person(1, "a@x.org");
        someone.not_before = DateTime::from_timestamp(1_000, 500_000_000);
        assert!(!Memory::accepts(&someone, 999));
        assert!(Memory::accepts(&someone, 1_000));
    }
}
