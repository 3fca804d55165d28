//! What every service needs, and no business word.

pub mod db;
