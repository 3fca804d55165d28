//! Whether a second factor is the right one: under the lock on the account's row, in the transaction of what it is for,
//! so that of any number of requests with one code a single one goes through.

use diesel::PgConnection;
use uuid::Uuid;

use super::{code, given::Given, recovery, store};
use crate::{
    clock,
    error::Error,
    passwords::pepper::Peppers,
    sealing::{Purpose, Sealer},
    throttle::{
        login::Source,
        windows::{self, Action},
    },
};

/// What a check needs beside the database. Cheap to clone.
#[derive(Clone)]
pub struct Checker {
    sealer: Sealer,
    peppers: Peppers,
    /// Wrong codes of one account within an hour.
    limit: u32,
}

/// What a check found. Whatever it is, the transaction is to be committed: a wrong code counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The account has no second factor.
    NotAsked,
    /// It has one, and none was given.
    Missing,
    /// Not the right one, or used before.
    Wrong,
    /// A code of the app.
    Code,
    /// A recovery code, which is used up now.
    Recovery,
}

impl Checker {
    /// With secrets sealed under these peppers, and so many wrong codes an hour.
    #[must_use]
    pub fn new(peppers: &Peppers, limit: u32) -> Self {
        Self { sealer: Sealer::new(peppers.clone()), peppers: peppers.clone(), limit }
    }

    /// Seals secrets.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Keys the hashes of recovery codes.
    #[must_use]
    pub fn peppers(&self) -> &Peppers {
        &self.peppers
    }

    /// Checks `given` for an account, and uses it up. Wrong ones of strangers are counted for the account, wherever they
    /// come from: whoever gets this far has the password, and six digits are few. Those of a known device or session are
    /// counted for it alone, so that a thief of the password does not lock the owner out.
    ///
    /// # Errors
    /// [`Error::Throttled`] after too many wrong ones; [`Error::Crypto`]; the database's.
    pub fn check(
        &self,
        conn: &mut PgConnection,
        user: Uuid,
        given: Option<&Given>,
        by: &Source,
    ) -> Result<Verdict, Error> {
        let Some(row) = store::find(conn, user)?.filter(|row| row.confirmed_at.is_some()) else {
            return Ok(Verdict::NotAsked);
        };
        let Some(given) = given else { return Ok(Verdict::Missing) };
        let counted_for = match by {
            Source::Stranger(_) => user.to_string(),
            Source::Known(name) => format!("{user} {name}"),
        };
        windows::take(conn, Action::WrongCode, &counted_for, self.limit)?;
        let verdict = match given {
            Given::Code(digits) if self.is_code(conn, user, &row, digits)? => Verdict::Code,
            Given::Recovery(plain) => {
                let hashes = recovery::hashes(&self.peppers, user, plain);
                if store::use_recovery_code(conn, user, &hashes)? {
                    Verdict::Recovery
                } else {
                    Verdict::Wrong
                }
            }
            Given::Code(_) | Given::Nonsense => Verdict::Wrong,
        };
        if verdict != Verdict::Wrong {
            windows::give_back(conn, Action::WrongCode, &counted_for)?;
        }
        Ok(verdict)
    }

    /// Whether these digits are an unused code of the row's secret; uses it up.
    ///
    /// # Errors
    /// [`Error::Crypto`]; the database's.
    pub(super) fn is_code(
        &self,
        conn: &mut PgConnection,
        user: Uuid,
        row: &store::Row,
        digits: &str,
    ) -> Result<bool, Error> {
        let opened = self.sealer.open(Purpose::OneTimePassword, user.as_bytes(), &row.secret)?;
        let Some(step) = code::accepted_step(&opened.secret, digits, clock::now(), row.last_step) else {
            return Ok(false);
        };
        if opened.is_outdated {
            let sealed = self.sealer.seal(Purpose::OneTimePassword, user.as_bytes(), &opened.secret)?;
            store::reseal(conn, user, &sealed)?;
        }
        Ok(store::use_step(conn, user, step)?)
    }
}
