//! The exact line to type when an engine is not there and was not, or could not be, fetched.

use std::env;
use std::path::PathBuf;

/// How each package manager installs each engine, in the order in which they are looked for.
const LINES: [(&str, &str, &str); 5] = [
    ("apt-get", "sudo apt-get install postgresql", "sudo apt-get install rabbitmq-server"),
    ("dnf", "sudo dnf install postgresql-server", "sudo dnf install rabbitmq-server"),
    ("pacman", "sudo pacman -S postgresql", "sudo pacman -S rabbitmq"),
    ("apk", "apk add postgresql", "apk add rabbitmq-server"),
    ("brew", "brew install postgresql@17", "brew install rabbitmq"),
];

/// Installs PostgreSQL here; a sentence where we do not know the system.
pub(crate) fn postgres() -> &'static str {
    first(|line| line.1).unwrap_or("install PostgreSQL and put its bin directory into PG_BIN")
}

fn first(pick: impl Fn(&(&str, &'static str, &'static str)) -> &'static str) -> Option<&'static str> {
    LINES.iter().find(|line| in_path(line.0).is_some()).map(pick)
}

/// Where `PATH` has the program `name`.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|program| program.is_file())
}
