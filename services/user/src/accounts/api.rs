//! Registration, and one's own account.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::{Actor, MaybeActor, Role},
    http::{
        ClientAddress, Created, IdempotencyKey, IfMatch, ValidJson, ValidQuery, Versioned,
        idempotency::{self, Scope},
        params::NoParams,
    },
};

use super::{
    change::event_actor,
    email::Email,
    model::UserView,
    operations::{self, NewAccount},
    queries,
    requests::{RegisterRequest, UpdateMeRequest},
    timezone::Timezone,
    username::Username,
};
use crate::{
    email_proofs,
    error::Error,
    passwords::{lanes::Lane, proof},
    state::AppState,
    throttle::{
        client::client_key,
        windows::{self, Action},
    },
};

/// Register an account.
///
/// Anybody may; only administrators make administrators.
#[api_v2_operation(operation_id = "register_user")]
pub async fn register_user(
    state: web::Data<AppState>,
    actor: MaybeActor,
    key: IdempotencyKey,
    client: ClientAddress,
    _: ValidQuery<NoParams>,
    body: ValidJson<RegisterRequest>,
) -> Result<Created<UserView>, Problem> {
    let RegisterRequest { email, password, username, role, timezone } = body.value;
    let role = role.unwrap_or(Role::User);
    let is_admin = actor.0.as_ref().is_some_and(Actor::is_admin);
    if role == Role::Admin && !is_admin {
        return Err(Problem::forbidden("Only an administrator may register an administrator."));
    }
    let client = client_key(&client);
    let place = state.hasher.place(if is_admin { Lane::Known } else { Lane::Strangers })?;
    if !is_admin {
        throttle(&state, client.clone()).await?;
    }
    // Before the slow hash; but with a key the account may be there because this very request made it.
    if key.0.is_none() {
        refuse_taken(&state, email.clone()).await?;
    }
    let scope = Scope {
        caller: actor
            .0
            .as_ref()
            .map_or_else(|| format!("anonymous {client}"), |actor| actor.id().to_string()),
        route: "POST /api/users/register/",
        key,
        digest: state.hasher.blind(body.digest),
    };
    let account = NewAccount {
        email,
        username: username.map(Username::into_string),
        role,
        timezone: timezone.unwrap_or(Timezone::UTC),
        password_hash: place.hash(password).await?,
    };
    drop(place);
    let by = actor.0.filter(Actor::is_admin).as_ref().map(event_actor);
    let rule = state.addresses.clone();
    let once = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| {
            let user = operations::register(conn, account.clone(), by.clone())?;
            if rule.is_on {
                email_proofs::operations::ask(conn, &rule, &user)?;
            }
            Ok::<_, Error>(UserView::from(&user))
        })
    });
    let once: idempotency::Once<UserView> = once.await?;
    state.relay.wake();
    let location = format!("/api/users/{}/", once.reply.id);
    Ok(Created { view: once.reply, location, replayed: once.replayed })
}

async fn throttle(state: &AppState, client: String) -> Result<(), Error> {
    let limit = state.limits.registrations_per_hour;
    state.db.transaction(move |conn| windows::take(conn, Action::Registration, &client, limit)).await
}

async fn refuse_taken(state: &AppState, email: Email) -> Result<(), Error> {
    let taken = state.db.read(move |conn| queries::find_by_email(conn, &email).map_err(Error::from)).await?;
    if taken.is_some() { Err(Error::EmailTaken) } else { Ok(()) }
}

/// Read your own account.
#[api_v2_operation(operation_id = "read_me")]
pub async fn read_me(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<UserView>, Problem> {
    let id = actor.id();
    let user = state.db.find::<_, _, Error>(move || queries::by_id(id)).await?;
    user.as_ref().map(|user| Versioned(user.into())).ok_or_else(Problem::not_found)
}

/// Change your own account: name, time zone, or, with your current password, e-mail address.
///
/// A missing or wrong `current_password` is a 422 on that field. Where addresses are verified (`EMAIL_VERIFICATION`), the
/// answer still has the present address: the new one counts once the link that was mailed to it is used.
#[api_v2_operation(operation_id = "update_me")]
pub async fn update_me(
    state: web::Data<AppState>,
    actor: Actor,
    if_match: IfMatch,
    _: ValidQuery<NoParams>,
    body: ValidJson<UpdateMeRequest>,
) -> Result<Versioned<UserView>, Problem> {
    let request = body.value;
    let changes_email = request.email.as_ref().is_some_and(|email| email.as_str() != actor.account.email);
    if changes_email {
        actor.session()?;
    }
    let checked = match (changes_email, request.current_password.clone()) {
        (false, _) => None,
        (true, None) => {
            return Err(Problem::invalid("current_password", "is required to change the e-mail address"));
        }
        (true, Some(password)) => {
            Some(proof::prove(&state, &state.hasher.place(Lane::Known)?, &actor, password).await?)
        }
    };
    let rule = state.addresses.clone();
    let update = move |conn: &mut _| {
        operations::update_me(conn, &actor, request.clone(), checked.as_deref(), &if_match, &rule)
    };
    let user = state.db.transaction(update).await?;
    state.relay.wake();
    Ok(Versioned((&user).into()))
}
