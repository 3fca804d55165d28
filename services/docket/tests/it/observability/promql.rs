//! What an expression in PromQL asks for: its selectors, and the labels by which it groups.

use std::collections::BTreeSet;

/// Words of the language that stand where a metric might.
const WORDS: [&str; 8] = ["and", "or", "unless", "offset", "bool", "sum", "max", "min"];

#[derive(Debug, PartialEq)]
pub struct Selector {
    pub metric: String,
    pub matchers: Vec<Matcher>,
}

#[derive(Debug, PartialEq)]
pub struct Matcher {
    pub label: String,
    /// `=`, `!=`, `=~` or `!~`.
    pub operator: String,
    pub value: String,
}

/// An expression, taken apart as far as is needed here.
#[derive(Debug, Default)]
pub struct Expression {
    pub selectors: Vec<Selector>,
    pub grouped_by: BTreeSet<String>,
}

impl Expression {
    pub fn parse(text: &str) -> Self {
        let mut parsed = Self::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first.is_ascii_alphabetic() || first == '_' {
                let word;
                (word, rest) = split(rest, |c| c.is_ascii_alphanumeric() || c == '_');
                rest = rest.trim_start();
                if word == "by" {
                    let labels;
                    (labels, rest) = between(rest, '(', ')');
                    parsed.grouped_by.extend(labels.split(',').map(|label| label.trim().to_owned()));
                } else if !rest.starts_with('(') && !WORDS.contains(&word) {
                    let mut matchers = "";
                    if rest.starts_with('{') {
                        (matchers, rest) = between(rest, '{', '}');
                    }
                    parsed
                        .selectors
                        .push(Selector { metric: word.to_owned(), matchers: parse_matchers(matchers) });
                }
            } else if first == '[' {
                rest = between(rest, '[', ']').1;
            } else if first == '"' {
                rest = between(&rest[1..], '"', '"').1;
            } else if first.is_ascii_digit() {
                // A number, or a duration: its unit is no name.
                rest = split(rest, |c| c.is_ascii_alphanumeric() || c == '.').1;
            } else {
                rest = &rest[first.len_utf8()..];
            }
        }
        parsed
    }
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// What stands up to `close`, and what comes after it. (No label here is compared with a text that has a bracket of the
/// kind around it.)
fn between(text: &str, open: char, close: char) -> (&str, &str) {
    let inner = text.strip_prefix(open).unwrap_or(text);
    inner.split_once(close).unwrap_or_else(|| panic!("no {close} in {text}"))
}

fn parse_matchers(text: &str) -> Vec<Matcher> {
    let mut matchers = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (label, tail) = split(rest, |c| c.is_ascii_alphanumeric() || c == '_');
        let (operator, tail) = split(tail.trim_start(), |c| "=!~".contains(c));
        let (value, tail) = between(tail.trim_start(), '"', '"');
        matchers.push(Matcher {
            label: label.to_owned(),
            operator: operator.to_owned(),
            value: value.to_owned(),
        });
        rest = tail.trim_start_matches([',', ' ']);
    }
    matchers
}

#[test]
fn selectors_are_found_wherever_they_stand() {
    let parsed = Expression::parse(
        r#"topk(10, sum by (method, route) (rate(a_total{job=~"$service", status!="5(x)"}[5m] offset 1h))) / b_seconds > 0.5 or absent(up{job="u"})"#,
    );
    let names: Vec<_> = parsed.selectors.iter().map(|selector| selector.metric.as_str()).collect();
    assert_eq!(names, ["a_total", "b_seconds", "up"]);
    let of_first: Vec<_> =
        parsed.selectors[0].matchers.iter().map(|m| (&*m.label, &*m.operator, &*m.value)).collect();
    assert_eq!(of_first, [("job", "=~", "$service"), ("status", "!=", "5(x)")]);
    assert_eq!(parsed.grouped_by.iter().map(String::as_str).collect::<Vec<_>>(), ["method", "route"]);
}
