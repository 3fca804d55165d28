//! What handlers answer with: JSON, a resource with its entity tag, 201 with `Location`, 204.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{StatusCode, header},
};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DataType, DefaultOperationRaw, DefaultSchemaRaw, Either, Header, Response},
        schema::Apiv2Schema,
    },
};
use serde::Serialize;

use super::etag::{ETag, IfNoneMatch, Tagged};

/// 200 with a JSON body.
pub use actix_web::web::Json;

/// 200 with a single resource and its `ETag`; 304 when the client has that state already.
#[derive(Debug)]
pub struct Versioned<T>(pub T);

/// 201 with a new resource, its `ETag` and its `Location`; `replayed` says that an earlier request made it.
#[derive(Debug)]
pub struct Created<T> {
    /// The new resource.
    pub view: T,
    /// Its path.
    pub location: String,
    /// True when this is the stored reply to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
}

/// 204.
#[derive(Debug)]
pub struct NoContent;

fn json(status: StatusCode, etag: &ETag, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::ETAG, etag.to_string())).json(body)
}

impl<T: Serialize + Tagged> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        let etag = self.0.etag();
        let is_read = req.method() == actix_web::http::Method::GET;
        if is_read && IfNoneMatch::of(req).matches(&etag) {
            return HttpResponse::NotModified().insert_header((header::ETAG, etag.to_string())).finish();
        }
        json(StatusCode::OK, &etag, &self.0)
    }
}

impl<T: Serialize + Tagged> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = json(StatusCode::CREATED, &self.view.etag(), &self.view);
        if let Ok(location) = header::HeaderValue::from_str(&self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if self.replayed {
            response.headers_mut().insert(
                header::HeaderName::from_static("idempotency-replayed"),
                header::HeaderValue::from_static("true"),
            );
        }
        response
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

fn text_header(description: &str) -> Header {
    Header {
        description: Some(description.to_owned()),
        data_type: Some(DataType::String),
        ..Default::default()
    }
}

/// Documents a response with a body of `T` and these headers.
fn document<T: Apiv2Schema>(
    op: &mut DefaultOperationRaw,
    status: &str,
    description: &str,
    headers: &[(&str, &str)],
) {
    let mut schema = T::schema_with_ref();
    schema.retain_ref();
    op.responses.insert(
        status.to_owned(),
        Either::Right(Response {
            description: Some(description.to_owned()),
            schema: Some(schema),
            headers: headers.iter().map(|(name, text)| ((*name).to_owned(), text_header(text))).collect(),
        }),
    );
}

/// Documents a response without a body.
pub fn document_empty(op: &mut DefaultOperationRaw, status: &str, description: &str) {
    op.responses.insert(
        status.to_owned(),
        Either::Right(Response { description: Some(description.to_owned()), ..Default::default() }),
    );
}

impl<T: Apiv2Schema> Apiv2Schema for Versioned<T> {
    fn name() -> Option<String> {
        T::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        T::raw_schema()
    }
}

impl<T: Apiv2Schema> OperationModifier for Versioned<T> {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        document::<T>(op, "200", "OK", &[("ETag", "Tag of this state of the resource.")]);
        document_empty(op, "304", "Not modified: If-None-Match names the present state.");
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Json::<T>::update_definitions(map);
    }
}

impl<T: Apiv2Schema> Apiv2Schema for Created<T> {
    fn name() -> Option<String> {
        T::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        T::raw_schema()
    }
}

impl<T: Apiv2Schema> OperationModifier for Created<T> {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        let headers = [
            ("ETag", "Tag of this state of the resource."),
            ("Location", "Path of the new resource."),
            ("Idempotency-Replayed", "`true` when this is the stored reply to an earlier request."),
        ];
        document::<T>(op, "201", "Created", &headers);
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Json::<T>::update_definitions(map);
    }
}

impl Apiv2Schema for NoContent {}

impl OperationModifier for NoContent {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        document_empty(op, "204", "Done; there is nothing to say.");
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
