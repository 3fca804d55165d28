//! CSV as RFC 4180 has it, with a header that names the columns. An empty cell is a field that is not there; a line end
//! inside a cell is `\n`, whoever wrote the file.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, VecDeque},
    io::{self, Read},
    rc::Rc,
};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use serde_json::{Map, Value};
use service_kit::http::Errors;

use super::{FILE, RECORD_LIMIT, Record, sentence, too_long};
use crate::transfer::format::{CARRIED, SHOWN};

/// The one column that must be there.
const TITLE: &str = "title";

/// The records of such a file, without its header, whose faults are those of line 1.
pub fn records(file: impl Read) -> impl Iterator<Item = Record> {
    let seen = Rc::new(Seen::default());
    let guarded = Guarded { inner: file, seen: Rc::clone(&seen) };
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(guarded);
    let columns = header(&mut reader);
    let mut fault = columns.as_ref().err().cloned();
    let columns = columns.unwrap_or_default();
    let mut cells = ByteRecord::new();
    std::iter::from_fn(move || {
        if let Some(errors) = fault.take() {
            return Some(Record { line: 1, fields: Err(errors), is_last: true });
        }
        seen.since_record.set(0);
        match reader.read_byte_record(&mut cells) {
            Ok(false) => None,
            Ok(true) => Some(record(&columns, &cells, first_line(&cells, reader.position().byte(), &seen))),
            Err(error) => Some(Record::broken(reader.position().line(), reason(error))),
        }
    })
}

/// The line on which a record begins, reckoned from its end: the reader takes empty lines before it for its own.
fn first_line(cells: &ByteRecord, end: u64, seen: &Seen) -> u64 {
    let inside = cells.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
    seen.line_before(end).saturating_sub(inside)
}

/// The names of the columns.
fn header<R: Read>(reader: &mut Reader<R>) -> Result<Vec<String>, Errors> {
    let found = reader.headers().map_err(|error| Errors::one(FILE, reason(error)))?;
    let columns: Vec<String> = found.iter().map(|name| name.trim().to_owned()).collect();
    let mut errors = Errors::default();
    let mut seen = BTreeSet::new();
    for name in &columns {
        let is_known = CARRIED.contains(&name.as_str()) || SHOWN.contains(&name.as_str());
        if !is_known {
            errors.add(&name.chars().take(64).collect::<String>(), "is not a column that an import knows");
        } else if !seen.insert(name) {
            errors.add(name, "stands twice in the header");
        }
    }
    if !columns.iter().any(|name| name == TITLE) {
        errors.add(TITLE, "is a column that must be there");
    }
    if errors.is_empty() { Ok(columns) } else { Err(errors) }
}

fn record(columns: &[String], cells: &ByteRecord, line: u64) -> Record {
    if cells.len() != columns.len() {
        let message = format!("has {} cells on this line, and {} columns", cells.len(), columns.len());
        return Record::bad(line, FILE, message);
    }
    let mut fields = Map::new();
    let mut errors = Errors::default();
    for (name, cell) in columns.iter().zip(cells) {
        match std::str::from_utf8(cell) {
            Ok("") => {}
            Ok(text) => drop(fields.insert(name.clone(), Value::String(text.replace("\r\n", "\n")))),
            Err(_) => errors.add(name, "is not valid UTF-8"),
        }
    }
    if errors.is_empty() {
        Record::good(line, fields)
    } else {
        Record { line, fields: Err(errors), is_last: false }
    }
}

fn reason(error: csv::Error) -> String {
    match error.into_kind() {
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => too_long(),
        ErrorKind::Io(error) => sentence(&error),
        _ => "is not CSV in UTF-8".to_owned(),
    }
}

/// What was read of a file.
#[derive(Default)]
struct Seen {
    since_record: Cell<usize>,
    in_all: Cell<u64>,
    /// Where lines ended that no record has reached yet.
    ends: RefCell<VecDeque<u64>>,
    /// How many ended before those, and where the last of them did.
    passed: Cell<(u64, Option<u64>)>,
}

impl Seen {
    fn take(&self, bytes: &[u8]) {
        let start = self.in_all.get();
        let ends = (start..).zip(bytes).filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place);
        self.ends.borrow_mut().extend(ends);
        self.in_all.set(start + bytes.len() as u64);
        self.since_record.set(self.since_record.get() + bytes.len());
    }

    /// The line of the last byte before `place`, its end not counted. Asked of ever later places.
    fn line_before(&self, place: u64) -> u64 {
        let (mut count, mut last) = self.passed.get();
        let mut ends = self.ends.borrow_mut();
        while let Some(end) = ends.front().copied().filter(|end| *end < place) {
            ends.pop_front();
            (count, last) = (count + 1, Some(end));
        }
        self.passed.set((count, last));
        let has_just_ended = last.is_some_and(|end| end + 1 == place);
        1 + count - u64::from(has_just_ended)
    }
}

/// Stops a record that has no end, which the reader would take into memory whole.
struct Guarded<R> {
    inner: R,
    seen: Rc<Seen>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.seen.since_record.get() > RECORD_LIMIT {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = self.inner.read(buffer)?;
        self.seen.take(&buffer[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(file: &[u8]) -> Vec<Record> {
        records(file).take(10).collect()
    }

    fn names(record: &Record) -> String {
        record.fields.as_ref().err().map(Errors::names).unwrap_or_default()
    }

    #[test]
    fn cells_become_fields_and_lines_are_counted_also_inside_quotation_marks() {
        let found = all(
            b"title,description,version\r\n\"a, \"\"b\"\"\",\"x\r\ny\",3\r\n\r\n=1+1,,\r\nc\r\n\xff,,\r\n",
        );
        let lines: Vec<u64> = found.iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 5, 6, 7]);
        let first = found[0].fields.as_ref().expect("good");
        assert_eq!((&first["title"], &first["description"]), (&"a, \"b\"".into(), &"x\ny".into()));
        let second = found[1].fields.as_ref().expect("good");
        assert_eq!((second.len(), &second["title"]), (1, &"=1+1".into()));
        assert_eq!((names(&found[2]), names(&found[3])), ("file".to_owned(), "title".to_owned()));
    }

    #[test]
    fn the_last_line_needs_no_end() {
        for file in ["title\n\na\n\n\nb", "title\r\n\r\na\r\n\r\n\r\n\"b\""] {
            let lines: Vec<u64> = all(file.as_bytes()).iter().map(|record| record.line).collect();
            assert_eq!(lines, [3, 6], "{file:?}");
        }
    }

    #[test]
    fn a_header_must_name_columns_that_are_known_once_each() {
        for (file, faults) in [
            (&b""[..], "title"),
            (b"description\n", "title"),
            (b"title,title\n", "title"),
            (b"title,owner,Status\n", "Status, owner"),
            (b"\xff\n", "file"),
        ] {
            let found = all(file);
            assert_eq!((found.len(), names(&found[0])), (1, faults.to_owned()), "{file:?}");
            assert!(found[0].is_last);
        }
        assert!(all(b" title , status \n").is_empty());
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_does_not_take_all_memory() {
        let file = [b"title\ngood\n\"".to_vec(), vec![b'x'; 4 * RECORD_LIMIT]].concat();
        let found = all(&file);
        assert!(found[0].fields.is_ok());
        assert!(found[1].is_last && found[1].line == 3, "{:?}", found[1]);
    }
}
