//! Connections to the broker.

use std::time::Duration;

use anyhow::{Context, anyhow};
use lapin::{Channel, Connection, ConnectionProperties, options::ConfirmSelectOptions, uri::AMQPUri};
use tokio::time::timeout;

/// How long the broker may take to answer when a connection is made, and to whatever is asked before the first message: one
/// that has just come back may take calls and not get round to its queues yet.
const CONNECT: Duration = Duration::from_secs(5);
/// Seconds between signs of life (RabbitMQ's own default is 60). A side that has heard none for two or three times as long
/// takes the other for dead; until then the broker keeps a queue for a consumer that went with its machine or its container.
const HEARTBEAT: u16 = 5;
/// Bytes of the largest frame; what is longer goes in several. lapin holds room for 32 frames each way on each connection and
/// writes zeros to all of it, so RabbitMQ's own 128 KiB would cost a service of two connections 16 MiB of memory for nothing:
/// events have about 1 KB, and a broker admits 8 KiB at least.
const FRAME_MAX: u32 = 16 * 1024;

/// Connects. `name` is what the management page shows.
pub(super) async fn connect(url: &str, name: &str) -> anyhow::Result<Connection> {
    let mut uri: AMQPUri = url.parse().map_err(|reason: String| anyhow!("AMQP_URL: {reason}"))?;
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    uri.query.frame_max.get_or_insert(FRAME_MAX);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    timeout(CONNECT, Connection::connect_uri(uri, properties))
        .await
        .context("RabbitMQ does not answer")?
        .context("RabbitMQ cannot be reached")
}

/// What the broker is asked before the first message.
pub(super) async fn in_time<T, E: Into<anyhow::Error>>(
    asked: &'static str,
    answer: impl Future<Output = Result<T, E>>,
) -> anyhow::Result<T> {
    timeout(CONNECT, answer)
        .await
        .with_context(|| format!("RabbitMQ does not answer: {asked}"))?
        .map_err(Into::into)
}

/// A connection with one channel on it, in confirm mode. Dropped as a whole: after an error nothing that was in
/// flight on it can be told apart.
pub(super) struct Link {
    connection: Connection,
    /// The channel.
    pub channel: Channel,
}

impl Link {
    pub async fn open(url: &str, name: &str) -> anyhow::Result<Self> {
        let connection = connect(url, name).await?;
        let channel = in_time("opening a channel", connection.create_channel()).await?;
        in_time("asking for confirms", channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(Self { connection, channel })
    }

    /// Whether both still stand. A broken one never comes back.
    pub fn stands(&self) -> bool {
        self.connection.status().connected() && self.channel.status().connected()
    }
}
