//! Pure: what people must have been told, from what was acknowledged.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::clients::writers::Task;

/// Types of notifications in their order, by person and task.
pub struct Expected(Vec<HashMap<String, Vec<&'static str>>>);

/// What is not as it must be.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Differences {
    /// Notifications that there are.
    pub told: u64,
    /// Those of them that tell of an assignment.
    pub assignments: u64,
    /// Missing.
    pub lost: u64,
    /// Too many.
    pub doubled: u64,
    /// Lists of the right notifications in a wrong order.
    pub disordered: u64,
}

impl Differences {
    /// Adds another's.
    pub fn add(&mut self, other: Self) {
        self.told += other.told;
        self.assignments += other.assignments;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.disordered += other.disordered;
    }
}

impl Expected {
    /// From the tasks' assignees, of `people` people.
    pub fn of(tasks: &[Task], people: usize) -> Self {
        let mut expected: Vec<HashMap<String, Vec<&'static str>>> = vec![HashMap::new(); people];
        for task in tasks {
            let mut former: Option<usize> = None;
            for &assignee in &task.assignees {
                let kind = if former.is_none() { "assigned" } else { "re-assigned" };
                expected[assignee].entry(task.id.clone()).or_default().push(kind);
                if let Some(former) = former {
                    expected[former].entry(task.id.clone()).or_default().push("unassigned");
                }
                former = Some(assignee);
            }
        }
        Self(expected)
    }

    fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().flat_map(HashMap::values).flatten().copied()
    }

    /// Notifications in all.
    pub fn notifications(&self) -> u64 {
        self.kinds().count() as u64
    }

    /// Those that tell of an assignment.
    pub fn assignments(&self) -> u64 {
        self.kinds().filter(|kind| *kind != "unassigned").count() as u64
    }

    /// What one person was told, oldest first, against what they must have been told.
    pub fn compare(&self, person: usize, told: &[Value]) -> Differences {
        let mut found: HashMap<&str, Vec<&str>> = HashMap::new();
        for one in told {
            let text = |name: &str| one[name].as_str().unwrap_or_default();
            found.entry(text("task")).or_default().push(text("type"));
        }
        let mut differences = Differences {
            told: told.len() as u64,
            assignments: told.iter().filter(|one| one["type"] != "unassigned").count() as u64,
            ..Differences::default()
        };
        let nothing = Vec::new();
        for (task, wanted) in &self.0[person] {
            let found = found.remove(task.as_str()).unwrap_or_default();
            differences.of_one(wanted, &found);
        }
        for found in found.values() {
            differences.of_one(&nothing, found);
        }
        differences
    }
}

impl Differences {
    fn of_one(&mut self, wanted: &[&str], found: &[&str]) {
        if wanted == found {
            return;
        }
        let mut balance: BTreeMap<&str, i64> = BTreeMap::new();
        wanted.iter().for_each(|kind| *balance.entry(kind).or_default() += 1);
        found.iter().for_each(|kind| *balance.entry(kind).or_default() -= 1);
        let lost: i64 = balance.values().filter(|count| **count > 0).sum();
        let doubled: i64 = -balance.values().filter(|count| **count < 0).sum::<i64>();
        self.lost += lost.unsigned_abs();
        self.doubled += doubled.unsigned_abs();
        self.disordered += u64::from(lost == 0 && doubled == 0);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Given to 0, to 1, and back to 0.
    fn expected() -> Expected {
        Expected::of(&[Task { id: "t".to_owned(), assignees: vec![0, 1, 0] }], 2)
    }

    fn told(kinds: &[&str]) -> Vec<Value> {
        kinds.iter().map(|kind| json!({"task": "t", "type": kind})).collect()
    }

    #[test]
    fn an_assignment_tells_the_new_one_and_the_former_one() {
        let expected = expected();
        assert_eq!((expected.assignments(), expected.notifications()), (3, 5));
        let all = expected.compare(0, &told(&["assigned", "unassigned", "re-assigned"]));
        assert_eq!(all, Differences { told: 3, assignments: 2, ..Differences::default() });
    }

    #[test]
    fn what_is_missing_too_many_or_out_of_order_is_found() {
        let expected = expected();
        for (kinds, lost, doubled, disordered) in [
            (&["assigned", "unassigned"][..], 1, 0, 0),
            (&["assigned", "unassigned", "re-assigned", "re-assigned"], 0, 1, 0),
            (&["assigned", "re-assigned", "unassigned"], 0, 0, 1),
            (&["assigned", "assigned", "re-assigned"], 1, 1, 0),
        ] {
            let found = expected.compare(0, &told(kinds));
            assert_eq!(
                (found.lost, found.doubled, found.disordered),
                (lost, doubled, disordered),
                "{kinds:?}"
            );
        }
        let stranger = [json!({"task": "another", "type": "assigned"})];
        let found = expected.compare(1, &stranger);
        assert_eq!((found.lost, found.doubled), (2, 1));
    }
}
