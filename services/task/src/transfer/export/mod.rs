//! Tasks as a file: the call (`api`), the rows as they are read (`rows`), the bytes they become (`encoder`), and the answer
//! that is sent while they are read (`file`).

pub mod api;
pub mod encoder;
pub mod file;
pub mod requests;
pub mod rows;
