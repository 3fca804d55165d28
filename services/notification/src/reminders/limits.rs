//! How early and how late a reminder may be. Minutes, because that is what people choose in.

/// How long before the due date somebody is reminded who has not said otherwise.
pub const USUAL_LEAD_MINUTES: i64 = 24 * 60;
/// The shortest time that can be chosen.
pub const SHORTEST_LEAD_MINUTES: i64 = 5;
/// The longest: 14 days.
pub const LONGEST_LEAD_MINUTES: i64 = 14 * 24 * 60;
/// How many reminders of one task somebody can choose.
pub const MOST_LEADS: usize = 5;
/// A task that has been overdue for longer without anybody having been told (the service was down, or the date was in
/// the past from the start) is recorded as missed, and nobody is told any more.
pub const TOO_LATE_MINUTES: i64 = 24 * 60;
