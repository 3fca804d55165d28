//! Asking for a proof, and taking it.

use chrono::TimeDelta;
use diesel::{ExpressionMethods as _, PgConnection, QueryDsl as _, RunQueryDsl as _, update};
use serde_json::json;

use super::{rule::Rule, store};
use crate::{
    accounts::{
        change::{self, Ending},
        email::Email,
        model::User,
        policy, queries,
    },
    audit::{self, Action},
    clock,
    error::Error,
    mails::{Kind, post, token},
    passwords::reset_store,
    schema::users,
    throttle::windows::{self, Action as Counted},
};

/// Mails a token to the present address of a locked account.
///
/// # Errors
/// [`Error::Throttled`]; the database's.
pub fn ask(conn: &mut PgConnection, rule: &Rule, user: &User) -> Result<(), Error> {
    mail_token(conn, rule, user, Kind::VerifyEmail, &user.email)
}

/// Mails a token to the address that a locked account shall have, and tells the present one of it.
///
/// # Errors
/// [`Error::EmailTaken`], [`Error::Throttled`]; the database's.
pub fn ask_for_change(conn: &mut PgConnection, rule: &Rule, user: &User, email: &Email) -> Result<(), Error> {
    if queries::find_by_email(conn, email)?.is_some() {
        return Err(Error::EmailTaken);
    }
    mail_token(conn, rule, user, Kind::ChangeEmail, email.as_str())?;
    post(conn, Kind::EmailChangeAsked, Some(user.id), &user.email)?;
    let details = json!({"from": user.email, "to": email.as_str()});
    audit::record(conn, Action::EmailChangeAsked, &audit::record::themselves(user), Some(user), details)?;
    Ok(())
}

fn mail_token(
    conn: &mut PgConnection,
    rule: &Rule,
    user: &User,
    kind: Kind,
    address: &str,
) -> Result<(), Error> {
    // Nobody's mailbox is filled by us: a new address may be anybody's.
    windows::take(conn, Counted::AddressMail, &user.id.to_string(), rule.mails_per_hour)?;
    let mail = post(conn, kind, Some(user.id), address)?;
    let hash = token::digest(&token::of(rule.peppers.present(), mail));
    store::replace(conn, &hash, user.id, address)?;
    Ok(())
}

/// The present address of an account is proven.
///
/// # Errors
/// [`Error::VoidMailedToken`]; the database's.
pub fn confirm(conn: &mut PgConnection, hash: &[u8]) -> Result<(), Error> {
    let (user, email) = take(conn, hash)?;
    if email.key() != user.email_key {
        return Err(Error::VoidMailedToken);
    }
    let now = clock::now();
    // The entity tag is made of `updated_at`; other services need not know.
    let changed = now.max(user.updated_at + TimeDelta::microseconds(1));
    update(users::table.find(user.id))
        .set((users::email_verified_at.eq(now), users::updated_at.eq(changed)))
        .execute(conn)?;
    audit::record(conn, Action::EmailVerified, &audit::record::themselves(&user), Some(&user), json!({}))?;
    Ok(())
}

/// The address that an account shall have is proven: it has it now.
///
/// # Errors
/// [`Error::VoidMailedToken`]; [`Error::EmailTaken`] when another account was faster; the database's.
pub fn confirm_change(conn: &mut PgConnection, hash: &[u8]) -> Result<(), Error> {
    let (user, email) = take(conn, hash)?;
    if email.key() == user.email_key {
        return Err(Error::VoidMailedToken);
    }
    let after = User { email_verified_at: Some(clock::now()), ..with_address(&user, &email) };
    moved(conn, &user)?;
    change::write(conn, &user, after, Ending::Nothing, &audit::record::themselves(&user))?;
    Ok(())
}

/// The account with another address, which nobody has proven.
#[must_use]
pub fn with_address(user: &User, email: &Email) -> User {
    let is_same = user.email_key == email.key();
    User {
        email: email.as_str().to_owned(),
        email_key: email.key(),
        email_verified_at: user.email_verified_at.filter(|_| is_same),
        ..user.clone()
    }
}

/// What a change of address entails: links that were mailed to the former one are void, and it is told.
///
/// # Errors
/// The database's.
pub fn moved(conn: &mut PgConnection, before: &User) -> Result<(), Error> {
    reset_store::forget(conn, before.id)?;
    store::forget(conn, before.id)?;
    post(conn, Kind::EmailChanged, Some(before.id), &before.email)?;
    Ok(())
}

/// Uses up a token; gives the locked account, and the address that its owner reads.
fn take(conn: &mut PgConnection, hash: &[u8]) -> Result<(User, Email), Error> {
    let found = store::find(conn, hash)?.ok_or(Error::VoidMailedToken)?;
    let user = change::lock(conn, found.user)?.filter(policy::can_issue).ok_or(Error::VoidMailedToken)?;
    // Under the lock: of two requests with one token the second finds it gone.
    let proof = store::find(conn, hash)?.ok_or(Error::VoidMailedToken)?;
    store::forget(conn, user.id)?;
    let email = Email::parse(&proof.email).ok_or(Error::VoidMailedToken)?;
    Ok((user, email))
}
