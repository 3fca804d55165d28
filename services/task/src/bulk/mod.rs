//! Many operations on tasks in one call: the edge (`api`, `requests`, `views`), who is meant (`assignees`), and the work
//! (`operations`), which decides each operation as the single call does (`crate::tasks::decisions`) on a board
//! of locked tasks, and then writes them all as sets.

pub mod api;
pub mod assignees;
pub mod document;
pub mod operations;
pub mod requests;
pub mod views;
