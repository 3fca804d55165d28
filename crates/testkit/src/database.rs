//! A database of its own for one test.

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};

use crate::servers;

/// A fresh, empty database; dropped with the test, whatever became of it.
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// Makes it. Blocks; call it before or outside the runtime's event loop.
    #[must_use]
    pub fn create() -> Self {
        let server = servers::postgres();
        let name = format!("it_{}", uuid::Uuid::new_v4().simple());
        connect(server).batch_execute(&format!("CREATE DATABASE {name}")).expect("CREATE DATABASE");
        let (before, query) = server
            .split_once('?')
            .map_or((server, String::new()), |(before, query)| (before, format!("?{query}")));
        let (host, _) = before.rsplit_once('/').expect("a URL with a database");
        Self { url: format!("{host}/{name}{query}"), name }
    }

    /// libpq URL of a superuser on it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection whose search path is `schema`, for looking behind the API.
    #[must_use]
    pub fn connect(&self, schema: &str) -> PgConnection {
        let mut conn = connect(&self.url);
        conn.batch_execute(&format!("SET search_path = \"{schema}\"")).expect("SET search_path");
        conn
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let outcome = PgConnection::establish(servers::postgres())
            .map_err(|error| error.to_string())
            .and_then(|mut conn| {
                let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
                conn.batch_execute(&statement).map_err(|error| error.to_string())
            });
        if let Err(error) = outcome {
            eprintln!("the database {} stays: {error}", self.name);
        }
    }
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("a connection to the test server")
}
