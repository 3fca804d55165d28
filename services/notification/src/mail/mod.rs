//! Mails: rows that are written with the notification, leased, sent and marked. In the app exactly once, by mail at
//! least once: each carries a Message-ID made of the notification's id, by which a reader drops the second copy.

pub mod letter;
pub mod outgoing;
pub mod queue;

pub use letter::Letterhead;
pub use outgoing::Outgoing;
