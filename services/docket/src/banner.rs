//! What the launcher tells the person who started it.

use std::{net::SocketAddr, path::Path};

/// The credentials of the first administrator, where the person cannot know them otherwise.
pub struct Credentials {
    /// E-mail address.
    pub email: String,
    /// Password, shown this once.
    pub password: String,
}

/// Everything there is to know after a start.
pub struct Facts<'a> {
    /// Where Docket is served.
    pub address: SocketAddr,
    /// Where everything is kept.
    pub data_dir: &'a Path,
    /// About the database.
    pub database: &'a str,
    /// About the bus.
    pub bus: &'a str,
    /// Only when they were made by this start.
    pub credentials: Option<&'a Credentials>,
}

/// The text.
#[must_use]
pub fn banner(facts: &Facts<'_>) -> String {
    let Facts { address, data_dir, database, bus, credentials } = facts;
    let data = data_dir.display();
    let admin = credentials.map_or_else(String::new, |Credentials { email, password }| {
        format!(
            "\n  First administrator (shown this once)\n    e-mail    {email}\n    password  {password}\n"
        )
    });
    format!(
        "\nDocket runs.\n\n  \
         Page       http://{address}/\n  \
         API        http://{address}/api/\n  \
         Swagger    http://{address}/api/docs/swagger/\n  \
         ReDoc      http://{address}/api/docs/redoc/\n\n  \
         Database   {database}\n  \
         Event bus  {bus}\n  \
         Data       {data}\n  \
         Reset      stop Docket, then: rm -r {data}\n\
         {admin}\n  \
         Ctrl-C stops it.\n"
    )
}
