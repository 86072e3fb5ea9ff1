//! Connections: taken until told to stop, and none may dawdle.

use std::{pin::pin, time::Duration};

use axum::{Router, serve::Listener};
use hyper::server::conn::http1::Builder;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long connections may finish what they began.
const FAREWELL: Duration = Duration::from_secs(10);

/// Answers until told to stop; then finishes what was begun, but not for ever: a subscription would last. A connection whose
/// next request is not there within `silence`, headers and all, is closed.
pub(super) async fn serve(
    mut listener: TcpListener,
    router: Router,
    silence: Duration,
    stopping: CancellationToken,
) {
    let mut protocol = Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(silence);
    let connections = TaskTracker::new();
    while let Some((stream, _)) = stopping
        .run_until_cancelled(Listener::accept(&mut listener))
        .await
    {
        connections.spawn(answer(protocol.clone(), stream, router.clone(), stopping.clone()));
    }
    drop(listener);
    connections.close();
    timeout(FAREWELL, connections.wait()).await.unwrap_or_default();
}

/// Answers one connection. The protocol is known, and not found out by its first bytes: for those nobody would limit the wait.
async fn answer(protocol: Builder, stream: TcpStream, router: Router, stopping: CancellationToken) {
    let service = TowerToHyperService::new(router);
    let connection = protocol.serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection.with_upgrades());
    let ended = if let Some(ended) = stopping.run_until_cancelled(connection.as_mut()).await {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
