//! Sends the mails of a [`MailQueue`], a batch at a time, until it is told to stop.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::{
    MailFault, Mailer,
    queue::{Held, Leased, MailQueue, Verdict, verdict},
};

/// Mails of one batch, sent side by side: well within their lease.
const BATCH: i64 = 20;
/// Pause when there was nothing to do.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends mails.
pub struct Sender<Q> {
    queue: Q,
    mailer: Option<Arc<dyn Mailer>>,
}

impl<Q: MailQueue> Sender<Q> {
    /// A sender of the mails in `queue`; without a mailer every mail is marked as skipped.
    #[must_use]
    pub fn new(queue: Q, mailer: Option<Arc<dyn Mailer>>) -> Self {
        Self { queue, mailer }
    }

    /// One batch; tells how many mails it dealt with.
    ///
    /// # Errors
    /// The queue's.
    pub async fn step(&self) -> Result<usize, Q::Error> {
        let Some(mailer) = &self.mailer else { return self.queue.skip().await };
        let leased = self.queue.lease(BATCH).await?;
        if leased.is_empty() {
            return Ok(0);
        }
        failpoints::fail_point!("mail::leased");
        let attempts = leased.into_iter().map(|row| async { (row.id, attempt(&**mailer, row).await) });
        let settled = join_all(attempts).await;
        failpoints::fail_point!("mail::sent");
        let count = settled.len();
        self.queue.settle(settled).await?;
        failpoints::fail_point!("mail::settled");
        Ok(count)
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

/// Tries to send one mail.
pub async fn attempt(mailer: &dyn Mailer, row: Leased) -> Verdict {
    match row.mail {
        Ok(mail) => verdict(mailer.send(&mail).await, row.attempts),
        Err(Held::Missing(what)) => verdict(Err(MailFault::Passing(what)), row.attempts),
        Err(Held::Skip(why)) => Verdict::Skipped(why),
        Err(Held::Wait(why, time)) => Verdict::Waits(why, time),
    }
}
