//! JSON Lines: an object a line. Empty lines are passed over.

use std::io::{self, BufRead, Read as _};

use serde_json::Value;
use service_kit::http::json;

use super::{FILE, RECORD_LIMIT, Record, sentence, too_long};

/// The records of such a file.
pub fn records(mut file: impl BufRead) -> impl Iterator<Item = Record> {
    let mut line = 0;
    let mut bytes = Vec::new();
    std::iter::from_fn(move || {
        loop {
            line += 1;
            match next(&mut file, &mut bytes) {
                Err(error) => return Some(Record::broken(line, sentence(&error))),
                Ok(0) => return None,
                Ok(_) if bytes.len() > RECORD_LIMIT => return Some(Record::broken(line, too_long())),
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => return Some(read(line, &bytes)),
            }
        }
    })
}

/// One line, or a little more of it than is allowed.
fn next(file: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<usize> {
    bytes.clear();
    file.by_ref().take(RECORD_LIMIT as u64 + 1).read_until(b'\n', bytes)
}

fn read(line: u64, bytes: &[u8]) -> Record {
    match json::parse(bytes) {
        Ok(Value::Object(fields)) => Record::good(line, fields),
        Ok(_) => Record::bad(line, FILE, "must have a JSON object on this line"),
        // Its sentence is of a body, and counts lines from this one on.
        Err(_) => Record::bad(line, FILE, "has no acceptable JSON on this line"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_judged_by_itself() {
        let file = b"{\"title\":\"a\"}\n\n  \r\n[]\n{\"a\":1,\"a\":2}\n\xff\n{\"title\":\"b\"}";
        let found: Vec<(u64, bool)> =
            records(&file[..]).map(|record| (record.line, record.fields.is_ok())).collect();
        assert_eq!(found, [(1, true), (4, false), (5, false), (6, false), (7, true)]);
    }

    #[test]
    fn a_line_without_end_is_not_read_to_its_end() {
        let file = [b"{}\n".to_vec(), vec![b'x'; RECORD_LIMIT + 2]].concat();
        let found: Vec<Record> = records(&file[..]).take(2).collect();
        assert!(found[0].fields.is_ok() && found[1].is_last);
    }
}
