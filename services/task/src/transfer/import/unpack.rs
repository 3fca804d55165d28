//! The bytes of a file as it was before it was compressed, and no more of them than memory and time allow.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use actix_web::web::Bytes;
use flate2::read::MultiGzDecoder;

/// The most bytes of a file, unpacked.
pub const UNPACKED_LIMIT: u64 = 128 * 1024 * 1024;

/// A body as it came.
#[derive(Debug, Clone)]
pub struct Packed {
    /// Its bytes.
    pub bytes: Bytes,
    /// Compressed by gzip.
    pub is_gzip: bool,
}

impl Packed {
    /// Starts to read it, after a byte order mark if there is one.
    ///
    /// # Errors
    /// When it is not what it says it is.
    pub fn open(&self) -> io::Result<Box<dyn BufRead>> {
        let bytes = Cursor::new(self.bytes.clone());
        let unpacked: Box<dyn Read> =
            if self.is_gzip { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) };
        let mut reader = BufReader::new(Bounded { inner: unpacked, left: UNPACKED_LIMIT });
        const MARK: &[u8] = "\u{feff}".as_bytes();
        if reader.fill_buf()?.starts_with(MARK) {
            reader.consume(MARK.len());
        }
        Ok(Box::new(reader))
    }
}

/// Fails after so many bytes: a small body may unpack to a very large file.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("has more than {UNPACKED_LIMIT} bytes unpacked"),
            )
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(chunks: usize) -> Packed {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..chunks {
            encoder.write_all(&[b'x'; 1024 * 1024]).expect("memory");
        }
        Packed { bytes: encoder.finish().expect("memory").into(), is_gzip: true }
    }

    #[test]
    fn what_unpacks_to_too_much_is_stopped() {
        let read = |packed: Packed| io::copy(&mut packed.open().expect("opens"), &mut io::sink());
        assert_eq!(read(gzip(128)).expect("fits"), UNPACKED_LIMIT);
        assert_eq!(read(gzip(129)).expect_err("too much").kind(), io::ErrorKind::FileTooLarge);
        let broken = Packed { bytes: Bytes::from_static(b"not gzip"), is_gzip: true };
        assert!(broken.open().is_err());
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        for text in ["\u{feff}title", "title"] {
            let packed = Packed { bytes: Bytes::from(text), is_gzip: false };
            let mut read = String::new();
            packed.open().expect("opens").read_to_string(&mut read).expect("UTF-8");
            assert_eq!(read, "title");
        }
    }
}
