//! Rules that hold for every text a client sends.

/// The text, unless it holds NUL or another C0 control character than newline and tab.
///
/// # Errors
/// The sentence for the client.
pub fn without_control_characters(text: String) -> Result<String, String> {
    if text.chars().any(|c| (c < ' ' && c != '\n' && c != '\t') || c == '\u{7f}') {
        return Err("must not contain control characters other than newline and tab".to_owned());
    }
    Ok(text)
}

/// The text, unless it has more or fewer characters (not bytes) than allowed.
///
/// # Errors
/// The sentence for the client.
pub fn with_length(text: String, least: usize, most: usize) -> Result<String, String> {
    let length = text.chars().count();
    if length < least {
        return Err(match least {
            1 => "must not be empty".to_owned(),
            _ => format!("must have at least {least} characters"),
        });
    }
    if length > most {
        return Err(format!("must have {most} characters at most"));
    }
    Ok(text)
}

/// The words of a list with commas between, without the spaces around them.
pub fn between_commas(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(|word| word.trim_matches(' '))
}
