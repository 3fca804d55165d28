//! The answer to a file: what became of it, or where that will be told.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Responder, ResponseError as _,
    body::BoxBody,
    http::{StatusCode, header},
};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, http::Json};

use super::{model::ImportState, views::ImportView};

/// 200 when it is over, 202 while it is not, 422 when nothing was imported; always with `Location`.
pub struct ImportReply(pub ImportView);

impl Responder for ImportReply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Self(view) = self;
        let location = format!("/api/tasks/imports/{}/", view.id);
        let mut response = match (view.state, view.dry_run) {
            (ImportState::Running, _) => HttpResponse::Accepted().json(view),
            (ImportState::Succeeded, _) | (ImportState::Failed, true) => HttpResponse::Ok().json(view),
            (ImportState::Failed, false) => nothing_imported(&view).error_response(),
        };
        if let Ok(location) = header::HeaderValue::from_str(&location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

fn nothing_imported(view: &ImportView) -> Problem {
    let detail = view.detail.clone().unwrap_or_else(|| {
        format!(
            "{} of {} lines are not acceptable, so that nothing was imported. See import.errors.",
            view.failed, view.lines
        )
    });
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-imported", "Nothing was imported", detail)
        .with_extension("import", serde_json::to_value(view).unwrap_or_default())
}

impl Apiv2Schema for ImportReply {
    fn name() -> Option<String> {
        ImportView::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        ImportView::raw_schema()
    }
}

impl OperationModifier for ImportReply {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        Json::<ImportView>::update_response(op);
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Json::<ImportView>::update_definitions(map);
    }
}
