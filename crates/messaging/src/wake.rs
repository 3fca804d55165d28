//! Wake-ups by LISTEN: a connection of its own whose notifications are handed to whoever subscribed. They only say
//! "look"; what is true stands in the tables, and whoever listens also looks by itself now and then.

use diesel::{PgConnection, QueryResult};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::session::{Plan, Session};

/// How many notifications a slow receiver may be behind before it is told that it missed some.
const BACKLOG: usize = 1024;

/// What `NOTIFY channel, 'payload'` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The channel's name.
    pub channel: String,
    /// At most 8,000 bytes; may be empty.
    pub payload: String,
}

/// Listens to channels.
pub struct Listener;

impl Listener {
    /// Listens to `channels` of the database at `url` until `stop`, reconnecting by itself. A receiver that is
    /// [`broadcast::error::RecvError::Lagged`], or that lived through a reconnect, must look for itself.
    /// Further receivers come from `resubscribe`.
    ///
    /// # Errors
    /// When no thread can be started. A database that is down is no error: it is tried again.
    pub fn spawn(
        url: &str,
        channels: &[&str],
        stop: &CancellationToken,
    ) -> anyhow::Result<broadcast::Receiver<Notification>> {
        let (sender, receiver) = broadcast::channel(BACKLOG);
        let channels: Vec<String> = channels.iter().map(|&channel| channel.to_owned()).collect();
        let session = Session::spawn(
            Plan {
                url: url.to_owned(),
                name: "docket listener".to_owned(),
                lock: None,
                setup: Box::new(move |_: &mut PgConnection| -> QueryResult<_> { Ok(channels.clone()) }),
                notified: Box::new(move |notification| {
                    // No receiver left: nobody waits.
                    let _ = sender.send(notification);
                }),
            },
            stop,
        )?;
        let stop = stop.clone();
        tokio::spawn(async move {
            stop.cancelled().await;
            drop(session);
        });
        Ok(receiver)
    }
}
