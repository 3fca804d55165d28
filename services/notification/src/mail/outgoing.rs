//! The mails of this service, as the sender of `crates/mail` takes them: rows become letters to the recipient's address
//! of today.

use ::mail::{Held, Leased, MailQueue, Verdict};
use async_trait::async_trait;
use service_kit::db::Db;
use uuid::Uuid;

use super::{
    digest_items::{self, Item},
    letter::{DIGEST, Letterhead},
    queue::{self, Row},
};
use crate::error::Error;

/// Mails that one statement skips.
const SKIPPED: i64 = 1000;

/// The table `mails`, and the paper that it is written on.
pub struct Outgoing {
    db: Db,
    letters: Letterhead,
}

impl Outgoing {
    /// The mails in `db`.
    #[must_use]
    pub fn new(db: Db, letters: Letterhead) -> Self {
        Self { db, letters }
    }

    fn leased(&self, row: &Row, items: &[Item]) -> Leased {
        let quiet = row.quiet_until().and_then(|end| (end - row.now).to_std().ok());
        let mail = match (&row.address, row.is_active) {
            (Some(_), Some(false)) => Err(Held::Skip("the account is not active".to_owned())),
            (Some(_), _) if quiet.is_some() => {
                Err(Held::Wait("the recipient's quiet hours".to_owned(), quiet.unwrap_or_default()))
            }
            (Some(address), _) => {
                let held: Vec<_> = items.iter().filter(|item| item.digest_id == row.id).cloned().collect();
                self.letters.letter(row, address, &held).map_err(|fault| Held::Skip(fault.to_string()))
            }
            (None, _) => Err(Held::Missing("the recipient is not known here yet".to_owned())),
        };
        Leased { id: row.id, attempts: row.attempts, mail }
    }
}

#[async_trait]
impl MailQueue for Outgoing {
    type Error = Error;

    async fn lease(&self, limit: i64) -> Result<Vec<Leased>, Error> {
        let work = move |conn: &mut _| {
            let rows = queue::lease(conn, limit)?;
            let digests: Vec<_> = rows.iter().filter(|row| row.kind == DIGEST).map(|row| row.id).collect();
            let items = digest_items::of(conn, &digests)?;
            Ok::<_, Error>((rows, items))
        };
        let (rows, items) = self.db.transaction(work).await?;
        Ok(rows.iter().map(|row| self.leased(row, &items)).collect())
    }

    async fn settle(&self, settled: Vec<(Uuid, Verdict)>) -> Result<(), Error> {
        self.db.transaction(move |conn| Ok(queue::settle(conn, &settled)?)).await
    }

    async fn skip(&self) -> Result<usize, Error> {
        self.db.transaction(|conn| Ok(queue::skip(conn, SKIPPED)?)).await
    }
}
