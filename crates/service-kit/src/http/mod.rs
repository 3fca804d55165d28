//! The edge: everything between the bytes on the wire and a handler's typed arguments, the same in every service.

pub mod body;
pub mod client;
pub mod cors;
pub mod edge;
pub mod etag;
pub mod fields;
pub mod id;
pub mod idempotency;
pub mod instant;
pub mod json;
pub mod outgoing;
pub mod page;
pub mod params;
pub mod problem;
pub mod replay;
pub mod reply;
pub mod resource;
pub mod text;
pub mod wire;

pub use body::ValidJson;
pub use client::ClientAddress;
pub use etag::{ETag, IfMatch, IfNoneMatch, Tagged};
pub use fields::{Errors, Field, Fields, FromFields};
pub use id::Id;
pub use idempotency::IdempotencyKey;
pub use page::{Cursor, CursorKey, Page, PageRequest};
pub use params::{FromParams, Param, Params, ValidQuery};
pub use problem::Problem;
pub use replay::Replayable;
pub use reply::{Created, Json, NoContent, Versioned};
pub use resource::resource;
