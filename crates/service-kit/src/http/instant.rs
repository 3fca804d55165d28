//! Instants on the wire: RFC 3339 in UTC, as chrono writes them, and in a third of the time. A page of a list has sixty.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use serde::{Serialize as _, Serializer};

/// `2030-01-31T17:00:00.123456Z`
const LONGEST: usize = 27;

/// For `#[serde(serialize_with = "…")]`, of an instant or of one that there may be.
///
/// # Errors
/// The serializer's.
pub fn serialize<'a, I, S>(instant: &'a I, serializer: S) -> Result<S::Ok, S::Error>
where
    Option<&'a DateTime<Utc>>: From<&'a I>,
    S: Serializer,
{
    let Some(instant) = Option::<&DateTime<Utc>>::from(instant) else { return serializer.serialize_none() };
    let mut text = [0; LONGEST];
    match written(instant, &mut text) {
        Some(text) => serializer.serialize_str(text),
        None => instant.serialize(serializer),
    }
}

/// The text, of the instants that are usual: those that the database can hold, in years of four digits.
fn written<'a>(instant: &DateTime<Utc>, text: &'a mut [u8; LONGEST]) -> Option<&'a str> {
    let (date, time) = (instant.date_naive(), instant.time());
    let (year, nanos) = (u32::try_from(date.year()).ok().filter(|year| *year <= 9999)?, time.nanosecond());
    // A leap second, or finer than the database's microseconds.
    if nanos >= 1_000_000_000 || !nanos.is_multiple_of(1_000) {
        return None;
    }
    text.copy_from_slice(b"0000-00-00T00:00:00.000000Z");
    let mut put = |at: usize, digits: usize, mut number: u32| {
        for place in (at..at + digits).rev() {
            text[place] += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    };
    put(0, 4, year);
    put(5, 2, date.month());
    put(8, 2, date.day());
    put(11, 2, time.hour());
    put(14, 2, time.minute());
    put(17, 2, time.second());
    put(20, 6, nanos / 1_000);
    // As many digits of the second as it takes: none, three or six.
    let length = match nanos {
        0 => 20,
        _ if nanos.is_multiple_of(1_000_000) => 24,
        _ => LONGEST,
    };
    text[length - 1] = b'Z';
    std::str::from_utf8(&text[..length]).ok()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Ours {
        #[serde(serialize_with = "serialize")]
        at: DateTime<Utc>,
        #[serde(serialize_with = "serialize")]
        perhaps: Option<DateTime<Utc>>,
    }

    #[derive(Serialize)]
    struct Theirs {
        at: DateTime<Utc>,
        perhaps: Option<DateTime<Utc>>,
    }

    fn is_as_chrono_writes_it(at: DateTime<Utc>) {
        for perhaps in [None, Some(at)] {
            let (ours, theirs) = (Ours { at, perhaps }, Theirs { at, perhaps });
            assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&theirs).unwrap());
        }
    }

    #[test]
    fn every_instant_is_written_as_chrono_writes_it() {
        // Days and times that meet in ever other ways, from the year -100 to the year 10,100.
        let mut at = "-0100-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let fractions = [0, 1_000, 120_000, 1_000_000, 120_000_000, 999_999_000, 1, 999_999_999];
        while at.year() < 10_100 {
            for nanos in fractions {
                is_as_chrono_writes_it(at + TimeDelta::nanoseconds(nanos));
            }
            at += TimeDelta::seconds(86_400 * 521 + 3_661);
        }
        is_as_chrono_writes_it(DateTime::from_timestamp(1_483_228_799, 1_500_000_000).unwrap()); // a leap second
        is_as_chrono_writes_it(DateTime::<Utc>::MIN_UTC);
        is_as_chrono_writes_it(DateTime::<Utc>::MAX_UTC);
    }
}
