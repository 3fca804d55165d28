//! The exact line to type when an engine is not there and was not, or could not be, fetched.

use crate::tool::in_path;

/// How each package manager installs PostgreSQL, and a certain major version of it.
const POSTGRES: [(&str, &str, &str); 5] = [
    ("apt-get", "sudo apt-get install postgresql", "sudo apt-get install postgresql-{major}"),
    ("dnf", "sudo dnf install postgresql-server", "sudo dnf install postgresql{major}-server"),
    ("pacman", "sudo pacman -S postgresql", "sudo pacman -S postgresql"),
    ("apk", "apk add postgresql", "apk add postgresql{major}"),
    ("brew", "brew install postgresql@17", "brew install postgresql@{major}"),
];

/// How each package manager installs RabbitMQ.
const RABBITMQ: [(&str, &str); 5] = [
    ("apt-get", "sudo apt-get install rabbitmq-server erlang-eldap"),
    ("dnf", "sudo dnf install rabbitmq-server"),
    ("pacman", "sudo pacman -S rabbitmq"),
    ("apk", "apk add rabbitmq-server"),
    ("brew", "brew install rabbitmq"),
];

/// Installs PostgreSQL, of the version `major` if it must be that one, on the system that we are on.
pub(crate) fn postgres(major: Option<u32>) -> String {
    let line = POSTGRES.iter().find(|line| in_path(line.0).is_some());
    match (line, major) {
        (Some(line), None) => line.1.to_owned(),
        (Some(line), Some(major)) => line.2.replace("{major}", &major.to_string()),
        (None, _) => "export PG_BIN=<the bin directory of a PostgreSQL>".to_owned(),
    }
}

/// Installs RabbitMQ on the system that we are on.
pub(crate) fn rabbitmq() -> String {
    let line = RABBITMQ.iter().find(|line| in_path(line.0).is_some());
    line.map_or("export AMQP_URL=<the URL of a RabbitMQ>", |line| line.1).to_owned()
}
