//! HTTP: routes become an axum router; a request becomes a visit, answered on a thread of its own.
//!
//! The only module that knows axum's machinery. It never decides who may do what (`guard`) nor what is answered.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post, put};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::failure::Failure;
use crate::house::House;
use crate::reply::{Body, Reply};
use crate::route::{Method, Need, Route, Takes};
use crate::visit::{TOLD, Visit};
use crate::{draw, guard, headers, receive, routes, turns};

/// Serves until `stop` comes; open requests are answered first.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = router(house).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, app).with_graceful_shutdown(stop).await
}

/// All routes as a router.
pub fn router(house: Arc<House>) -> Router {
    let mut router = Router::new();
    let mut paths: Vec<&'static str> = Vec::new();
    let all: Vec<Route> = routes::all().collect();
    for route in &all {
        if paths.contains(&route.path) {
            continue;
        }
        paths.push(route.path);
        let mut methods = MethodRouter::new();
        for same in all.iter().filter(|other| other.path == route.path) {
            methods = methods.merge(method(*same));
        }
        router = router.route(route.path, methods.fallback(wrong_method));
    }
    let small = SizeAbove::new(1_024).and(NotForContentType::IMAGES);
    router.fallback(nowhere).with_state(house).layer(CompressionLayer::new().compress_when(small)).layer(
        tower_http::timeout::TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(600),
        ),
    )
}

fn method(route: Route) -> MethodRouter<Arc<House>> {
    let handler = move |State(house): State<Arc<House>>, params: RawPathParams, request: Request| async move {
        let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok::<Response, Infallible>(answer(house, route, params, request).await)
    };
    match route.method {
        Method::Get => get(handler),
        Method::Post => post(handler),
        Method::Put => put(handler),
        Method::Delete => delete(handler),
    }
}

/// One request from its first byte to its answer.
async fn answer(house: Arc<House>, route: Route, params: Vec<(String, String)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let began = std::time::Instant::now();
    let address = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().map(|info| info.0.ip().to_string());
    let visit = Visit::of(Arc::clone(&house), &parts, params, address.unwrap_or_default());
    if matches!(route.method, Method::Get) {
        return read(&house, route, visit, &parts, began).await;
    }
    // Who asks is settled before a byte of the body is read.
    let visit = match admitted(visit, route.need).await {
        Some((visit, Ok(()))) => visit,
        Some((visit, Err(failure))) => return finish(draw::failure(&house, &parts, Some(&visit), &failure), &parts, began),
        None => return finish(draw::failure(&house, &parts, None, &Failure::Broken), &parts, began),
    };
    let visit = match route.takes {
        Takes::Small => receive::small(visit, &parts, body).await,
        Takes::Files => receive::files(visit, &parts, body).await,
    };
    let visit = match visit {
        Ok(visit) => visit,
        Err(failure) => return finish(draw::failure(&house, &parts, None, &failure), &parts, began),
    };
    let answered = tokio::task::spawn_blocking(move || {
        let reply = (route.answer)(&visit);
        (visit, reply)
    })
    .await;
    finish(replied(&house, &parts, answered), &parts, began)
}

/// A request without a body: who asks, whether that is enough, and the answer, in one go.
async fn read(
    house: &Arc<House>,
    route: Route,
    mut visit: Visit,
    parts: &axum::http::request::Parts,
    began: std::time::Instant,
) -> Response {
    let turn = turns::turn().await;
    let answered = tokio::task::spawn_blocking(move || {
        let reply = guard::admit(&mut visit, route.need).and_then(|()| (route.answer)(&visit));
        (visit, reply)
    });
    let answered = answered.await;
    drop(turn);
    finish(replied(house, parts, answered), parts, began)
}

/// What is sent for what a handler gave.
fn replied(
    house: &Arc<House>,
    parts: &axum::http::request::Parts,
    answered: Result<(Visit, Result<Reply, Failure>), tokio::task::JoinError>,
) -> Reply {
    match answered {
        Ok((_, Ok(reply))) => reply,
        Ok((visit, Err(failure))) => draw::failure(house, parts, Some(&visit), &failure),
        // A panic is a defect; the thread is gone, the server is not.
        Err(_) => draw::failure(house, parts, None, &Failure::Broken),
    }
}

/// Who asks, and whether that is enough; `None` where the thread that looked broke.
async fn admitted(mut visit: Visit, need: Need) -> Option<(Visit, Result<(), Failure>)> {
    let looked = tokio::task::spawn_blocking(move || {
        let admitted = guard::admit(&mut visit, need);
        (visit, admitted)
    });
    looked.await.ok()
}

/// A reply as a response, with the headers that every response has.
fn finish(reply: Reply, parts: &axum::http::request::Parts, began: std::time::Instant) -> Response {
    tracing::info!(
        method = %parts.method,
        path = %crate::pages::duties_feed::logged(parts.uri.path()).escape_debug(),
        status = reply.status.as_u16(),
        micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    let body = match reply.body {
        Body::Whole(bytes) => HttpBody::from(bytes),
        Body::Stream(write) => stream(write),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let head = response.headers_mut();
    if reply.status != axum::http::StatusCode::NO_CONTENT {
        head.insert("content-type", HeaderValue::from_static(reply.media));
    }
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            head.append(HeaderName::from_static(name), value);
        }
    }
    if reply.media.starts_with("text/html") && crate::visit::cookie(&parts.headers, TOLD).is_some() {
        // It was shown; the next page says nothing.
        head.append("set-cookie", HeaderValue::from_static("tally_told=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
    }
    headers::secure(head, parts.uri.path());
    response
}

/// A body that another thread writes; the writer waits where the reader is slow.
fn stream(write: crate::reply::Stream) -> HttpBody {
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(8);
    tokio::task::spawn_blocking(move || {
        let mut pipe = std::io::BufWriter::with_capacity(64 << 10, Pipe(sender.clone()));
        let written = write(&mut pipe).and_then(|()| std::io::Write::flush(&mut pipe));
        if let Err(error) = written {
            // The reader learns that the body is not whole; where it went away nobody is left to tell.
            let _ = sender.blocking_send(Err(error));
        }
    });
    HttpBody::from_stream(futures::stream::poll_fn(move |context| receiver.poll_recv(context)))
}

struct Pipe(tokio::sync::mpsc::Sender<Result<Bytes, std::io::Error>>);

impl std::io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let gone = |_| std::io::Error::new(std::io::ErrorKind::BrokenPipe, "the reader went away");
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn nowhere(State(house): State<Arc<House>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let visit = Visit::of(Arc::clone(&house), &parts, Vec::new(), String::new());
    let visit = admitted(visit, Need::Nothing).await.map(|(visit, _)| visit);
    let failure = Failure::Missing("there is no page at this address".to_owned());
    let reply = draw::failure(&house, &parts, visit.as_ref(), &failure);
    finish(reply, &parts, std::time::Instant::now())
}

async fn wrong_method(State(house): State<Arc<House>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let reply = draw::wrong_method(&house, &parts);
    finish(reply, &parts, std::time::Instant::now())
}
