//! Tasks: the edge (`api`, `requests`, `views`), what is asked for (`commands`) and its way to the database (`writer`), what is
//! decided (`decisions` from `policy`, `precondition`, `status`, `changes`), what is written (`operations`, `board`, `store`,
//! `events`), and what is read (`queries`, `summary`).

pub mod api;
pub mod assignee;
pub mod board;
pub mod changes;
pub mod commands;
pub mod decisions;
pub mod description;
pub mod due_date;
pub mod events;
pub mod filter;
pub mod limited;
pub mod model;
pub mod operations;
pub mod ordering;
pub mod policy;
pub mod precondition;
pub mod priority;
pub mod proposal;
pub mod queries;
pub mod requests;
pub mod roster;
pub mod search;
pub mod status;
pub mod store;
pub mod summary;
pub mod summary_query;
pub mod title;
pub mod views;
pub mod writer;

#[cfg(test)]
pub mod fixture;
