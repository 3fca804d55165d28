//! Tasks from a file: all of them or none.
//!
//! The call (`api`) takes the whole body (`upload`), writes the import down as a row of its own (`model`, `queries`,
//! `operations`) and leaves the work to a task of its own (`work`), which goes on when the client has gone. The file is
//! read twice, each time record by record (`unpack` → `records` → `imported_task`): first to look for `faults`, then, if there
//! are none, to write (`write`).

pub mod api;
pub mod faults;
pub mod imported_task;
pub mod model;
pub mod operations;
pub mod queries;
pub mod records;
pub mod reply;
pub mod requests;
pub mod unpack;
pub mod upload;
pub mod views;
pub mod work;
pub mod write;
