//! How often a client did something in its present window of time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, insert_into, update,
};

use super::ladder::retry_after;
use crate::{clock, error::Error, schema::client_windows};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A failed login.
    LoginFailure,
    /// A registration.
    Registration,
    /// A password reset.
    Reset,
    /// A wrong one-time password; counted for an account instead of a client.
    WrongCode,
    /// A mail that asks whether an address is the account's; counted for the account.
    AddressMail,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::LoginFailure => "login failure",
            Self::Registration => "registration",
            Self::Reset => "reset",
            Self::WrongCode => "wrong code",
            Self::AddressMail => "address mail",
        }
    }

    /// Length of the window.
    const fn window(self) -> TimeDelta {
        match self {
            Self::LoginFailure => TimeDelta::minutes(15),
            Self::Registration | Self::Reset | Self::WrongCode | Self::AddressMail => TimeDelta::hours(1),
        }
    }
}

/// Counts one, if the client's window has room for it.
///
/// # Errors
/// [`Error::Throttled`] until the window ends; the database's.
pub fn take(conn: &mut PgConnection, action: Action, client: &str, limit: u32) -> Result<(), Error> {
    let now = clock::now();
    // One statement makes or locks the row: between two, the janitor could delete it.
    let (started_at, count): (DateTime<Utc>, i32) = insert_into(client_windows::table)
        .values((
            client_windows::action.eq(action.name()),
            client_windows::client.eq(client),
            client_windows::started_at.eq(now),
            client_windows::count.eq(0),
        ))
        .on_conflict((client_windows::action, client_windows::client))
        .do_update()
        .set(client_windows::count.eq(client_windows::count))
        .returning((client_windows::started_at, client_windows::count))
        .get_result(conn)?;
    let (started_at, count) =
        if started_at + action.window() <= now { (now, 0) } else { (started_at, count) };
    if count.unsigned_abs() >= limit {
        return Err(Error::Throttled { seconds: retry_after(started_at + action.window() - now) });
    }
    update(client_windows::table.find((action.name(), client)))
        .set((client_windows::started_at.eq(started_at), client_windows::count.eq(count + 1)))
        .execute(conn)?;
    Ok(())
}

/// Takes one back: it was no failure.
///
/// # Errors
/// The database's.
pub fn give_back(conn: &mut PgConnection, action: Action, client: &str) -> QueryResult<()> {
    update(client_windows::table.find((action.name(), client)).filter(client_windows::count.gt(0)))
        .set(client_windows::count.eq(client_windows::count - 1))
        .execute(conn)?;
    Ok(())
}
