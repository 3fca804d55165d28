//! Sends the mails of a [`MailQueue`], a batch at a time, until it is told to stop.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    MailFault, Mailer,
    queue::{Held, Leased, MailQueue, Verdict, verdict},
};

/// Mails of one batch, sent side by side: well within their lease.
const BATCH: usize = 20;
/// Pause when there was nothing to do.
const PAUSE: Duration = Duration::from_secs(2);
/// How long it is tried to write down what became of mails, which well within their lease keeps them from being sent
/// again; and the pause between two tries.
const SETTLING: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(200);

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
        let leased = self.queue.lease(BATCH as i64).await?;
        if leased.is_empty() {
            return Ok(0);
        }
        failpoints::fail_point!("mail::leased");
        let attempts = leased.into_iter().map(|row| async { (row.id, attempt(&**mailer, row).await) });
        let mut attempts = attempts.collect::<FuturesUnordered<_>>().ready_chunks(BATCH);
        let mut count = 0;
        // Whatever has gone is written down at once, without waiting for the slowest: were the process to die, only what
        // went in between would be sent again.
        while let Some(settled) = attempts.next().await {
            failpoints::fail_point!("mail::sent");
            count += settled.len();
            record(&settled);
            self.settle(settled).await?;
        }
        failpoints::fail_point!("mail::settled");
        Ok(count)
    }

    /// Writes down what became of mails, also when the database has to come back first.
    async fn settle(&self, settled: Vec<(Uuid, Verdict)>) -> Result<(), Q::Error> {
        let give_up = Instant::now() + SETTLING;
        loop {
            match self.queue.settle(settled.clone()).await {
                Err(error) if Instant::now() < give_up => log::warn!("mail: {error}"),
                outcome => return outcome,
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Runs until `stop`. A batch that has begun is brought to its end: what was sent would be sent again otherwise.
    pub async fn run(self, stop: CancellationToken) {
        for result in ["sent", "failed", "skipped", "put_off", "waits"] {
            metrics::counter!("mail_attempts_total", "result" => result).increment(0);
        }
        while !stop.is_cancelled() {
            match self.step().await {
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

fn record(settled: &[(Uuid, Verdict)]) {
    for (_, verdict) in settled {
        let result = match verdict {
            Verdict::Sent(_) => "sent",
            Verdict::Failed(_) => "failed",
            Verdict::Skipped(_) => "skipped",
            Verdict::Later(..) => "put_off",
            Verdict::Waits(..) => "waits",
        };
        metrics::counter!("mail_attempts_total", "result" => result).increment(1);
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

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use async_trait::async_trait;
    use tokio::sync::Notify;

    use super::*;
    use crate::Mail;

    /// One mail that is always due until it is settled; the database is away for the first tries to write that down.
    #[derive(Default)]
    struct One {
        away: Mutex<u32>,
        settled: Mutex<Vec<Verdict>>,
    }

    fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[async_trait]
    impl MailQueue for Arc<One> {
        type Error = &'static str;

        async fn lease(&self, _: i64) -> Result<Vec<Leased>, Self::Error> {
            let due = lock(&self.settled).is_empty();
            let one = Leased { id: Uuid::nil(), attempts: 1, mail: Ok(Mail::default()) };
            Ok(if due { vec![one] } else { Vec::new() })
        }

        async fn settle(&self, settled: Vec<(Uuid, Verdict)>) -> Result<(), Self::Error> {
            let mut away = lock(&self.away);
            if *away > 0 {
                *away -= 1;
                return Err("the database is away");
            }
            lock(&self.settled).extend(settled.into_iter().map(|(_, verdict)| verdict));
            Ok(())
        }

        async fn skip(&self) -> Result<usize, Self::Error> {
            Ok(0)
        }
    }

    /// Takes mails once it may; says that it has begun.
    #[derive(Default)]
    struct Post {
        begun: Notify,
        may: Notify,
        taken: Mutex<u32>,
    }

    #[async_trait]
    impl Mailer for Post {
        async fn send(&self, _: &Mail) -> Result<String, MailFault> {
            self.begun.notify_one();
            self.may.notified().await;
            *lock(&self.taken) += 1;
            Ok("250 ok".to_owned())
        }
    }

    fn sent() -> Vec<Verdict> {
        vec![Verdict::Sent("250 ok".to_owned())]
    }

    #[tokio::test]
    async fn what_was_sent_is_written_down_when_the_database_is_back_and_not_sent_again() {
        let (queue, post) =
            (Arc::new(One { away: Mutex::new(2), ..One::default() }), Arc::new(Post::default()));
        post.may.notify_one();
        let sender = Sender::new(Arc::clone(&queue), Some(Arc::clone(&post) as _));
        assert_eq!(sender.step().await, Ok(1));
        assert_eq!(sender.step().await, Ok(0));
        assert_eq!((*lock(&post.taken), lock(&queue.settled).clone()), (1, sent()));
    }

    #[tokio::test]
    async fn a_mail_that_is_on_its_way_at_the_end_is_written_down() {
        let (queue, post) = (Arc::new(One::default()), Arc::new(Post::default()));
        let stop = CancellationToken::new();
        let sender = Sender::new(Arc::clone(&queue), Some(Arc::clone(&post) as _));
        let running = tokio::spawn(sender.run(stop.clone()));
        post.begun.notified().await;
        stop.cancel();
        post.may.notify_one();
        assert!(running.await.is_ok());
        assert_eq!((*lock(&post.taken), lock(&queue.settled).clone()), (1, sent()));
    }
}
