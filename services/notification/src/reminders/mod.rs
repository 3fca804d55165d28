//! Reminders: what becomes due without anybody doing anything. They are keyed, not locked: every replica looks, and
//! the key of the row decides which one tells.

pub mod candidate;
pub mod limits;
pub mod queries;
pub mod scheduler;
mod waker;

pub use scheduler::Scheduler;
pub use waker::Waker;
