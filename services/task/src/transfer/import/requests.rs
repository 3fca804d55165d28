//! The query of an import.

use paperclip::actix::Apiv2Schema;
use service_kit::http::{FromParams, Params};

use crate::transfer::format::Format;

/// How a file is taken.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ImportTasksQuery {
    /// `csv` or `jsonl`: what the `Content-Type` says too.
    pub format: Option<Format>,
    /// `true`: only say what is wrong with the file.
    pub dry_run: Option<bool>,
}

impl FromParams for ImportTasksQuery {
    fn from_params(params: &mut Params) -> Self {
        Self { format: params.optional("format"), dry_run: params.optional("dry_run") }
    }
}
