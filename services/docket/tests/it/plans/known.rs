//! What is known to grow with the data, and why it may. Something that does not grow any more fails until its line is gone.

/// Of a schema, statements with this in their shortened text.
pub struct Known {
    pub schema: &'static str,
    pub text: &'static str,
    /// Why it may.
    pub reason: &'static str,
}

impl Known {
    /// Whether this statement is meant.
    pub fn is(&self, schema: &str, text: &str) -> bool {
        self.schema == schema && text.contains(self.text)
    }
}

/// Whether it is known to grow.
pub fn is_known(schema: &str, text: &str) -> bool {
    KNOWN.iter().any(|known| known.is(schema, text))
}

const fn known(schema: &'static str, text: &'static str, reason: &'static str) -> Known {
    Known { schema, text, reason }
}

const DIRECTORY: &str = "the directory is read into memory as a whole, at the start and once an hour";
const TOKENS: &str = "every ten minutes; as many as there are tokens in use";
const FILTERS: &str =
    "an administrator's filter without an index: cheap while what is looked for is not rare";
const SEARCH: &str =
    "what has the words is sorted: it grows with how many tasks have them, not with how many there are";
const TRASH: &str =
    "the trash is sorted by when its tasks were created; it holds what was deleted in 30 days";
const ACCOUNTS: &str = "accounts, as administrators look for them: parts of words, and flags that most share";
const LOG: &str = "administrators' filter of the delivery log by its states; it holds 90 days";

#[rustfmt::skip]
pub const KNOWN: &[Known] = &[
    known("task", "FROM directory_users WHERE (directory_users.changed_at >= $)", DIRECTORY),
    known("task", "FROM directory_tokens WHERE (directory_tokens.changed_at >= $)", DIRECTORY),
    known("task", "FROM directory_ended_sessions WHERE (directory_ended_sessions.ended_at >= $)", DIRECTORY),
    known("task", "DELETE FROM directory_tokens", TOKENS),
    known("task", "(tasks.due_key > $)", FILTERS),
    known("task", "(tasks.due_key < $)", FILTERS),
    known("task", "(tasks.id = ANY($))", SEARCH),
    known("task", "(tasks.deleted_at IS NOT NULL)", TRASH),
    known("notification", "FROM directory_users WHERE (directory_users.changed_at >= $)", DIRECTORY),
    known("notification", "FROM directory_tokens WHERE (directory_tokens.changed_at >= $)", DIRECTORY),
    known("notification", "FROM directory_ended_sessions WHERE (directory_ended_sessions.ended_at >= $)", DIRECTORY),
    known("notification", "DELETE FROM directory_tokens", TOKENS),
    known("notification", "(mails.state = $)", LOG),
    known("notification", "(webhook_deliveries.state = $)", LOG),
    known("user", "(users.email ILIKE $)", ACCOUNTS),
    known("user", "(users.is_active = $)", ACCOUNTS),
    known("user", "(users.role = $)", ACCOUNTS),
];
