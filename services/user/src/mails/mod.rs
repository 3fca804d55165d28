//! Mails of this service: rows that are written with what they tell of, then leased, sent and settled, so that neither a
//! stop nor a crash loses one. `mail::Sender` sends them; this is what it asks for them.

pub mod accepted;
pub mod kind;
pub mod letter;
pub mod outgoing;
pub mod post;
pub mod queue;
pub mod token;

pub use kind::Kind;
pub use outgoing::Outgoing;
pub use post::post;
