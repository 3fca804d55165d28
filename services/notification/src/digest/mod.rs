//! The digest: one mail a day or a week instead of many, at the hour that somebody chose where they live. Mails that are
//! to go into it wait as `gathered`; the key of the row in `digests` makes one of them a day, whoever else looks.

pub mod due;
pub mod gatherer;
pub mod queries;

pub use gatherer::Gatherer;
