//! Attempts at a password: each one is written down as failed before it is looked at, and forgiven when it was right.
//! So a thousand guesses at once are no better than one after the other.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, delete, insert_into,
    update,
};
use uuid::Uuid;

use super::{
    ladder::{pause, retry_after},
    limits::Limits,
    windows::{self, Action},
};
use crate::{clock, error::Error, passwords::lanes::Lane, schema::login_failures, state::AppState};

/// Failures are forgotten after this long without another one.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// Who tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Anybody at this client.
    Stranger(String),
    /// A device or session that belongs to the account, by its name. What strangers do, also from the same network, is
    /// not counted for it.
    Known(String),
}

impl Source {
    /// The device of a cookie.
    #[must_use]
    pub fn device(id: Uuid) -> Self {
        Self::Known(format!("device {id}"))
    }

    /// A live session.
    #[must_use]
    pub fn session(sid: Uuid) -> Self {
        Self::Known(format!("session {sid}"))
    }

    /// The lane in which its passwords are hashed.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self {
            Self::Stranger(_) => Lane::Strangers,
            Self::Known(_) => Lane::Known,
        }
    }
}

/// Somebody's attempt at the password of an account (which need not exist).
#[derive(Debug, Clone)]
pub struct Attempt {
    account: [u8; 32],
    source: Source,
}

impl Attempt {
    /// At the account of this digest.
    #[must_use]
    pub fn new(account: [u8; 32], source: Source) -> Self {
        Self { account, source }
    }

    /// Whose it is.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn key(&self) -> (&[u8], &str) {
        let (Source::Stranger(name) | Source::Known(name)) = &self.source;
        (&self.account, name)
    }

    /// Counts the attempt as a failure, in a transaction of its own.
    ///
    /// # Errors
    /// [`Error::Throttled`] when it comes too early; the database's.
    pub async fn reserve(&self, state: &AppState) -> Result<(), Error> {
        let (attempt, limits) = (self.clone(), state.limits);
        state.db.transaction(move |conn| attempt.count(conn, &limits)).await
    }

    fn count(&self, conn: &mut PgConnection, limits: &Limits) -> Result<(), Error> {
        let (now, (account, source)) = (clock::now(), self.key());
        // One statement makes or locks the row: between two, whoever has just got in would delete it.
        let (failures, failed_at, blocked_until): (i32, DateTime<Utc>, DateTime<Utc>) =
            insert_into(login_failures::table)
                .values((
                    login_failures::account.eq(account),
                    login_failures::client.eq(source),
                    login_failures::failures.eq(0),
                    login_failures::failed_at.eq(now),
                    login_failures::blocked_until.eq(now),
                ))
                .on_conflict((login_failures::account, login_failures::client))
                .do_update()
                .set(login_failures::failures.eq(login_failures::failures))
                .returning((
                    login_failures::failures,
                    login_failures::failed_at,
                    login_failures::blocked_until,
                ))
                .get_result(conn)?;
        if blocked_until > now {
            return Err(Error::Throttled { seconds: retry_after(blocked_until - now) });
        }
        let failures = if failed_at + FORGOTTEN_AFTER < now { 1 } else { failures.saturating_add(1) };
        let blocked_until = now + pause(failures.unsigned_abs(), limits.login_free_failures);
        update(login_failures::table.find((account, source)))
            .set((
                login_failures::failures.eq(failures),
                login_failures::failed_at.eq(now),
                login_failures::blocked_until.eq(blocked_until),
            ))
            .execute(conn)?;
        match &self.source {
            Source::Stranger(client) => {
                windows::take(conn, Action::LoginFailure, client, limits.login_client_failures)
            }
            Source::Known(_) => Ok(()),
        }
    }

    /// The password was right, and the login needs more than that: the attempt counts neither as a failure nor as a
    /// success. So nobody who knows the password can clear the count between guesses at the second factor.
    ///
    /// # Errors
    /// The database's.
    pub fn withdraw(&self, conn: &mut PgConnection) -> QueryResult<()> {
        update(login_failures::table.find(self.key()))
            .set((
                login_failures::failures.eq(login_failures::failures - 1),
                login_failures::blocked_until.eq(clock::now()),
            ))
            .execute(conn)?;
        self.give_back(conn)
    }

    /// The password was right: the account's failures from this source are forgotten, and this one did not count.
    ///
    /// # Errors
    /// The database's.
    pub fn forgive(&self, conn: &mut PgConnection) -> QueryResult<()> {
        delete(login_failures::table.find(self.key())).execute(conn)?;
        self.give_back(conn)
    }

    fn give_back(&self, conn: &mut PgConnection) -> QueryResult<()> {
        match &self.source {
            Source::Stranger(client) => windows::give_back(conn, Action::LoginFailure, client),
            Source::Known(_) => Ok(()),
        }
    }
}
