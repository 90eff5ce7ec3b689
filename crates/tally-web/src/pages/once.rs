//! Secrets that are shown once: a one-time link, a token, recovery codes. The page is an answer to a form and has no
//! address, so that nothing of it stays in a history.

use askama::Template;

use crate::failure::Failure;
use crate::reply::Reply;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "once.html")]
struct Page {
    shell: Shell,
    words: String,
    secrets: Vec<String>,
    back: &'static str,
    usage: Option<String>,
}

/// A page that shows secrets.
pub(super) fn shown(
    visit: &Visit,
    title: &str,
    words: String,
    secrets: Vec<String>,
    usage: Option<String>,
    back: (&'static str, &'static str),
) -> Result<Reply, Failure> {
    let page = Page { shell: visit.shell(title).below(&[back]), words, secrets, back: back.1, usage };
    Ok(Reply::html(page.render()?))
}
