//! Fills a fresh installation by SQL: what would take the API an hour, or a week.

mod bulk;
mod rows;

use anyhow::Context as _;
use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use uuid::Uuid;

use crate::options::Options;

/// Ids are numbers with a prefix, so that nobody has to ask for them.
const TASK: u128 = 0x0000_0002_0000_7000_8000_0000_0000_0000;

/// The id of task `number`, from 0. It is assigned to user `number % users`.
#[must_use]
pub fn task(number: u32) -> Uuid {
    Uuid::from_u128(TASK + u128::from(number))
}

/// The address of user `number`; everybody has the administrator's password.
#[must_use]
pub fn email(number: u32) -> String {
    format!("user{number}@example.org")
}

/// Writes users, tasks with a row of history each, and notifications; the tables are vacuumed and analysed afterwards.
///
/// Nobody has mails sent: their cost is the mail server's, and is not part of any scenario.
///
/// # Errors
/// The database's.
pub fn fill(url: &str, options: &Options) -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(url).context("the database")?;
    conn.batch_execute(bulk::SESSION)?;
    for (table, select) in rows::all(options) {
        bulk::insert(&mut conn, table, &select).with_context(|| table)?;
    }
    conn.batch_execute("VACUUM ANALYZE")?;
    conn.batch_execute("CHECKPOINT")?;
    Ok(())
}

/// An SQL expression: the id with that prefix of the number.
pub fn id(prefix: &str, number: &str) -> String {
    format!("('{prefix}-0000-7000-8000-' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid")
}
