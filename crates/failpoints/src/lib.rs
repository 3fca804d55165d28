//! Fail points: named places on the way of an event at which a test has the process die, to see that what follows is
//! right all the same. `services/docket/tests/it/failpoints` dies at each of them; `docs/reliability.md` lists them.
//!
//! Without the feature `armed` a point is nothing: no code, no dependency. Only tests ask for it.

#[cfg(feature = "armed")]
#[doc(hidden)]
pub use fail;

/// A place where the process may die, named `part::moment`.
#[cfg(feature = "armed")]
#[macro_export]
macro_rules! fail_point {
    ($name:literal) => {
        $crate::fail::fail_point!($name)
    };
}

/// A place where the process may die, named `part::moment`. Here it never does.
#[cfg(not(feature = "armed"))]
#[macro_export]
macro_rules! fail_point {
    ($name:literal) => {};
}

/// From now on the process aborts when it comes to the point for the `nth` time. An abort runs no destructor and
/// flushes nothing: to everybody else it looks like `kill -9`.
///
/// # Errors
/// None with this action; the text is `fail`'s.
#[cfg(feature = "armed")]
pub fn abort_at(point: &str, nth: u32) -> Result<(), String> {
    let left = std::sync::atomic::AtomicU32::new(nth);
    fail::cfg_callback(point, move || {
        if left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 1 {
            std::process::abort();
        }
    })
}
