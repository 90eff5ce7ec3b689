//! Writes that are sent twice and done once: an `Idempotency-Key` names the request, and who sends it again gets the first
//! answer again. Only what was done is kept; what was refused may be sent again under the same key.

use tally_app::access::{Reply as Kept, Reservation};

use crate::failure::Failure;
use crate::reply::{Body, Reply};
use crate::visit::Visit;

/// The header.
pub(super) const KEY: &str = "idempotency-key";

/// Does it, or answers as before. `sent` is what was sent, beside method, path and query.
pub(super) fn once(visit: &Visit, sent: &[u8], act: impl FnOnce() -> Result<Reply, Failure>) -> Result<Reply, Failure> {
    let Some(header) = visit.headers.get(KEY) else { return act() };
    let wrong = || {
        Failure::Wrong(
            "this idempotency key cannot be used; expected 1 to 200 printable ASCII characters without blanks".to_owned(),
        )
    };
    let key = header.to_str().map_err(|_| wrong())?;
    if !(1..=200).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong());
    }
    let viewer = visit.viewer()?;
    let desk = &visit.house.desk;
    let header = |name: &str| visit.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let head = format!("{} {}?{}\n{}\n", visit.method, visit.path, visit.query.to_query(), header("if-match"));
    let request = [head.as_bytes(), sent].concat();
    match desk.reserve(viewer, key, &request, visit.now)? {
        Reservation::Done(kept) => Ok(again(kept)),
        Reservation::Running => Err(Failure::Conflict(
            "a request with this idempotency key is being answered just now; ask again in a moment".to_owned(),
        )),
        Reservation::Other => {
            Err(Failure::Wrong("this idempotency key was used for another request; use a fresh one".to_owned()))
        }
        Reservation::New => match act() {
            Ok(Reply { status, body: Body::Whole(body), media, headers }) if status.is_success() => {
                let kept = Kept { status: status.as_u16(), body: body.clone() };
                desk.answer(viewer, key, &kept, visit.now)?;
                Ok(Reply { status, media, headers, body: Body::Whole(body) })
            }
            other => {
                desk.release(viewer, key)?;
                other
            }
        },
    }
}

fn again(kept: Kept) -> Reply {
    let status = axum::http::StatusCode::from_u16(kept.status).unwrap_or(axum::http::StatusCode::OK);
    Reply::whole("application/json", kept.body).with_status(status).with("idempotency-replayed", "true")
}
