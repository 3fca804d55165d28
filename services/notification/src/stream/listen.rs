//! Hears of changes by `NOTIFY` and has the hub look; looks by itself now and then, because a wake-up may get lost.

use std::{sync::Arc, time::Duration};

use messaging::{Listener, Notification};
use service_kit::db::Db;
use tokio::{
    sync::broadcast::{Receiver, error::TryRecvError},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

use super::{hub::Hub, tasks};
use crate::notifications::channel;

/// The net under the wake-ups.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Pause after the database was in trouble.
const PAUSE: Duration = Duration::from_millis(500);

/// Keeps the streams fed until `stop`. The listener of `NOTIFY` has a connection of its own.
///
/// # Errors
/// When the listener cannot be started.
pub fn spawn(
    hub: Arc<Hub>,
    db: &Db,
    schema: &str,
    stop: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send + use<>> {
    let tasks = tasks::channel(schema);
    let news = Listener::spawn(db.url(), &[&channel(schema), &tasks], &stop)?;
    Ok(run(hub, news, tasks, stop))
}

async fn run(hub: Arc<Hub>, mut news: Receiver<Notification>, tasks: String, stop: CancellationToken) {
    let note = |heard: Result<Notification, ()>| match heard {
        Ok(one) if one.channel == tasks => hub.task_changed(Some(&one.payload)),
        Ok(one) => one.payload.parse().map_or_else(|_| hub.all_changed(), |user| hub.changed(user)),
        Err(()) => {
            hub.all_changed();
            hub.task_changed(None);
        }
    };
    let mut net = tokio::time::interval(LOOK_EVERY);
    net.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = net.tick() => {
                hub.all_changed();
                metrics::gauge!("notification_streams").set(hub.count() as f64);
            }
            () = hub.joined() => {}
            heard = news.recv() => note(heard.map_err(drop)),
        }
        // Whatever else has been said meanwhile is one look.
        loop {
            match news.try_recv() {
                Ok(one) => note(Ok(one)),
                Err(TryRecvError::Lagged(_)) => note(Err(())),
                Err(TryRecvError::Empty) => break,
                // The listener ends with the service.
                Err(TryRecvError::Closed) => return,
            }
        }
        hub.tell_tasks();
        loop {
            match hub.step().await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    log::warn!("streams: {error}");
                    tokio::time::sleep(PAUSE).await;
                    break;
                }
            }
        }
    }
}
