//! Those who use Docket while it is being killed.

pub mod api;
pub mod creations;
pub mod load;
pub mod people;
pub mod readers;
pub mod streams;
pub mod writers;
