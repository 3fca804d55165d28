//! What is wrong with a file, line by line: the first hundred lines in words, and all of them counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::UserRef;
use serde_json::{Value, json};
use service_kit::http::{Errors, Fields};

use super::{imported_task::ImportedTask, records::Record};
use crate::{bulk::assignees::Assignees, tasks::assignee::AssigneeRef};

/// Lines whose faults are told in words.
const TOLD: usize = 100;

/// Most tasks of a file.
pub const MAX_TASKS: u64 = 100_000;

/// What was found by looking through a file.
#[derive(Debug, Default)]
pub struct Findings {
    /// Records.
    pub lines: u64,
    /// What is wrong.
    pub faults: Faults,
    /// Who is named, and on which lines.
    named: HashMap<UserRef, Vec<u64>>,
}

/// Faults by line.
#[derive(Debug, Default)]
pub struct Faults {
    told: BTreeMap<u64, Errors>,
    lines: BTreeSet<u64>,
}

impl Faults {
    /// How many lines have some.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// The first ones, as clients are told: `[{line, errors}]`.
    #[must_use]
    pub fn as_json(&self) -> Value {
        self.told.iter().map(|(line, errors)| json!({"line": line, "errors": errors})).collect()
    }

    fn add(&mut self, line: u64, errors: Errors) {
        self.lines.insert(line);
        self.told.insert(line, errors);
        if self.told.len() > TOLD {
            self.told.pop_last();
        }
    }
}

impl Findings {
    /// Looks through all records, and says now and then how many it has seen.
    pub fn look(records: impl Iterator<Item = Record>, mut seen: impl FnMut(u64)) -> Self {
        let mut findings = Self::default();
        for record in records {
            findings.lines += 1;
            if findings.lines > MAX_TASKS {
                let message = format!("has more than {MAX_TASKS} tasks: split it");
                findings.faults.add(record.line, Errors::one("file", message));
                break;
            }
            findings.take(record);
            seen(findings.lines);
        }
        findings
    }

    fn take(&mut self, record: Record) {
        let line = record.line;
        match record.fields.and_then(Fields::read::<ImportedTask>) {
            Err(errors) => self.faults.add(line, errors),
            Ok(task) => {
                if let Some(who) = task.request.assigned_to {
                    self.named.entry(who.0).or_default().push(line);
                }
            }
        }
    }

    /// Everybody named, each once.
    #[must_use]
    pub fn named(&self) -> Vec<AssigneeRef> {
        self.named.keys().cloned().map(AssigneeRef).collect()
    }

    /// Adds the lines that name somebody who is no active user.
    pub fn hold_against(&mut self, assignees: &Assignees) {
        for (who, lines) in std::mem::take(&mut self.named) {
            let is_active = assignees.find(&AssigneeRef(who)).is_ok_and(directory::Person::is_active);
            if !is_active {
                for line in lines {
                    self.faults.add(line, Errors::one("assigned_to", "is not an active user"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: u64, fields: &Value) -> Record {
        let fields = fields.as_object().expect("an object").clone();
        Record { line, fields: Ok(fields), is_last: false }
    }

    #[test]
    fn the_first_hundred_lines_are_told_and_all_are_counted() {
        let bad = (2..=400).map(|line| record(line, &json!({"title": ""})));
        let findings = Findings::look(bad, |_| {});
        assert_eq!((findings.lines, findings.faults.count()), (399, 399));
        let told = findings.faults.as_json();
        assert_eq!(told.as_array().map(Vec::len), Some(TOLD));
        assert_eq!((&told[0]["line"], &told[99]["line"]), (&json!(2), &json!(101)));
        assert!(told[0]["errors"]["title"].is_array());
    }

    #[test]
    fn whoever_is_not_known_is_a_fault_of_each_line_that_names_them() {
        let file = (1..=3).map(|line| {
            let who = if line == 2 { Value::Null } else { json!("nobody@example.org") };
            record(line, &json!({"title": "T", "assigned_to": who}))
        });
        let mut findings = Findings::look(file, |_| {});
        assert_eq!((findings.faults.count(), findings.named().len()), (0, 1));
        findings.hold_against(&Assignees::default());
        let lines: Vec<u64> = findings.faults.lines.iter().copied().collect();
        assert_eq!(lines, [1, 3]);
    }
}
