//! A statement's text, short, and the same however many values it is given.

/// The text without quotes, column lists and numbers of binds.
pub fn shortened(text: &str) -> String {
    let mut short = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "");
    short = without_numbers(&short);
    // Until nothing changes: rows of values are shortened before lists of rows are.
    let lists = [("$, $", "$"), ("$, DEFAULT", "$"), ("DEFAULT, $", "$"), ("($), ($)", "($)")];
    while let Some((list, one)) = lists.iter().find(|(list, _)| short.contains(list)) {
        short = short.replace(list, one);
    }
    without_columns(&short)
}

/// `$12` as `$`.
fn without_numbers(text: &str) -> String {
    let mut is_bind = false;
    let mut short = String::with_capacity(text.len());
    for c in text.chars() {
        let is_number = is_bind && c.is_ascii_digit();
        is_bind = c == '$' || is_number;
        if !is_number {
            short.push(c);
        }
    }
    short
}

/// What a SELECT gives and where an INSERT puts it, as `…` where it is long.
fn without_columns(text: &str) -> String {
    const LONG: usize = 30;
    let (start, end) = match text.split_once(' ') {
        Some(("SELECT", _)) => ("SELECT ".len(), top_level(text, " FROM ")),
        Some(("INSERT", _)) => (text.find('(').map_or(0, |at| at + 1), text.find(')')),
        _ => return text.to_owned(),
    };
    match end {
        Some(end) if end > start + LONG => format!("{}…{}", &text[..start], &text[end..]),
        _ => text.to_owned(),
    }
}

/// Where `part` stands outside of all parentheses.
fn top_level(text: &str, part: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0 && text[at..].starts_with(part)).then_some(at)
    })
}

#[test]
fn a_statement_is_shortened_to_what_it_does() {
    let given = "SELECT \"t\".\"id\", \"t\".\"title\", \"t\".\"description\", (SELECT 1 FROM x) FROM \"t\" WHERE id = ANY($12)\n  AND n IN ($1, $2, $3)";
    assert_eq!(shortened(given), "SELECT … FROM t WHERE id = ANY($) AND n IN ($)");
    let given = "INSERT INTO t (a, b, c, d, e, f, g, h, i, j, k, l, m, n) VALUES ($1, $2, DEFAULT), ($3, $4, DEFAULT)";
    assert_eq!(shortened(given), "INSERT INTO t (…) VALUES ($)");
}
