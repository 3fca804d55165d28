//! How a change in one service becomes known in another: outbox → relay → bus → consumer → inbox.
//!
//! A service calls [`outbox::append`] in the transaction of the change. Its [`Relay`] carries the rows to the
//! [`Bus`] (RabbitMQ or Postgres, chosen by configuration), and marks them once the bus holds them durably. A
//! [`Consumer`] does what follows in one transaction with the inbox row, and acknowledges after the commit. So no
//! event is lost, and none has its effect twice, wherever a process dies.
//!
//! Order holds per aggregate (task or user), from the row lock in the writer to the handler.
//!
//! Tables: `sql/outbox.sql` and `sql/inbox.sql` belong into each service's migrations; `sql/bus.sql` is run by the
//! Postgres bus itself.

pub mod bus;
pub mod consumer;
pub mod inbox;
pub mod outbox;
pub mod relay;
mod retry;
mod session;
mod spans;
pub mod wake;
pub mod watch;

pub use bus::{
    Bus, BusKind, BusOptions, BusSettings, DeadLetter, Delivery, OutgoingMessage, PublishError, Publisher,
    QueueSpec, Subscription, connect,
};
pub use consumer::{Consumer, EventHandler, HandleError};
pub use outbox::{OutboxBacklog, append, backlog};
pub use relay::{Relay, RelayWaker};
pub use retry::Backoff;
pub use wake::{Listener, Notification};
pub use watch::Watch;
