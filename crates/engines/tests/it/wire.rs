//! Just enough of the Postgres protocol to ask one question over the socket that a URL names.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

/// Runs `sql`, which gives at most one row, over a new connection; gives its first column.
pub(crate) fn ask(url: &str, sql: &str) -> std::io::Result<Option<String>> {
    let (user, rest) = url.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
    let (host, database) = rest.split_once(":5432/").unwrap();
    let dir = PathBuf::from(host.replace("%2F", "/"));
    let mut stream = UnixStream::connect(dir.join(".s.PGSQL.5432"))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let parameters = format!("user\0{user}\0database\0{database}\0\0");
    let mut startup = 196_608_u32.to_be_bytes().to_vec();
    startup.extend(parameters.as_bytes());
    send(&mut stream, None, &startup)?;
    answers(&mut stream)?;
    send(&mut stream, Some(b'Q'), format!("{sql}\0").as_bytes())?;
    answers(&mut stream)
}

fn send(stream: &mut UnixStream, kind: Option<u8>, body: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(body.len() + 4).unwrap();
    let mut message: Vec<u8> = kind.into_iter().collect();
    message.extend(length.to_be_bytes());
    message.extend(body);
    stream.write_all(&message)
}

/// Reads up to ReadyForQuery; panics on an ErrorResponse; gives the first column of a DataRow.
fn answers(stream: &mut UnixStream) -> std::io::Result<Option<String>> {
    let mut row = None;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
        let mut body = vec![0; length - 4];
        stream.read_exact(&mut body)?;
        match head[0] {
            b'Z' => return Ok(row),
            b'E' => panic!("{}", String::from_utf8_lossy(&body)),
            b'D' => {
                let value = u32::from_be_bytes(body[2..6].try_into().unwrap()) as usize;
                row = Some(String::from_utf8_lossy(&body[6..6 + value]).into_owned());
            }
            _ => {}
        }
    }
}
