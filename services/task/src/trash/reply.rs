//! What restoring answers: the task, and whether an earlier request with the same key did it.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{HeaderName, HeaderValue},
};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::http::Versioned;

use crate::tasks::views::TaskView;

/// 200 with the task and its `ETag`.
#[derive(Debug)]
pub struct Restored {
    /// The task.
    pub view: TaskView,
    /// True when this is the stored reply to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
}

impl Responder for Restored {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        let mut response = Versioned(self.view).respond_to(req);
        if self.replayed {
            let name = HeaderName::from_static("idempotency-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

impl Apiv2Schema for Restored {
    fn name() -> Option<String> {
        TaskView::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        TaskView::raw_schema()
    }
}

impl OperationModifier for Restored {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        Versioned::<TaskView>::update_response(op);
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Versioned::<TaskView>::update_definitions(map);
    }
}
