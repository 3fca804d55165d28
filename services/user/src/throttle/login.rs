//! Attempts at a password: each one is written down as failed before it is looked at, and forgiven when it was right.
//! So a thousand guesses at once are no better than one after the other.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, delete, insert_into,
    update,
};
use sha2::{Digest as _, Sha256};

use super::{
    ladder::{pause, retry_after},
    limits::Limits,
    windows::{self, Action},
};
use crate::{clock, error::Error, schema::login_failures, state::AppState};

/// Failures are forgotten after this long without another one.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// Somebody's attempt at the password of an account (which need not exist).
#[derive(Debug, Clone)]
pub struct Attempt {
    account: Vec<u8>,
    client: String,
}

impl Attempt {
    /// What was typed as the address may be anything, a password too: only its digest is kept.
    #[must_use]
    pub fn new(email: &str, client: String) -> Self {
        Self { account: Sha256::digest(email.trim().to_lowercase()).to_vec(), client }
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
        let now = clock::now();
        insert_into(login_failures::table)
            .values((
                login_failures::account.eq(&self.account),
                login_failures::client.eq(&self.client),
                login_failures::failures.eq(0),
                login_failures::failed_at.eq(now),
                login_failures::blocked_until.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
        let row = login_failures::table.find((&self.account, &self.client));
        let (failures, failed_at, blocked_until): (i32, DateTime<Utc>, DateTime<Utc>) = row
            .select((login_failures::failures, login_failures::failed_at, login_failures::blocked_until))
            .for_update()
            .first(conn)?;
        if blocked_until > now {
            return Err(Error::Throttled { seconds: retry_after(blocked_until - now) });
        }
        let failures = if failed_at + FORGOTTEN_AFTER < now { 1 } else { failures.saturating_add(1) };
        let blocked_until = now + pause(failures.unsigned_abs(), limits.login_free_failures);
        update(row)
            .set((
                login_failures::failures.eq(failures),
                login_failures::failed_at.eq(now),
                login_failures::blocked_until.eq(blocked_until),
            ))
            .execute(conn)?;
        windows::take(conn, Action::LoginFailure, &self.client, limits.login_client_failures)
    }

    /// The password was right, and the login needs more than that: the attempt counts neither as a failure nor as a
    /// success. So nobody who knows the password can clear the count between guesses at the second factor.
    ///
    /// # Errors
    /// The database's.
    pub fn withdraw(&self, conn: &mut PgConnection) -> QueryResult<()> {
        update(login_failures::table.find((&self.account, &self.client)))
            .set((
                login_failures::failures.eq(login_failures::failures - 1),
                login_failures::blocked_until.eq(clock::now()),
            ))
            .execute(conn)?;
        windows::give_back(conn, Action::LoginFailure, &self.client)
    }

    /// The password was right: the account's failures from this client are forgotten, and this one did not count.
    ///
    /// # Errors
    /// The database's.
    pub fn forgive(&self, conn: &mut PgConnection) -> QueryResult<()> {
        delete(login_failures::table.find((&self.account, &self.client))).execute(conn)?;
        windows::give_back(conn, Action::LoginFailure, &self.client)
    }
}
