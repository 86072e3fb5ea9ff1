//! TCP connections: accepted until shutdown, limited in number, and cut when no request arrives in time.

mod peer;

use std::{future::pending, pin::pin, sync::Arc, time::Duration};

use axum::{Router, serve::Listener};
use hyper::{Request, body::Incoming, server::conn::http1::Builder, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

use self::peer::Peer;
use super::permits::PermitPool;
use crate::config::Limits;

/// How long connections may drain at shutdown.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The head of a request: a token of 16 KiB and the address of a GET with a long document fit.
const MAX_HEAD_BYTES: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;

/// The answer to a connection above the limit.
const NO_CAPACITY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves until shutdown, then drains the connections for a limited time: a subscription would last for ever.
pub(super) async fn serve(
    mut listener: TcpListener,
    router: Router,
    limits: Limits,
    permits: PermitPool,
    stopping: CancellationToken,
) {
    let protocol = protocol(&limits);
    let connections = TaskTracker::new();
    while let Some((stream, _)) = stopping
        .run_until_cancelled(Listener::accept(&mut listener))
        .await
    {
        let Ok(permit) = permits.take(None, 1) else {
            refuse(&stream);
            continue;
        };
        let peer = Peer::new(stream, limits.unread, permit, connections.token());
        let answering = answer(
            protocol.clone(),
            peer,
            router.clone(),
            limits.first_request,
            stopping.clone(),
        );
        connections.spawn(answering);
    }
    drop(listener);
    connections.close();
    timeout(DRAIN_TIMEOUT, connections.wait())
        .await
        .unwrap_or_default();
}

/// HTTP/1.1, in buffers of which thousands may be held. A connection whose next request is not there within the limit of
/// silence, headers and all, is closed.
fn protocol(limits: &Limits) -> Builder {
    let mut protocol = Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.silence)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD_BYTES)
        .max_buf_size(MAX_HEAD_BYTES);
    protocol
}

/// Refuses without waiting: the few bytes fit into the socket's buffer.
fn refuse(stream: &TcpStream) {
    if let Err(error) = stream.try_write(NO_CAPACITY) {
        tracing::debug!(%error, "a connection was refused without an answer");
    }
}

/// Serves one connection. The protocol is fixed: detecting it by the first bytes would have no time limit.
async fn answer(
    protocol: Builder,
    peer: Peer,
    router: Router,
    first_request: Duration,
    stopping: CancellationToken,
) {
    let asked = Arc::new(Notify::new());
    let service = {
        let asked = Arc::clone(&asked);
        service_fn(move |request: Request<Incoming>| {
            asked.notify_one();
            router.clone().call(request)
        })
    };
    let connection = protocol.serve_connection(TokioIo::new(peer), service);
    let mut connection = pin!(connection.with_upgrades());
    let idle = async {
        if timeout(first_request, asked.notified()).await.is_ok() {
            pending::<()>().await;
        }
        metrics::counter!("http_cut_total", "reason" => "no_request").increment(1);
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = idle => return,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
