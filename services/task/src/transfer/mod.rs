//! Tasks out of Docket and into it, as files: [`export`] streams them, [`import`] takes all of a file or nothing. Both speak
//! the two formats of [`format`].

pub mod document;
pub mod export;
pub mod format;
pub mod import;
