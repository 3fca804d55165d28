//! The edge of tasks: extract, build the command, one operation, one view.

use actix_web::HttpRequest;
use directory::Person;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        Created, Id, IdempotencyKey, IfMatch, Json, NoContent, Page, ValidJson, ValidQuery, Versioned,
        idempotency::{self, Scope},
        page::ListCall,
        params::NoParams,
    },
};
use uuid::Uuid;

use super::{
    assignee::AssigneeRef,
    commands::{Command, Deed},
    filter::TaskFilter,
    model::Task,
    operations,
    ordering::Ordering,
    policy,
    precondition::Precondition,
    proposal::ProposedChange,
    queries::{self, Reading},
    requests::{CreateTaskRequest, ListTasksQuery},
    views::TaskView,
};
use crate::{administrator::Administrator, clock, error::Error, state::AppState};

/// List tasks: all for administrators, their own for users.
#[api_v2_operation(operation_id = "list_tasks")]
pub async fn list_tasks(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListTasksQuery>,
    req: HttpRequest,
) -> Result<Json<Page<TaskView>>, Problem> {
    let query = query.0;
    let (request, call) = (query.page(), ListCall::new(&req, actor.id()));
    let ordering = query.ordering.unwrap_or_else(|| Ordering::usual(&actor.account));
    let from = call.cursor(&state.cursors, &request, ordering.name())?;
    let reading = Reading {
        ordering,
        from: from.as_ref().map(|cursor| ordering.place_at(cursor)).transpose()?,
        backward: from.as_ref().is_some_and(|cursor| cursor.backward),
        limit: request.limit + 1,
    };
    let counts = request.count;
    let (rows, count) = match TaskFilter::of(&query, &actor, &state.directory).await? {
        None => (Vec::new(), counts.then_some(0)),
        Some(filter) if filter.is_plain() && !counts => {
            let limit = usize::try_from(reading.limit).unwrap_or_default();
            let mut rows = state.db.load::<_, _, Error>(move || queries::page(&filter, &reading)).await?;
            rows.truncate(limit);
            (rows, None)
        }
        Some(filter) => {
            let read = state.db.read(move |conn| {
                let count = if counts { Some(queries::count(conn, &filter)?) } else { None };
                Ok::<_, Error>((queries::list(conn, &filter, &reading)?, count))
            });
            read.await?
        }
    };
    let mut page = call
        .page(&state.cursors, &request, ordering.name(), from.as_ref(), rows, |task| ordering.place_of(task));
    page.count = count;
    Ok(Json(page.map(|task| TaskView::from(task.with_present_email(&state.directory)))))
}

/// Create a task.
#[api_v2_operation(operation_id = "create_task")]
pub async fn create_task(
    state: web::Data<AppState>,
    Administrator(actor): Administrator,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
    body: ValidJson<CreateTaskRequest>,
) -> Result<Created<TaskView>, Problem> {
    let scope = Scope { caller: actor.id().to_string(), route: "/api/tasks", key, digest: body.digest };
    let request = body.value;
    // Its failure counts only if the work is to be done: a repeated request has its answer already.
    let assignee = match &request.assigned_to {
        Some(who) => look_up(&state, &actor, who).await.map(Some),
        None => Ok(None),
    };
    let task = request.task(&actor.account, clock::now());
    if scope.key.0.is_none() {
        let (id, assignee) = (task.id, assignee?);
        let deed = Deed::Create { task: Box::new(task), assignee };
        let task = state.writer.run(Command { by: actor.account, id, deed }).await?;
        return Ok(Created { location: location(task.id), view: task.into(), replayed: false });
    }
    // The key and the task are written together, or neither.
    let once = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| {
            let assignee = assignee.clone()?;
            let task = operations::create(conn, &actor.account, task.clone(), assignee.as_ref())?;
            Ok::<_, Error>(TaskView::from(task))
        })
    });
    let once = once.await?;
    state.relay.wake();
    Ok(Created { location: location(once.reply.id), view: once.reply, replayed: once.replayed })
}

/// Read a task.
#[api_v2_operation(operation_id = "read_task")]
pub async fn read_task(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<TaskView>, Problem> {
    let found: Option<Task> = state.db.find::<_, _, Error>(move || queries::by_id(id.0)).await?;
    let task = found.ok_or(Error::NoSuchTask)?;
    policy::read(&actor.account, &task)?;
    Ok(Versioned(task.with_present_email(&state.directory).into()))
}

/// Change a task: only the fields that are sent.
///
/// A field that is left out stays as it is; null clears `due_date` and `assigned_to`, and is refused elsewhere (422).
/// Administrators change any field; the assignee changes `status` alone, and is refused (403) whatever else is sent,
/// without a look at its value. A change that changes nothing makes no new version and tells nobody. `PUT` does the
/// same.
#[api_v2_operation(operation_id = "update_task")]
pub async fn update_task(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
    body: ValidJson<ProposedChange>,
) -> Result<Versioned<TaskView>, Problem> {
    change(&state, actor, id, if_match, body.value).await
}

/// Change a task, as `PATCH` does: what is not sent stays.
///
/// It does not replace the task: clients that send whole tasks and clients that send single fields are served alike. To
/// be sure that nobody changed it meanwhile, send `If-Match`.
#[api_v2_operation(operation_id = "put_task")]
pub async fn put_task(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
    body: ValidJson<ProposedChange>,
) -> Result<Versioned<TaskView>, Problem> {
    change(&state, actor, id, if_match, body.value).await
}

async fn change(
    state: &AppState,
    actor: Actor,
    Id(id): Id,
    if_match: IfMatch,
    proposed: ProposedChange,
) -> Result<Versioned<TaskView>, Problem> {
    let request = proposed.values(&actor.account)?;
    let assignee = match &request.assigned_to {
        None => None,
        Some(Some(who)) => Some(Some(look_up(state, &actor, who).await?)),
        Some(None) => Some(None),
    };
    let change = request.change(proposed.intent, actor.account.timezone, assignee);
    let deed = Deed::Change(Box::new(change), Precondition::Header(if_match));
    let task = state.writer.run(Command { by: actor.account, id, deed }).await?;
    Ok(Versioned(task.into()))
}

/// Put a task into the trash, where it stays for 30 days.
#[api_v2_operation(operation_id = "delete_task")]
pub async fn delete_task(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
) -> Result<NoContent, Problem> {
    let deed = Deed::Delete(Precondition::Header(if_match));
    state.writer.run(Command { by: actor.account, id: id.0, deed }).await?;
    Ok(NoContent)
}

/// Whoever is meant, active or not; that is decided beside the locked row.
async fn look_up(state: &AppState, actor: &Actor, who: &AssigneeRef) -> Result<Person, Problem> {
    let person = state.directory.resolve(&who.0, &actor.bearer).await?;
    person.ok_or_else(|| Error::NoSuchAssignee.into())
}

fn location(id: Uuid) -> String {
    format!("/api/tasks/{id}/")
}
