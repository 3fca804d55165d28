//! What is between a connection and the application: a request is in hand from its head to the last byte of its answer.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_http::{ConnectionType, Request, Response};
use actix_service::Service;
use actix_web::{
    body::{BodySize, MessageBody},
    http::StatusCode,
    web::Bytes,
};
use pin_project_lite::pin_project;

use super::turn::{InHand, Turn};

pin_project! {
    /// The body of an answer; while it lives, its request is in hand.
    pub struct Answer<B> {
        #[pin]
        body: B,
        in_hand: Option<InHand>,
    }
}

impl<B: MessageBody> MessageBody for Answer<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        self.project().body.poll_next(cx)
    }
}

/// Calls the application.
pub fn answered<S, B>(
    request: Request,
    application: &S,
) -> impl Future<Output = Result<Response<Answer<B>>, S::Error>> + use<S, B>
where
    S: Service<Request>,
    S::Response: Into<Response<B>>,
{
    let mut in_hand = request.conn_data::<Turn>().map(Turn::take);
    let answer = application.call(request);
    async move {
        let response: Response<B> = answer.await?.into();
        if let (ConnectionType::Close, Some(in_hand)) = (response.head().connection_type(), &mut in_hand) {
            in_hand.ends_the_connection(response.status() == StatusCode::REQUEST_TIMEOUT);
        }
        Ok(response.map_body(|_, body| Answer { body, in_hand }))
    }
}
