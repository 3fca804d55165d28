//! The edge of imports.

use std::time::Duration;

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    context::RequestContext,
    http::{
        Errors, Id, IdempotencyKey, Json, Replayable, ValidQuery,
        idempotency::{self, Scope},
        params::NoParams,
    },
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    model::{Import, ImportState},
    operations, queries,
    reply::ImportReply,
    requests::ImportTasksQuery,
    unpack::Packed,
    upload::Upload,
    views::ImportView,
    work::{Job, work},
};
use crate::{administrator::Administrator, clock, error::Error, state::AppState, transfer::format::Format};

/// An answer comes after this time, whether or not the work is done.
const PATIENCE: Duration = Duration::from_secs(10);

/// Import tasks from a file, CSV or JSON Lines: all of them or none.
///
/// Every line is looked at first; if one is not acceptable, nothing is imported (422), and `import.errors` tells of the
/// first hundred by line. `dry_run=true` says the same (200) and writes nothing. What takes longer than 10 s is answered
/// 202; its `Location` tells how far it is, and it goes on when the connection breaks. The file may have 16 MiB as sent,
/// also compressed (`Content-Encoding: gzip`), 128 MiB unpacked, and 100,000 tasks; one file at a time (429). Columns or
/// keys: `title`, and where wanted `description`, `status`, `priority`, `due_date`, `assigned_to`, `created_at`,
/// `completed_at`; those that an export has besides (`id`, `assignee_id`, `created_by`, `version`, `updated_at`) are passed
/// over: each line becomes a new task of whoever imports it. Its assignee is told, as of any other task.
#[api_v2_operation(operation_id = "import_tasks")]
pub async fn import_tasks(
    state: web::Data<AppState>,
    Administrator(actor): Administrator,
    query: ValidQuery<ImportTasksQuery>,
    key: IdempotencyKey,
    upload: Upload,
) -> Result<Replayable<ImportReply>, Problem> {
    let format = upload.format;
    if query.0.format.is_some_and(|asked| asked != format) {
        return Err(Problem::bad_query(Errors::one("format", "is not what the Content-Type says")));
    }
    let dry_run = query.0.dry_run.unwrap_or(false);
    let slot = state.import_slot.take()?;
    let file = upload.take().await?;
    let scope = Scope {
        caller: actor.id().to_string(),
        route: "/api/tasks/import",
        key,
        digest: digest(format, dry_run, &file),
    };
    let import = new_import(&actor, format, dry_run);
    let id = import.id;
    let begin = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| {
            operations::begin(conn, &import)?;
            Ok::<Uuid, Error>(import.id)
        })
    });
    let once = begin.await?;
    if !once.replayed {
        let job = Job { id, by: actor.account, bearer: actor.bearer, format, file, dry_run };
        let work = work(state.get_ref().clone(), job, slot);
        let work = match RequestContext::current() {
            Some(context) => tokio::spawn(context.scope(work)),
            None => tokio::spawn(work),
        };
        // Whether it is over is read from its row.
        let _ = tokio::time::timeout(PATIENCE, work).await;
    }
    let view = read(&state, once.reply).await?;
    Ok(Replayable { reply: ImportReply(view), replayed: once.replayed })
}

/// Read an import: how far it is, or what became of it.
///
/// Kept for a week.
#[api_v2_operation(operation_id = "read_import")]
pub async fn read_import(
    state: web::Data<AppState>,
    Administrator(_): Administrator,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Json<ImportView>, Problem> {
    read(&state, id.0).await.map(Json)
}

async fn read(state: &AppState, id: Uuid) -> Result<ImportView, Problem> {
    let read = state.db.transaction(move |conn| {
        let import = queries::find(conn, id)?.ok_or_else(Problem::not_found)?;
        if import.state == ImportState::Running && operations::give_up_gone(conn)? > 0 {
            return Ok(queries::find(conn, id)?.unwrap_or(import));
        }
        Ok::<_, Error>(import)
    });
    Ok(read.await?.into())
}

fn new_import(by: &Actor, format: Format, dry_run: bool) -> Import {
    let now = clock::now();
    Import {
        id: Uuid::now_v7(),
        created_by: by.id(),
        format: format.name().to_owned(),
        dry_run,
        state: ImportState::Running,
        lines: 0,
        created: 0,
        failed: 0,
        errors: serde_json::json!([]),
        detail: None,
        created_at: now,
        alive_at: now,
        finished_at: None,
    }
}

/// The file and how it is to be taken: what makes two requests the same one.
fn digest(format: Format, dry_run: bool, file: &Packed) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update([u8::from(format == Format::Csv), u8::from(dry_run), u8::from(file.is_gzip)]);
    digest.update(&file.bytes);
    digest.finalize().into()
}
