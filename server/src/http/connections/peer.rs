//! The connection of one peer: cut when the peer reads nothing for too long, and closed so that the last answer arrives.

use std::{
    io::{ErrorKind, IoSlice, Result},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    runtime::Handle,
    time::timeout,
};
use tokio_io_timeout::TimeoutWriter;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::http::permits::Permit;

/// How long a peer whose connection we close may go on sending. Closed at once, with bytes unread, the connection would be
/// reset, and the peer might miss why.
const LINGER: Duration = Duration::from_secs(1);

type Stream = Pin<Box<TimeoutWriter<TcpStream>>>;

/// A peer's connection, which has a place among all connections.
pub(super) struct Peer {
    /// Until this is dropped.
    stream: Option<Stream>,
    held: Option<(Permit, TaskTrackerToken)>,
    /// Whether the peer has closed it, or it broke.
    ended: bool,
}

impl Peer {
    /// A connection on which the peer may take nothing for no longer than this.
    pub(super) fn new(
        stream: TcpStream,
        unread: Duration,
        permit: Permit,
        tracked: TaskTrackerToken,
    ) -> Self {
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(unread));
        Self {
            stream: Some(Box::pin(stream)),
            held: Some((permit, tracked)),
            ended: false,
        }
    }

    fn poll<T>(
        &mut self,
        doing: impl FnOnce(Pin<&mut TimeoutWriter<TcpStream>>) -> Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(Err(ErrorKind::NotConnected.into()));
        };
        let done = ready!(doing(stream.as_mut()));
        if let Err(error) = &done {
            if error.kind() == ErrorKind::TimedOut {
                metrics::counter!("http_cut_total", "reason" => "unread").increment(1);
            } else {
                self.ended = true;
            }
        }
        Poll::Ready(done)
    }
}

impl AsyncRead for Peer {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        let (filled, room) = (buffer.filled().len(), buffer.remaining());
        let read = ready!(this.poll(|stream| stream.poll_read(cx, buffer)));
        this.ended |= room > 0 && buffer.filled().len() == filled;
        Poll::Ready(read)
    }
}

impl AsyncWrite for Peer {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.get_mut().poll(|stream| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.get_mut()
            .poll(|stream| stream.poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll(|stream| stream.poll_shutdown(cx))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let (Some(stream), held) = (self.stream.take(), self.held.take()) else {
            return;
        };
        if let (false, Ok(runtime)) = (self.ended, Handle::try_current()) {
            runtime.spawn(async move {
                timeout(LINGER, linger(stream)).await.unwrap_or_default();
                drop(held);
            });
        }
    }
}

/// Shuts down writing, and discards what the peer still sends.
async fn linger(mut stream: Stream) {
    let mut passing = [0; 4096];
    if stream.shutdown().await.is_ok() {
        while stream.read(&mut passing).await.is_ok_and(|read| read > 0) {}
    }
}
