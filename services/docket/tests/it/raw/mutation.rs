//! What is done to a request: a bit, a piece, a word that parsers stumble over.

use rand::{Rng as _, RngCore as _, rngs::StdRng, seq::IndexedRandom as _};

/// Pieces that mean something to HTTP, URLs, JSON, SQL or Unicode.
const WORDS: [&[u8]; 44] = [
    b"\0",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"\t",
    b" ",
    b"%",
    b"%00",
    b"%ff",
    b"%2e%2e/",
    b"%2F",
    b"//",
    b"/../",
    b"?",
    b"&",
    b"#",
    b";",
    b"=",
    b"'",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\xc0\xaf",
    b"\xff\xfe",
    b"\xf0\x9f\x92\xa9",
    b"\xe2\x80\xae",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":",
    b"null",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"-9223372036854775808",
    b"0000-00-00T00:00:00Z",
    b"9999-12-31T23:59:60Z",
    b"00000000-0000-0000-0000-000000000000",
    b"Content-Length: -1\r\n",
    b"Content-Length: 18446744073709551616\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: websocket\r\nConnection: upgrade\r\n",
    b"Content-Encoding: gzip\r\n",
    b"' OR 1=1 --",
];

/// Up to five changes of the request, seldom none.
pub fn mutated(mut request: Vec<u8>, random: &mut StdRng) -> Vec<u8> {
    for _ in 0..random.random_range(0..=5) {
        mutate(&mut request, random);
    }
    request
}

/// Bytes that were no request, some of them up to their second line.
pub fn noise(random: &mut StdRng) -> Vec<u8> {
    let mut bytes = vec![0; random.random_range(1..600)];
    random.fill_bytes(&mut bytes);
    if random.random() {
        drop(bytes.splice(0..0, b"POST /api/tasks/ HTTP/1.1\r\n".iter().copied()));
    }
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes
}

fn mutate(request: &mut Vec<u8>, random: &mut StdRng) {
    if request.is_empty() {
        return;
    }
    let at = random.random_range(0..request.len());
    let upto = (at + random.random_range(1..40)).min(request.len());
    let word = WORDS.choose(random).expect("words").iter().copied();
    match random.random_range(0..9) {
        0 => request[at] ^= 1 << random.random_range(0..8),
        1 => request[at] = random.random(),
        2 => drop(request.drain(at..upto)),
        3 => {
            let piece = request[at..upto].to_vec();
            drop(request.splice(at..at, piece));
        }
        4 => drop(request.splice(at..at, word)),
        5 => drop(request.splice(at..upto, word)),
        6 => {
            // A header twice, or one that was not there.
            if let Some(line) = request.windows(2).position(|two| two == b"\r\n") {
                drop(request.splice(line + 2..line + 2, word.chain(*b": x\r\n")));
            }
        }
        7 => {
            let piece = vec![request[at]; random.random_range(1..3_000)];
            drop(request.splice(at..at, piece));
        }
        _ => request.truncate(at + 1),
    }
}
