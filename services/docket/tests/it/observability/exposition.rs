//! Prometheus's text format, read.

use std::collections::BTreeMap;

use super::promql::{Matcher, Selector};

/// A series as a service tells it, with the `job` that Prometheus gives it.
#[derive(Debug)]
pub struct Series {
    pub metric: String,
    pub labels: BTreeMap<String, String>,
}

/// All series of an answer of `/metrics`.
pub fn read(job: &str, text: &str) -> Vec<Series> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (series, _value) = line.rsplit_once(' ').unwrap();
            let (metric, labels) = series.split_once('{').unwrap_or((series, "}"));
            // No label of ours has a comma or a quotation mark in its value.
            let labels = labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty());
            let labels = labels.map(|label| label.split_once('=').unwrap());
            let mut labels: BTreeMap<_, _> =
                labels.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect();
            labels.insert("job".to_owned(), job.to_owned());
            Series { metric: metric.to_owned(), labels }
        })
        .collect()
}

impl Series {
    /// Whether the selector takes it. What only a fault would make is not waited for: where alternatives or a pattern are
    /// asked for, it is enough that there is such a label.
    pub fn fits(&self, selector: &Selector) -> bool {
        self.metric == selector.metric && selector.matchers.iter().all(|matcher| self.passes(matcher))
    }

    fn passes(&self, matcher: &Matcher) -> bool {
        let Some(value) = self.labels.get(&matcher.label) else { return false };
        let plain = matcher.value.chars().all(|c| c.is_ascii_alphanumeric() || "_-|".contains(c));
        match matcher.operator.as_str() {
            "=" => *value == matcher.value,
            "=~" if plain => matcher.value.split('|').any(|alternative| alternative == value),
            _ => true,
        }
    }
}
