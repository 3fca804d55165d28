//! The query of an export: a format, and the filters of the list.

use paperclip::v2::{models::DefaultSchemaRaw, schema::Apiv2Schema};
use service_kit::http::{FromParams, Params};

use crate::{tasks::requests::ListTasksQuery, transfer::format::Format};

/// Parameters of the list that a file has no use for: it has all the rows, in one order.
const OF_PAGES: [&str; 4] = ["ordering", "limit", "cursor", "count"];

/// Which tasks, in which format.
#[derive(Debug, Clone)]
pub struct ExportTasksQuery {
    /// CSV if left out.
    pub format: Format,
    /// As those of the list.
    pub filters: ListTasksQuery,
}

impl FromParams for ExportTasksQuery {
    fn from_params(params: &mut Params) -> Self {
        let format = params.optional("format").unwrap_or(Format::Csv);
        Self { format, filters: ListTasksQuery::filters_from_params(params) }
    }
}

impl Apiv2Schema for ExportTasksQuery {
    fn name() -> Option<String> {
        Some("ExportTasksQuery".to_owned())
    }

    fn raw_schema() -> DefaultSchemaRaw {
        let mut schema = ListTasksQuery::raw_schema();
        schema.name = Self::name();
        schema.properties.retain(|name, _| !OF_PAGES.contains(&name.as_str()));
        let mut format = Format::raw_schema();
        format.description = Some("`csv` (if left out) or `jsonl`.".to_owned());
        schema.properties.insert("format".to_owned(), format.into());
        schema
    }
}
