//! Sends the mails that wait, a batch at a time.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use mail::{MailFault, Mailer};
use service_kit::db::Db;
use tokio_util::sync::CancellationToken;

use super::{
    letter,
    queue::{self, Leased, Verdict},
};
use crate::error::Error;

/// Mails of one batch, sent side by side: well within their lease.
const BATCH: i64 = 20;
/// Mails that one statement skips.
const SKIPPED: i64 = 1000;
/// Pause when there was nothing to do.
const PAUSE: Duration = Duration::from_secs(2);
/// Attempts before a mail counts as failed: about half a day.
const ATTEMPTS: i32 = 18;
const FIRST_DELAY: Duration = Duration::from_secs(15);
const LONGEST_DELAY: Duration = Duration::from_secs(3600);

/// Sends mails.
pub struct Sender {
    db: Db,
    mailer: Option<Arc<dyn Mailer>>,
    letters: letter::Letterhead,
}

impl Sender {
    /// A sender; without a mailer every mail is marked as skipped.
    #[must_use]
    pub fn new(db: Db, mailer: Option<Arc<dyn Mailer>>, public_url: &str) -> Self {
        Self { db, mailer, letters: letter::Letterhead::new(public_url) }
    }

    /// One batch; tells how many mails it dealt with.
    ///
    /// # Errors
    /// The database's. What was sent without that being written down is sent again after the lease.
    pub async fn step(&self) -> Result<usize, Error> {
        let Some(mailer) = &self.mailer else {
            return self.db.transaction(|conn| Ok(queue::skip(conn, SKIPPED)?)).await;
        };
        let leased = self.db.transaction(|conn| Ok::<_, Error>(queue::lease(conn, BATCH)?)).await?;
        let attempts = leased.iter().map(|row| async { (row.id, self.attempt(&**mailer, row).await) });
        let settled = join_all(attempts).await;
        let count = settled.len();
        if count > 0 {
            self.db.transaction(move |conn| Ok::<_, Error>(queue::settle(conn, &settled)?)).await?;
        }
        Ok(count)
    }

    async fn attempt(&self, mailer: &dyn Mailer, row: &Leased) -> Verdict {
        let outcome = match (&row.address, row.is_active) {
            (Some(_), Some(false)) => return Verdict::Skipped("the account is not active".to_owned()),
            (Some(address), _) => mailer.send(&self.letters.letter(row, address)).await,
            (None, _) => Err(MailFault::Passing("the recipient is not known here yet".to_owned())),
        };
        verdict(outcome, row.attempts)
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            let step = tokio::select! {
                () = stop.cancelled() => return,
                step = self.step() => step,
            };
            match step {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => log::warn!("mail: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

/// Pure: what follows from the outcome of the attempt number `attempts`.
fn verdict(outcome: Result<String, MailFault>, attempts: i32) -> Verdict {
    match outcome {
        Ok(answer) => Verdict::Sent(answer),
        Err(MailFault::Permanent(answer)) => Verdict::Failed(answer),
        Err(MailFault::Passing(answer)) if attempts >= ATTEMPTS => Verdict::Failed(answer),
        Err(MailFault::Passing(answer)) => {
            let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
            Verdict::Later(answer, (FIRST_DELAY * 2_u32.pow(doublings)).min(LONGEST_DELAY))
        }
    }
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
}
