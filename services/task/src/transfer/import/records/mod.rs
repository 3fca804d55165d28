//! A file as records: each the fields of one task, whatever the format, and the line on which it begins.

mod csv;
mod json_lines;

use std::{io, io::BufRead};

use serde_json::{Map, Value};
use service_kit::http::Errors;

use crate::transfer::format::Format;

/// The most bytes of one record: any acceptable task fits.
const RECORD_LIMIT: usize = crate::limits::TASK_BODY;

/// The name under which a fault of the file itself is told.
const FILE: &str = "file";

/// One record.
#[derive(Debug, PartialEq)]
pub struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its fields, or what is wrong with it as a record.
    pub fields: Result<Map<String, Value>, Errors>,
    /// Nothing can be read after it.
    pub is_last: bool,
}

impl Record {
    fn good(line: u64, fields: Map<String, Value>) -> Self {
        Self { line, fields: Ok(fields), is_last: false }
    }

    /// Something is wrong with this record alone.
    fn bad(line: u64, name: &str, message: impl Into<String>) -> Self {
        Self { line, fields: Err(Errors::one(name, message)), is_last: false }
    }

    /// The file cannot be read from here on.
    fn broken(line: u64, message: impl Into<String>) -> Self {
        Self { is_last: true, ..Self::bad(line, FILE, message) }
    }
}

/// The records of a file that was opened, or could not be.
#[must_use]
pub fn records(format: Format, file: io::Result<Box<dyn BufRead>>) -> Box<dyn Iterator<Item = Record>> {
    let file = match file {
        Ok(file) => file,
        Err(error) => return Box::new(std::iter::once(Record::broken(1, sentence(&error)))),
    };
    let mut is_over = false;
    let until_broken = move |record: &Record| !std::mem::replace(&mut is_over, record.is_last);
    match format {
        Format::Csv => Box::new(csv::records(file).take_while(until_broken)),
        Format::JsonLines => Box::new(json_lines::records(file).take_while(until_broken)),
    }
}

/// What is wrong with a file that cannot be read, for the client.
fn sentence(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::FileTooLarge => error.to_string(),
        _ => "is not what its Content-Encoding says, or breaks off".to_owned(),
    }
}

fn too_long() -> String {
    format!("has a record of more than {RECORD_LIMIT} bytes (is a quotation mark not closed?)")
}
