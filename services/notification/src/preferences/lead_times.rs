//! Pure: how long before the due date somebody is reminded, once or several times.

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::{Field, wire};

use crate::reminders::limits::{LONGEST_LEAD_MINUTES, MOST_LEADS, SHORTEST_LEAD_MINUTES, USUAL_LEAD_MINUTES};

/// Minutes before the due date: one, and perhaps others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadTimes {
    /// `remind_before_minutes`.
    pub first: i64,
    /// `remind_again_before_minutes`: the longest first, each once.
    pub others: Vec<i64>,
}

impl Default for LeadTimes {
    fn default() -> Self {
        Self { first: USUAL_LEAD_MINUTES, others: Vec::new() }
    }
}

impl LeadTimes {
    /// The same with these others.
    #[must_use]
    pub fn with_others(self, mut others: Vec<i64>) -> Self {
        others.retain(|minutes| *minutes != self.first);
        others.sort_unstable_by(|a, b| b.cmp(a));
        others.dedup();
        Self { others, ..self }
    }

    /// The same with another first.
    #[must_use]
    pub fn with_first(self, first: i64) -> Self {
        Self { first, others: Vec::new() }.with_others(self.others)
    }
}

/// What a client sends as `remind_before_minutes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemindBefore {
    /// The first; others stay.
    First(i64),
    /// All of them.
    All(Vec<i64>),
}

impl RemindBefore {
    /// What becomes of `before`.
    #[must_use]
    pub fn applied_to(&self, before: LeadTimes) -> LeadTimes {
        match self {
            Self::First(first) => before.with_first(*first),
            Self::All(all) => {
                let first = all.first().copied().unwrap_or(before.first);
                LeadTimes { first, others: Vec::new() }.with_others(all.clone())
            }
        }
    }
}

impl Field for RemindBefore {
    fn from_json(value: Value) -> Result<Self, String> {
        if value.is_array() {
            let all = several(value)?;
            return if all.is_empty() {
                Err("must name one time at least".to_owned())
            } else {
                Ok(Self::All(all))
            };
        }
        one(value).map(Self::First)
    }

    fn wire() -> Value {
        let several = json!({"type": "array", "items": lead_wire(), "minItems": 1, "maxItems": MOST_LEADS});
        // Not `Integer`, as paperclip has it: one of the two.
        json!({"type": null, "format": null, "oneOf": [lead_wire(), several]})
    }
}

impl TypedData for RemindBefore {
    fn data_type() -> DataType {
        DataType::Integer
    }
}

/// One lead time.
pub(super) fn lead_wire() -> Value {
    wire::with(wire::whole_number(SHORTEST_LEAD_MINUTES, LONGEST_LEAD_MINUTES), json!({"example": 1440}))
}

fn one(value: Value) -> Result<i64, String> {
    let minutes = i64::from_json(value)?;
    let range = SHORTEST_LEAD_MINUTES..=LONGEST_LEAD_MINUTES;
    if range.contains(&minutes) {
        Ok(minutes)
    } else {
        Err(format!("must be from {SHORTEST_LEAD_MINUTES} to {LONGEST_LEAD_MINUTES}"))
    }
}

/// A list of lead times.
///
/// # Errors
/// The clause for the client.
pub fn several(value: Value) -> Result<Vec<i64>, String> {
    let Value::Array(items) = value else { return Err("must be a list".to_owned()) };
    if items.len() > MOST_LEADS {
        return Err(format!("must name {MOST_LEADS} times at most"));
    }
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| one(item).map_err(|message| format!("[{index}] {message}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(value: Value, before: LeadTimes) -> LeadTimes {
        RemindBefore::from_json(value).expect("valid").applied_to(before)
    }

    #[test]
    fn a_number_is_the_first_and_a_list_is_all() {
        let two = after(json!([60, 1440, 60]), LeadTimes::default());
        assert_eq!(two, LeadTimes { first: 60, others: vec![1440] });
        assert_eq!(after(json!(30), two.clone()), LeadTimes { first: 30, others: vec![1440] });
        assert_eq!(after(json!(1440), two.clone()), LeadTimes { first: 1440, others: vec![] });
        assert_eq!(after(json!([10]), two), LeadTimes { first: 10, others: vec![] });
    }

    #[test]
    fn what_is_out_of_range_or_too_much_is_refused() {
        for value in
            [json!(4), json!(20_161), json!([]), json!([60, 4]), json!([5, 6, 7, 8, 9, 10]), json!("60")]
        {
            assert!(RemindBefore::from_json(value.clone()).is_err(), "{value}");
        }
    }
}
