//! Hears of changes by `NOTIFY` and has the hub look; looks by itself now and then, because a wake-up may get lost.

use std::{sync::Arc, time::Duration};

use messaging::{Listener, Notification};
use service_kit::db::Db;
use tokio::{
    sync::broadcast::{Receiver, error::TryRecvError},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

use super::hub::Hub;
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
    let news = Listener::spawn(db.url(), &[&channel(schema)], &stop)?;
    Ok(run(hub, news, stop))
}

async fn run(hub: Arc<Hub>, mut news: Receiver<Notification>, stop: CancellationToken) {
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
            heard = news.recv() => match heard {
                Ok(one) => note(&hub, &one),
                Err(_) => hub.all_changed(),
            },
        }
        // Whatever else has been said meanwhile is one look.
        loop {
            match news.try_recv() {
                Ok(one) => note(&hub, &one),
                Err(TryRecvError::Lagged(_)) => hub.all_changed(),
                Err(TryRecvError::Empty) => break,
                // The listener ends with the service.
                Err(TryRecvError::Closed) => return,
            }
        }
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

fn note(hub: &Hub, one: &Notification) {
    match one.payload.parse() {
        Ok(user) => hub.changed(user),
        Err(_) => hub.all_changed(),
    }
}
