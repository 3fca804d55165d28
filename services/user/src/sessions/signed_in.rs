//! The answer to a login: the tokens, the cookie by which the device is known the next time, and the session's own where
//! the browser keeps it.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, cookie::Cookie};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DataType, DefaultOperationRaw, DefaultSchemaRaw, Either, Header},
        schema::Apiv2Schema,
    },
};
use service_kit::http::Json;

use super::model::LoginView;

/// 200 with tokens and cookies.
pub struct SignedIn {
    /// The tokens.
    pub view: LoginView,
    /// The one of [`crate::throttle::known`], and the session's where the browser is to keep it.
    pub cookies: Vec<Cookie<'static>>,
}

impl Responder for SignedIn {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        for cookie in self.cookies {
            response.cookie(cookie);
        }
        response.json(self.view)
    }
}

impl Apiv2Schema for SignedIn {
    fn name() -> Option<String> {
        LoginView::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        LoginView::raw_schema()
    }
}

impl OperationModifier for SignedIn {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        Json::<LoginView>::update_response(op);
        if let Some(Either::Right(response)) = op.responses.get_mut("200") {
            let header = Header {
                description: Some("Makes this device known for this account, which lets nobody in; and, where the browser keeps the session, its refresh token.".to_owned()),
                data_type: Some(DataType::String),
                ..Header::default()
            };
            response.headers.insert("Set-Cookie".to_owned(), header);
        }
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Json::<LoginView>::update_definitions(map);
    }
}
