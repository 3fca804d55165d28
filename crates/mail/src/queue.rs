//! What a service keeps of its mails on their way: rows of its own that are leased, sent and settled. The service knows
//! its table and its words; [`crate::Sender`] knows when to try again and when to give up.

use std::{fmt::Display, time::Duration};

use async_trait::async_trait;
use uuid::Uuid;

use crate::{Mail, MailFault};

/// Attempts before a mail counts as failed: about half a day.
pub const ATTEMPTS: i32 = 18;
const FIRST_DELAY: Duration = Duration::from_secs(15);
const LONGEST_DELAY: Duration = Duration::from_secs(3600);

/// Mails that wait, in the service's database.
#[async_trait]
pub trait MailQueue: Send + Sync + 'static {
    /// What the database may say.
    type Error: Display + Send;

    /// Takes at most `limit` mails that are due, for a few minutes: if they are not settled by then (the process died),
    /// they are due again.
    ///
    /// # Errors
    /// The database's.
    async fn lease(&self, limit: i64) -> Result<Vec<Leased>, Self::Error>;

    /// Writes down what became of them.
    ///
    /// # Errors
    /// The database's. What was sent without that being written down is sent again after the lease.
    async fn settle(&self, settled: Vec<(Uuid, Verdict)>) -> Result<(), Self::Error>;

    /// Where mail is not set up: says so on the mails that wait; tells on how many.
    ///
    /// # Errors
    /// The database's.
    async fn skip(&self) -> Result<usize, Self::Error>;
}

/// A mail in a sender's hands.
#[derive(Debug, Clone)]
pub struct Leased {
    /// The row's id.
    pub id: Uuid,
    /// Attempts, this one included.
    pub attempts: i32,
    /// The mail, or why it is not to be sent now.
    pub mail: Result<Mail, Held>,
}

/// Why a mail is not sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It is not to go at all.
    Skip(String),
    /// Something is missing that may come: counts as an attempt.
    Missing(String),
    /// It has to wait for so long, which is no attempt.
    Wait(String, Duration),
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It went, with these words of the server.
    Sent(String),
    /// It never will.
    Failed(String),
    /// It is not to go.
    Skipped(String),
    /// Another attempt, after this time.
    Later(String, Duration),
    /// Not tried: its turn comes after this time.
    Waits(String, Duration),
}

/// Pure: what follows from the outcome of the attempt number `attempts`.
#[must_use]
pub fn verdict(outcome: Result<String, MailFault>, attempts: i32) -> Verdict {
    match outcome {
        Ok(answer) => Verdict::Sent(answer),
        Err(MailFault::Permanent(answer)) => Verdict::Failed(answer),
        Err(MailFault::Passing(answer)) if attempts >= ATTEMPTS => Verdict::Failed(answer),
        Err(MailFault::Passing(answer)) => Verdict::Later(answer, delay(attempts)),
    }
}

/// The time between the attempt number `attempts` and the next one.
#[must_use]
pub fn delay(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    (FIRST_DELAY * 2_u32.pow(doublings)).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passing_fault_is_tried_again_ever_later_and_then_given_up() {
        let passing = |attempts| verdict(Err(MailFault::Passing("busy".to_owned())), attempts);
        assert_eq!(passing(1), Verdict::Later("busy".to_owned(), Duration::from_secs(15)));
        assert_eq!(passing(3), Verdict::Later("busy".to_owned(), Duration::from_secs(60)));
        assert_eq!(passing(17), Verdict::Later("busy".to_owned(), LONGEST_DELAY));
        assert_eq!(passing(ATTEMPTS), Verdict::Failed("busy".to_owned()));
        let permanent = verdict(Err(MailFault::Permanent("no such user".to_owned())), 1);
        assert_eq!(permanent, Verdict::Failed("no such user".to_owned()));
    }

    #[test]
    fn the_attempts_reach_over_a_night() {
        let all: Duration = (1..ATTEMPTS).map(delay).sum();
        assert!((Duration::from_secs(8 * 3600)..Duration::from_secs(24 * 3600)).contains(&all), "{all:?}");
    }
}
