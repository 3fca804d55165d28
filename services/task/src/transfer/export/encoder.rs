//! Tasks as the bytes of a file.

use csv::{Terminator, WriterBuilder};

use crate::{tasks::views::TaskView, transfer::format::Format};

/// The columns of CSV, in the order of the fields of [`TaskView`].
const COLUMNS: [&str; 13] = [
    "id",
    "title",
    "description",
    "status",
    "priority",
    "due_date",
    "assigned_to",
    "assignee_id",
    "created_by",
    "version",
    "created_at",
    "updated_at",
    "completed_at",
];

/// Why a task could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum EncodeFault {
    /// As CSV.
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
    /// As JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// What a file begins with.
///
/// # Errors
/// None in practice: it is memory that is written to.
pub fn head(format: Format) -> Result<Vec<u8>, EncodeFault> {
    match format {
        Format::JsonLines => Ok(Vec::new()),
        Format::Csv => csv(|writer| writer.write_record(COLUMNS)),
    }
}

/// These tasks, each a record.
///
/// # Errors
/// None in practice: it is memory that is written to.
pub fn encode(format: Format, tasks: impl IntoIterator<Item = TaskView>) -> Result<Vec<u8>, EncodeFault> {
    match format {
        Format::Csv => csv(|writer| tasks.into_iter().try_for_each(|task| writer.serialize(task))),
        Format::JsonLines => {
            let mut bytes = Vec::new();
            for task in tasks {
                serde_json::to_writer(&mut bytes, &task)?;
                bytes.push(b'\n');
            }
            Ok(bytes)
        }
    }
}

fn csv(
    write: impl FnOnce(&mut csv::Writer<&mut Vec<u8>>) -> csv::Result<()>,
) -> Result<Vec<u8>, EncodeFault> {
    let mut bytes = Vec::new();
    let mut writer =
        WriterBuilder::new().has_headers(false).terminator(Terminator::CRLF).from_writer(&mut bytes);
    write(&mut writer)?;
    writer.flush().map_err(csv::Error::from)?;
    drop(writer);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        tasks::fixture::assigned,
        transfer::format::{CARRIED, SHOWN},
    };

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn a_cell_for_each_field_and_nothing_is_altered() {
        let mut task = assigned(7);
        task.title = "=1+1, \"quoted\"".to_owned();
        task.description = "two\nlines".to_owned();
        let csv = text(encode(Format::Csv, [TaskView::from(task.clone())]).expect("CSV"));
        assert!(csv.starts_with("00000000-0000-0000-0000-000000000064,\"=1+1, \"\"quoted\"\"\",\"two\nlines\",todo,none,,7@example.org,"));
        assert!(csv.ends_with(",1,1970-01-06T18:53:20Z,1970-01-06T18:53:20Z,\r\n"), "{csv}");
        let json = text(encode(Format::JsonLines, [TaskView::from(task)]).expect("JSON"));
        assert_eq!(json.lines().count(), 1);
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).expect("JSON");
        let mut fields: Vec<&str> = object.keys().map(String::as_str).collect();
        let (mut columns, mut known) = (COLUMNS.to_vec(), [&CARRIED[..], &SHOWN[..]].concat());
        for list in [&mut fields, &mut columns, &mut known] {
            list.sort_unstable();
        }
        assert_eq!((&fields, &fields), (&columns, &known));
        assert_eq!(text(head(Format::Csv).expect("CSV")).matches(',').count(), 12);
        assert!(head(Format::JsonLines).expect("nothing").is_empty());
    }
}
