//! An answer that is a file, sent while it is being made.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::header, web::Bytes};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _, stream::LocalBoxStream};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, http::reply::document_empty};

use crate::transfer::format::Format;

/// A file of tasks. Where making it fails, the connection breaks: half a file never looks like a whole one.
pub struct TaskFile {
    format: Format,
    name: String,
    bytes: LocalBoxStream<'static, Result<Bytes, Problem>>,
}

impl TaskFile {
    /// One that is named for the day on which it was made.
    #[must_use]
    pub fn new(
        format: Format,
        at: DateTime<Utc>,
        bytes: impl Stream<Item = Result<Bytes, Problem>> + 'static,
    ) -> Self {
        let name = format!("docket-tasks-{}.{}", at.format("%Y-%m-%d"), format.name());
        Self { format, name, bytes: bytes.boxed_local() }
    }
}

impl Responder for TaskFile {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, self.format.media_type()))
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)))
            .streaming(self.bytes)
    }
}

impl Apiv2Schema for TaskFile {}

impl OperationModifier for TaskFile {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        // Its content is described by `transfer::document`.
        document_empty(op, "200", "The file.");
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
