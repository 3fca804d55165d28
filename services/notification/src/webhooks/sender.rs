//! Sends deliveries as they become due, many side by side, until it is told to stop.

use std::time::Duration;

use chrono::Utc;
use service_kit::db::Db;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Webhooks,
    attempt::Caller,
    queue::{self, Leased},
    settle::{Attempted, settle},
    verdict::{Outcome, Verdict, verdict},
};
use crate::error::Error;

/// Deliveries at work at the same time.
const SIDE_BY_SIDE: usize = 128;
/// The net under the wake-ups, and how often it is looked whether a retry is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// At the end what is at work may finish within this time; what does not is sent again by somebody else.
const DRAIN: Duration = Duration::from_secs(3);

/// Sends webhooks.
pub struct Sender {
    db: Db,
    webhooks: Webhooks,
    caller: Caller,
}

impl Sender {
    /// A sender of what lies in `db`.
    #[must_use]
    pub fn new(db: Db, webhooks: Webhooks) -> Self {
        let caller = Caller::new(webhooks.policy.clone(), &webhooks.trust);
        Self { db, webhooks, caller }
    }

    /// Sends what is due now and writes down what became of it; tells how many deliveries that were.
    ///
    /// # Errors
    /// The database's. What was sent without that being written down is sent again after the lease.
    pub async fn step(&self) -> Result<usize, Error> {
        let leased = self.lease(SIDE_BY_SIDE).await?;
        let count = leased.len();
        let mut at_work: JoinSet<_> = leased.into_iter().map(|one| self.deliver(one)).collect();
        while let Some(ended) = at_work.join_next().await {
            if let Ok(outcome) = ended {
                outcome?;
            }
        }
        Ok(count)
    }

    async fn lease(&self, room: usize) -> Result<Vec<Leased>, Error> {
        if !self.db.read(|conn| Ok::<_, Error>(queue::is_anything_due(conn)?)).await? {
            return Ok(Vec::new());
        }
        let (key, limit) = (self.webhooks.key.clone(), i64::try_from(room).unwrap_or(i64::MAX));
        self.db.transaction(move |conn| Ok::<_, Error>(queue::lease(conn, &key, limit)?)).await
    }

    fn deliver(&self, delivery: Leased) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let (db, caller) = (self.db.clone(), self.caller.clone());
        async move {
            let began = Instant::now();
            let outcome = if delivery.secrets.is_empty() {
                Outcome::Failed("its secret does not open: rotate it".to_owned())
            } else {
                caller.attempt(&delivery).await
            };
            let (now, jitter) = (Utc::now(), rand::random());
            let verdict = verdict(&outcome, delivery.attempts, now, delivery.give_up_at, jitter);
            metrics::counter!("webhook_attempts_total", "result" => verdict.as_str()).increment(1);
            let took_ms = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
            let attempted = Attempted { delivery, outcome, verdict, took_ms, at: now };
            db.transaction(move |conn| Ok::<_, Error>(settle(conn, &attempted)?)).await
        }
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        for verdict in [Verdict::Sent, Verdict::Later(Duration::ZERO), Verdict::Failed, Verdict::Gone] {
            metrics::counter!("webhook_attempts_total", "result" => verdict.as_str()).increment(0);
        }
        let mut at_work = JoinSet::new();
        loop {
            let room = SIDE_BY_SIDE - at_work.len();
            match self.lease(room).await {
                Ok(leased) => leased.into_iter().for_each(|one| drop(at_work.spawn(self.deliver(one)))),
                Err(error) => log::warn!("webhooks: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = at_work.join_next() => note(ended),
                () = self.webhooks.waker.woken(), if at_work.len() < SIDE_BY_SIDE => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        let drained = async {
            while let Some(ended) = at_work.join_next().await {
                note(ended);
            }
        };
        let _ = timeout(DRAIN, drained).await;
    }
}

fn note(ended: Result<Result<(), Error>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::warn!("webhooks: {error}"),
        Err(error) => log::error!("webhooks: {error}"),
    }
}
