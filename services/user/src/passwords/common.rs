//! The most common passwords, which are the first that anybody tries.

use std::{collections::HashSet, sync::LazyLock};

/// Where the list comes from stands at its head.
const FILE: &str = include_str!("common-passwords.txt");

static LIST: LazyLock<HashSet<&'static str>> = LazyLock::new(|| entries().collect());

fn entries() -> impl Iterator<Item = &'static str> {
    FILE.lines().filter(|line| !line.starts_with("#!"))
}

/// True for a common password, in whatever case.
#[must_use]
pub fn contains(password: &str) -> bool {
    LIST.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_more_than_the_promised_ten_thousand() {
        assert!(LIST.len() > 10_000);
        assert_eq!(entries().next(), Some("123456"));
        assert!(entries().all(|entry| entry == entry.to_lowercase() && !entry.is_empty()));
    }

    #[test]
    fn case_does_not_help() {
        assert!(contains("1Q2W3E4R5T"));
        assert!(!contains("correct horse battery"));
    }
}
