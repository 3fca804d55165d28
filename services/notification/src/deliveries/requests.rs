//! What administrators ask about deliveries.

use paperclip::actix::Apiv2Schema;
use service_kit::http::{FromParams, PageRequest, Params, page::DEFAULT_LIMIT};
use uuid::Uuid;

use super::model::{Channel, Status};

/// Query of the delivery log.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListDeliveriesQuery {
    /// `queued`, `sent`, `failed`, `skipped`, `gathered` or `digested`.
    pub status: Option<Status>,
    /// `email` or `webhook`.
    pub channel: Option<Channel>,
    /// User id of whoever they are for.
    pub user: Option<Uuid>,
    /// What they tell of: a type of notification, `digest` or `test`.
    pub r#type: Option<String>,
    /// Deliveries a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl ListDeliveriesQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageRequest {
        PageRequest {
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: self.cursor.clone(),
            count: self.count.unwrap_or(false),
        }
    }
}

impl FromParams for ListDeliveriesQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self {
            status: params.optional("status"),
            channel: params.optional("channel"),
            user: params.optional("user"),
            r#type: params.optional("type"),
            limit: Some(page.limit),
            cursor: page.cursor,
            count: Some(page.count),
        }
    }
}
