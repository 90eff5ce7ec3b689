//! A server from its first moment to its last: binds, says where it is, serves until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use tally_app::Workbench;
use tally_app::access::Desk;
use tokio::net::TcpListener;

use crate::house::{House, Serving};
use crate::{oidc, serve};

/// How a server is run.
#[derive(Clone, Debug)]
pub struct Running {
    /// Where it listens; port 0 for any that is free.
    pub listen: SocketAddr,
    /// The address under which people reach it; `http://` and where it listens if absent.
    pub public_url: Option<String>,
    /// Most bytes of one upload.
    pub upload_max: u64,
    /// Sign-in at an OpenID Connect provider.
    pub oidc: Option<oidc::Settings>,
}

/// Serves until the process is asked to stop (Ctrl-C, SIGTERM). `ready` is called with the address once it listens.
///
/// # Errors
/// Where it cannot listen, or what `ready` returns.
pub fn run<E: From<std::io::Error>>(
    bench: Workbench,
    desk: Desk,
    running: Running,
    ready: impl FnOnce(&Desk, &str) -> Result<(), E>,
) -> Result<(), E> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("tally-web").build()?;
    let listener = runtime.block_on(TcpListener::bind(running.listen))?;
    let address = running.public_url.unwrap_or_else(|| format!("http://{}", listener.local_addr().unwrap_or(running.listen)));
    let address = address.trim_end_matches('/').to_owned();
    // It asks the database, which waits for the network: not on a thread that runs futures.
    ready(&desk, &address)?;
    runtime.block_on(async {
        let serving = Serving { address, upload_max: running.upload_max, oidc: running.oidc };
        let house = Arc::new(House::new(bench, desk, serving));
        let tending = tokio::spawn(tend(Arc::clone(&house)));
        let served = serve(house, listener, stopped()).await;
        tending.abort();
        served.map_err(E::from)
    })
}

/// Once an hour: what time has passed over goes, and the scorecard of the new hour is made before somebody asks for it.
async fn tend(house: Arc<House>) {
    loop {
        let house = Arc::clone(&house);
        let tended = tokio::task::spawn_blocking(move || {
            let now = tally_app::now();
            house.bench.warm(now)?;
            house.desk.sweep(now).map(|_| Workbench::as_of(now).micros() - now.micros())
        });
        let wait = match tended.await {
            Ok(Ok(micros)) => u64::try_from(micros).unwrap_or(0),
            Ok(Err(error)) => {
                tracing::warn!(%error, "tending failed; it is tried again in a minute");
                60_000_000
            }
            Err(_) => 60_000_000,
        };
        tokio::time::sleep(std::time::Duration::from_micros(wait.max(1_000_000))).await;
    }
}

async fn stopped() {
    let interrupted = async {
        // Where signals cannot be listened for, the process ends without a farewell.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        let mut terminated = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(_) => return interrupted.await,
        };
        let terminated = terminated.recv();
        let mut interrupted = std::pin::pin!(interrupted);
        let mut terminated = std::pin::pin!(terminated);
        std::future::poll_fn(|context| {
            use std::future::Future;
            if interrupted.as_mut().poll(context).is_ready() || terminated.as_mut().poll(context).is_ready() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
    #[cfg(not(unix))]
    interrupted.await;
}
