//! The edge of exports.

use actix_web::web::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use paperclip::actix::{api_v2_operation, web};
use service_kit::{Problem, http::ValidQuery};

use super::{
    encoder::{encode, head},
    file::TaskFile,
    requests::ExportTasksQuery,
    rows::rows,
};
use crate::{
    administrator::Administrator,
    clock,
    error::Error,
    state::AppState,
    tasks::{filter::TaskFilter, model::Task, views::TaskView},
};

/// Export tasks as a file, CSV or JSON Lines.
///
/// All tasks that the filters of the list find, from the oldest to the newest, each once, also while others are at work;
/// what is created after the call is not in it. The file is sent as it is made, however many tasks there are. An import
/// takes it as it is. CSV is RFC 4180 with a header, in UTF-8, and alters no text: a spreadsheet may take what begins with
/// `=`, `+`, `-` or `@` for a formula, so open it as text.
#[api_v2_operation(operation_id = "export_tasks")]
pub async fn export_tasks(
    state: web::Data<AppState>,
    Administrator(actor): Administrator,
    query: ValidQuery<ExportTasksQuery>,
) -> Result<TaskFile, Problem> {
    let ExportTasksQuery { format, filters } = query.0;
    let now = clock::now();
    let found = TaskFilter::of(&filters, &actor, &state.directory).await?;
    let mut pieces =
        stream::iter(found.map(|filter| rows(state.db.clone(), filter, now))).flatten().boxed_local();
    // Read before the answer begins: a database that is down is still 503.
    let first = pieces.try_next().await?;
    let pieces = stream::iter(first.map(Ok)).chain(pieces);
    let directory = state.directory.clone();
    let records = pieces.map(move |tasks: Result<Vec<Task>, Error>| {
        let shown = tasks?.into_iter().map(|task| TaskView::from(task.with_present_email(&directory)));
        encode(format, shown).map(Bytes::from).map_err(Error::from)
    });
    let head = head(format).map_err(Error::from)?;
    let head = stream::iter((!head.is_empty()).then(|| Ok(Bytes::from(head))));
    Ok(TaskFile::new(format, now, head.chain(records.map_err(Problem::from))))
}
