//! AMQP topic patterns: words parted by dots, `*` for one word, `#` for any number of words, none included.

/// Whether a binding's pattern takes a routing key.
#[must_use]
pub fn matches(pattern: &str, key: &str) -> bool {
    let words: Vec<&str> = key.split('.').collect();
    // `reached[i]`: the pattern so far takes the first `i` words. One row at a time, so that no pattern, whatever
    // its number of `#`, costs more than words × words.
    let mut reached = vec![false; words.len() + 1];
    reached[0] = true;
    for part in pattern.split('.') {
        let mut next = vec![false; words.len() + 1];
        for end in 0..=words.len() {
            next[end] = if part == "#" {
                reached[end] || (end > 0 && next[end - 1])
            } else {
                end > 0 && reached[end - 1] && (part == "*" || part == words[end - 1])
            };
        }
        reached = next;
    }
    reached[words.len()]
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_take_what_rabbitmq_would_take() {
        for (pattern, key, expected) in [
            ("task.created", "task.created", true),
            ("task.created", "task.deleted", false),
            ("task.*", "task.created", true),
            ("task.*", "task", false),
            ("task.*", "task.created.twice", false),
            ("task.#", "task", true),
            ("task.#", "task.created.twice", true),
            ("#", "anything.at.all", true),
            ("*.created", "task.created", true),
            ("*.created", "created", false),
            ("#.created", "created", true),
            ("#.created.#", "task.created.twice", true),
            ("#.#", "task", true),
            ("*.#.*", "task", false),
            ("*.#.*", "task.created", true),
            ("user.*", "task.created", false),
            ("task", "task.created", false),
        ] {
            assert_eq!(matches(pattern, key), expected, "{pattern} and {key}");
        }
    }
}
