//! The whole URL table of this service. Paths are written without their trailing slash; both forms are served.

use paperclip::actix::web::ServiceConfig;
use service_kit::http::resource;

use crate::{
    bulk::api::bulk_tasks,
    history::api::list_task_history,
    tasks::{
        api::{create_task, delete_task, list_tasks, put_task, read_task, update_task},
        summary::read_task_summary,
    },
    transfer::{
        export::api::export_tasks,
        import::api::{import_tasks, read_import},
    },
    trash::api::restore_task,
};

/// Mounts every route. Words come before `{id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    resource("/api/tasks").get(list_tasks).post(create_task).mount(cfg);
    resource("/api/tasks/bulk").post(bulk_tasks).mount(cfg);
    resource("/api/tasks/export").get(export_tasks).mount(cfg);
    resource("/api/tasks/import").post(import_tasks).mount(cfg);
    resource("/api/tasks/imports/{id}").get(read_import).mount(cfg);
    resource("/api/tasks/summary").get(read_task_summary).mount(cfg);

    resource("/api/tasks/{id}")
        .get(read_task)
        .put(put_task)
        .patch(update_task)
        .delete(delete_task)
        .mount(cfg);
    resource("/api/tasks/{id}/history").get(list_task_history).mount(cfg);
    resource("/api/tasks/{id}/restore").post(restore_task).mount(cfg);
}
