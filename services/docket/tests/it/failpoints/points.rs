//! The fail points, in the order of an event's way; `docs/reliability.md` says which line of the protocol each one is.

/// On both buses.
const EVERYWHERE: [&str; 17] = [
    // The write: nothing is committed yet.
    "idempotency::done",
    "outbox::appended",
    "idempotency::stored",
    // Committed, and neither answered nor relayed.
    "outbox::committed",
    // The relay: not published yet; taken by the bus and not marked; marked, and perhaps not on the disk.
    "relay::read",
    "relay::confirmed",
    "relay::marked",
    // The consumer: nothing committed; committed and not acknowledged; acknowledged.
    "consumer::delivered",
    "consumer::handled",
    "consumer::committed",
    "consumer::acknowledged",
    // Reminders: recorded and not told; told and not committed; committed.
    "reminders::fired",
    "reminders::announced",
    "reminders::committed",
    // Mails: taken and not sent; sent and not written down; written down.
    "mail::leased",
    "mail::sent",
    "mail::settled",
];

/// With those of the adapter: before its commit, which is the confirm; and between lease and delivery.
pub const ON_POSTGRES: &[&str] = &with(["postgres_bus::inserted", "postgres_bus::leased"]);

/// With those of the adapter: before the confirm; and between the broker's delivery and its being handed out.
pub const ON_RABBITMQ: &[&str] = &with(["rabbitmq::published", "rabbitmq::received"]);

const fn with(of_the_adapter: [&'static str; 2]) -> [&'static str; EVERYWHERE.len() + 2] {
    let mut all = [""; EVERYWHERE.len() + 2];
    let mut place = 0;
    while place < EVERYWHERE.len() {
        all[place] = EVERYWHERE[place];
        place += 1;
    }
    all[EVERYWHERE.len()] = of_the_adapter[0];
    all[EVERYWHERE.len() + 1] = of_the_adapter[1];
    all
}
