//! The present instant, as precise as Postgres keeps it: what is written and what is read back are equal.

use chrono::{DateTime, SubsecRound as _, Utc};

/// Now, in whole microseconds.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
