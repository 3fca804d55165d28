//! A client's connection that is held to its [`Turn`]: who is late finds it ended.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::http::StatusCode;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::{
    refusal::{refusal, wordless},
    turn::Turn,
};

/// A stream with a time limit on whatever its client has to do next.
pub struct Connection<T> {
    stream: T,
    turn: Turn,
    /// Rings when somebody's time is over, or before.
    alarm: Pin<Box<Sleep>>,
    /// When the time is over to take more of an answer; `None` while it is taken as it comes.
    stalled: Option<Instant>,
    write_timeout: Duration,
    is_over: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Connection<T> {
    /// A stream that was opened now. A client that takes nothing of its answer for `write_timeout` is gone.
    pub fn new(stream: T, write_timeout: Duration) -> Self {
        let now = Instant::now();
        let turn = Turn::new(now);
        let alarm = Box::pin(sleep_until(turn.until().unwrap_or(now)));
        Self { stream, turn, alarm, stalled: None, write_timeout, is_over: false }
    }

    /// Whose turn it is, for those who answer its requests.
    pub fn turn(&self) -> Turn {
        self.turn.clone()
    }

    /// Whether somebody's time is over. If not, the task is woken when it will be.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        while let Some(until) = [self.turn.until(), self.stalled].into_iter().flatten().min() {
            if until <= Instant::now() {
                return true;
            }
            // Reset as rarely as can be: an alarm that rings too early is set again then.
            if self.alarm.deadline() > until || self.alarm.is_elapsed() {
                self.alarm.as_mut().reset(until);
            }
            if self.alarm.as_mut().poll(cx).is_pending() {
                return false;
            }
        }
        false
    }

    fn is_stalled(&self) -> bool {
        self.stalled.is_some_and(|until| until <= Instant::now())
    }

    /// Tells a client whose head took too long. Whether it arrives is not waited for.
    fn excuse(&mut self, cx: &mut Context<'_>) {
        // In the middle of an answer these bytes would be taken for a part of it.
        if self.turn.is_in_a_head() && self.stalled.is_none() {
            let _ = Pin::new(&mut self.stream).poll_write(cx, &refusal(StatusCode::REQUEST_TIMEOUT));
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Connection<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.is_over && this.is_late(cx) {
            if this.is_stalled() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            this.excuse(cx);
            this.is_over = true;
        }
        if this.is_over {
            // Nothing was read: the server takes it for the end, and closes.
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            this.turn.heard(Instant::now());
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.turn.is_in_a_head() && this.stalled.is_none() {
            // No request is in hand, and no answer half sent: this is about a head that cannot be read.
            if let Some(status) = wordless(bytes) {
                let worded = refusal(status);
                let written = ready!(Pin::new(&mut this.stream).poll_write(cx, &worded))?;
                return Poll::Ready(if written == worded.len() {
                    Ok(bytes.len())
                } else {
                    Err(io::ErrorKind::WriteZero.into())
                });
            }
        }
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        if written.is_ready() {
            this.stalled = None;
            return written;
        }
        let write_timeout = this.write_timeout;
        this.stalled.get_or_insert_with(|| Instant::now() + write_timeout);
        if this.is_late(cx) && this.is_stalled() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // The server's last act before it waits: an answer may have been given since it last read.
        if this.is_late(cx) {
            cx.waker().wake_by_ref();
        }
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn whoever_takes_nothing_of_an_answer_is_gone() {
        let (server, _client) = duplex(16);
        let mut connection = Connection::new(server, Duration::from_millis(20));
        let _in_hand = connection.turn().take();
        let written = connection.write_all(&[0; 17]).await;
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_head_that_cannot_be_read_is_refused_in_words() {
        let (server, mut client) = duplex(4096);
        let mut connection = Connection::new(server, Duration::from_secs(1));
        client.write_all(b"what?\r\n\r\n").await.unwrap();
        assert_eq!(connection.read(&mut [0; 64]).await.unwrap(), 9);
        connection.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        drop(connection);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        assert!(answer.contains("\"type\":\"/problems/bad-request\""), "{answer}");
    }

    #[tokio::test]
    async fn what_an_application_answers_passes_as_it_is() {
        let (server, mut client) = duplex(4096);
        let mut connection = Connection::new(server, Duration::from_secs(1));
        let in_hand = connection.turn().take();
        let answer = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(answer).await.unwrap();
        drop((in_hand, connection));
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, answer);
    }
}
