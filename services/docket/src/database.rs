//! Prepares the private Postgres: one database, a role and a schema per service, and one for the bus.
//!
//! A service's role owns its schema and can see no other; so the services stay apart here as they are in a cluster.

use anyhow::Context as _;
use diesel::{
    Connection as _, PgConnection, RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_query,
    sql_types::{BigInt, Text},
};

/// Name of the database.
pub const DATABASE: &str = "docket";

/// Schemas, each owned by a role of the name `docket_<schema>`.
const SCHEMAS: [&str; 4] = ["user", "task", "notification", "bus"];

/// The URL of each part's own role.
#[derive(Debug, Clone)]
pub struct DatabaseUrls {
    /// User service.
    pub user: String,
    /// Task service.
    pub task: String,
    /// Notification service.
    pub notification: String,
    /// Event bus.
    pub bus: String,
}

impl DatabaseUrls {
    /// The same URL for all: a database that somebody else provides, whose role may create schemas.
    #[must_use]
    pub fn shared(url: &str) -> Self {
        let url = url.to_owned();
        Self { user: url.clone(), task: url.clone(), notification: url.clone(), bus: url }
    }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Makes what is missing, as the superuser; `url` gives the URL of a role on a database.
///
/// # Errors
/// When a statement fails.
pub fn prepare(url: impl Fn(&str, &str) -> String) -> anyhow::Result<DatabaseUrls> {
    let mut server = PgConnection::establish(&url("postgres", "postgres")).context("the private Postgres")?;
    for schema in SCHEMAS {
        let role = role(schema);
        if !exists(&mut server, "SELECT count(*) FROM pg_roles WHERE rolname = $1", &role)? {
            server.batch_execute(&format!("CREATE ROLE {role} LOGIN"))?;
        }
    }
    if !exists(&mut server, "SELECT count(*) FROM pg_database WHERE datname = $1", DATABASE)? {
        server.batch_execute(&format!("CREATE DATABASE {DATABASE}"))?;
    }
    let mut database = PgConnection::establish(&url("postgres", DATABASE))?;
    for schema in SCHEMAS {
        database.batch_execute(&format!(
            "SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS \"{schema}\" AUTHORIZATION {};",
            role(schema)
        ))?;
    }
    // The bus makes its own tables, and asks for its schema as it does where nobody has made it.
    database.batch_execute(&format!("GRANT CREATE ON DATABASE {DATABASE} TO {}", role("bus")))?;
    let url = |schema: &str| url(&role(schema), DATABASE);
    Ok(DatabaseUrls {
        user: url("user"),
        task: url("task"),
        notification: url("notification"),
        bus: url("bus"),
    })
}

fn role(schema: &str) -> String {
    format!("docket_{schema}")
}

fn exists(conn: &mut PgConnection, query: &str, name: &str) -> diesel::QueryResult<bool> {
    sql_query(query).bind::<Text, _>(name).get_result::<Count>(conn).map(|row| row.count > 0)
}
