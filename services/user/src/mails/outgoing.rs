//! What the sender is given: a leased row becomes a mail here, and one with a link becomes good for as long as the mail
//! says.

use async_trait::async_trait;
use chrono::TimeDelta;
use diesel::PgConnection;
use mail::{Held, Leased, Mail, MailQueue, Verdict};
use service_kit::{context::RequestContext, db::Db};
use uuid::Uuid;

use super::{
    kind::Kind,
    letter::Letterhead,
    queue::{self, Row},
    token,
};
use crate::{clock, email_proofs, error::Error, passwords::pepper::Peppers, passwords::reset_store};

/// Mails that one statement skips.
const SKIPPED: i64 = 1000;
/// A new password that was asked for so long ago is not wanted any more.
const WANTED_FOR: TimeDelta = TimeDelta::hours(2);

/// This service's queue of mails.
#[derive(Clone)]
pub struct Outgoing {
    db: Db,
    peppers: Peppers,
    letterhead: Letterhead,
}

impl Outgoing {
    /// Over the table of this service.
    #[must_use]
    pub fn new(db: Db, peppers: Peppers, public_url: &str) -> Self {
        Self { db, peppers, letterhead: Letterhead::new(public_url) }
    }

    /// The mail of a row, or why it does not go.
    fn prepare(&self, conn: &mut PgConnection, row: &Row) -> Result<Result<Mail, Held>, Error> {
        let kind: Kind = match row.kind.parse() {
            Ok(kind) => kind,
            // A later version wrote it; that one will send it.
            Err(reason) => return Ok(Err(Held::Missing(reason))),
        };
        let token = token::of(self.peppers.present(), row.id);
        let address = match kind {
            Kind::PasswordReset if row.created_at + WANTED_FOR < clock::now() => {
                return Ok(Err(Held::Skip("too old to be wanted".to_owned())));
            }
            Kind::PasswordReset => {
                let hash = token::digest(&token);
                RequestContext::sync_scope(Some(row.context()), || {
                    reset_store::offer(conn, &row.address, &hash, row.attempts == 1)
                })?
            }
            Kind::VerifyEmail | Kind::ChangeEmail => {
                let is_open = email_proofs::store::find(conn, &token::digest(&token))?.is_some();
                is_open.then(|| row.address.clone()).ok_or("its link is not good any more")
            }
            Kind::EmailChangeAsked
            | Kind::EmailChanged
            | Kind::PasswordChanged
            | Kind::TotpEnabled
            | Kind::TotpDisabled => Ok(row.address.clone()),
        };
        Ok(address
            .map(|address| self.letterhead.letter(row.id, kind, &address, &token))
            .map_err(|reason| Held::Skip(reason.to_owned())))
    }
}

#[async_trait]
impl MailQueue for Outgoing {
    type Error = Error;

    async fn lease(&self, limit: i64) -> Result<Vec<Leased>, Error> {
        let this = self.clone();
        self.db
            .transaction(move |conn| {
                let rows = queue::lease(conn, limit)?;
                rows.iter()
                    .map(|row| {
                        let mail = this.prepare(conn, row)?;
                        Ok(Leased { id: row.id, attempts: row.attempts, mail })
                    })
                    .collect()
            })
            .await
    }

    async fn settle(&self, settled: Vec<(Uuid, Verdict)>) -> Result<(), Error> {
        self.db
            .transaction(move |conn| {
                for (id, verdict) in &settled {
                    if let Verdict::Failed(reason) = verdict {
                        log::warn!(mail:display = id; "a mail is given up: {reason}");
                    }
                    queue::settle(conn, *id, verdict)?;
                }
                Ok(())
            })
            .await
    }

    async fn skip(&self) -> Result<usize, Error> {
        self.db.transaction(|conn| Ok(queue::skip(conn, SKIPPED)?)).await
    }
}
