//! Mails: rows that are written with the notification, leased, sent and marked. In the app exactly once, by mail at
//! least once: each carries a Message-ID made of the notification's id, by which a reader drops the second copy.

pub mod digest_items;
pub mod entries;
pub mod letter;
pub mod outgoing;
mod post_office;
pub mod queue;
mod templates;
pub mod test_api;
pub mod unsubscribe;

pub use letter::Letterhead;
pub use outgoing::Outgoing;
pub use post_office::PostOffice;
