//! The first administrator, who never comes from "first to register".

use anyhow::{Context as _, bail};
use diesel::{ExpressionMethods as _, PgConnection, RunQueryDsl as _, insert_into};
use events::EventActor;
use service_kit::{auth::Role, db::Db};

use crate::{
    accounts::{
        email::Email,
        operations::{self, NewAccount},
        timezone::Timezone,
    },
    error::Error,
    passwords::{hashing::Hasher, lanes::Lane, rules, secret::Secret},
    schema::milestones,
};

const FIRST_ADMIN: &str = "first administrator";

/// Makes an administrator on somebody's word at the command line.
///
/// # Errors
/// When the address or the password is not acceptable, or the address is in use.
pub async fn create_admin(db: &Db, hasher: &Hasher, email: &str, password: &Secret) -> anyhow::Result<()> {
    let account = account(hasher, email, password).await?;
    let made = db.transaction(move |conn| operations::register(conn, account.clone(), by_the_system()));
    match made.await {
        Ok(user) => log::info!(user:display = user.id; "made an administrator"),
        Err(Error::EmailTaken) => bail!("{email} has an account already"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Makes the first administrator, once in the life of the installation: it is written down, so that a later start
/// does not bring back one that was deleted. Tells whether it was made now.
///
/// # Errors
/// When the address or the password is not acceptable; the database's.
pub async fn first_admin(db: &Db, hasher: &Hasher, email: &str, password: &Secret) -> anyhow::Result<bool> {
    if db.read(is_reached).await? {
        return Ok(false);
    }
    let account = account(hasher, email, password).await.context("ADMIN_EMAIL and ADMIN_PASSWORD")?;
    let made = db.transaction(move |conn| {
        // Of two starts at once the second waits here, and finds the row.
        let milestone = insert_into(milestones::table).values(milestones::name.eq(FIRST_ADMIN));
        if milestone.on_conflict_do_nothing().execute(conn)? == 0 {
            return Ok(false);
        }
        operations::register(conn, account.clone(), by_the_system()).map(|_| true)
    });
    match made.await {
        Err(Error::EmailTaken) => {
            log::warn!(
                "ADMIN_EMAIL has an account already; it stays as it is. Use create-admin with another one."
            );
            Ok(false)
        }
        outcome => Ok(outcome?),
    }
}

fn is_reached(conn: &mut PgConnection) -> Result<bool, Error> {
    use diesel::{QueryDsl as _, dsl::exists, select};
    Ok(select(exists(milestones::table.find(FIRST_ADMIN))).get_result(conn)?)
}

#[allow(clippy::unnecessary_wraps)] // `None` would mean that they registered themselves.
fn by_the_system() -> Option<EventActor> {
    Some(EventActor::default())
}

async fn account(hasher: &Hasher, email: &str, password: &Secret) -> anyhow::Result<NewAccount> {
    let email = Email::parse(email).with_context(|| format!("{email} is no e-mail address"))?;
    let faults = rules::faults(password, Some(&email));
    if !faults.is_empty() {
        bail!("the password {}", faults.join("; it "));
    }
    let password_hash = hasher.place(Lane::Known)?.hash(password.clone()).await?;
    Ok(NewAccount { email, username: None, role: Role::Admin, timezone: Timezone::UTC, password_hash })
}
