//! How large the bodies of this service's calls may be, in bytes. Every gateway in front of it must let as much through.

/// One task: any acceptable one fits, also with each of its characters written as a pair of escapes (12 bytes).
pub const TASK_BODY: usize = 256 * 1024;

/// Operations in bulk.
pub const BULK_BODY: usize = 4 * 1024 * 1024;

/// An import, as it comes over the wire (compressed, if it is).
pub const IMPORT_BODY: usize = 16 * 1024 * 1024;
