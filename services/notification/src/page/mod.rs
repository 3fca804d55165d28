//! The web page, which is part of this service's binary.

pub mod assets;
pub mod file;
