//! The report: Markdown, a table of what must hold and what was found.

use std::fmt;

/// A line of the table.
struct Line {
    what: String,
    found: String,
    /// `None`: told, not judged.
    holds: Option<bool>,
}

/// A report, or a part of one.
#[derive(Default)]
pub struct Report {
    title: String,
    lines: Vec<Line>,
    parts: Vec<Report>,
}

impl Report {
    /// An empty one.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// What was found, where nothing is promised.
    pub fn told(&mut self, what: &str, found: impl fmt::Display) {
        self.lines.push(Line { what: what.to_owned(), found: found.to_string(), holds: None });
    }

    /// What was found, and whether that is as it must be.
    pub fn must(&mut self, what: &str, found: impl fmt::Display, holds: bool) {
        self.lines.push(Line { what: what.to_owned(), found: found.to_string(), holds: Some(holds) });
    }

    /// What was found, which must be `wanted`.
    pub fn equal(&mut self, what: &str, found: u64, wanted: u64) {
        let holds = found == wanted;
        self.must(what, if holds { found.to_string() } else { format!("{found}, not {wanted}") }, holds);
    }

    /// A report within this one.
    pub fn add(&mut self, part: Self) {
        self.parts.push(part);
    }

    /// Whether everything is as it must be.
    pub fn holds(&self) -> bool {
        self.lines.iter().all(|line| line.holds != Some(false)) && self.parts.iter().all(Self::holds)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.title.is_empty() {
            writeln!(f, "\n## {}\n", self.title)?;
        }
        if !self.lines.is_empty() {
            writeln!(f, "| | found | |\n|---|---|---|")?;
        }
        for line in &self.lines {
            let verdict = match line.holds {
                Some(true) => "holds",
                Some(false) => "**FAILS**",
                None => "",
            };
            writeln!(f, "| {} | {} | {verdict} |", line.what, line.found)?;
        }
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}
