//! What a page or an operation answers with. Never knows who asked.

use std::io::Write;

use axum::http::StatusCode;

/// Writes a body bit by bit, on a thread of its own; what it returns as an error ends the connection.
pub type Stream = Box<dyn FnOnce(&mut dyn Write) -> std::io::Result<()> + Send>;

/// Control characters, and those that turn the direction of the text after them.
fn is_hidden(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

/// An answer.
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Media type.
    pub media: &'static str,
    /// Further headers, name and value.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

/// A body.
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// As it is written.
    Stream(Stream),
}

impl Reply {
    /// An HTML page. Letters that nobody sees and that change how others read stand as the replacement character.
    pub fn html(text: String) -> Self {
        let text = if text.contains(is_hidden) { text.replace(is_hidden, "\u{fffd}") } else { text };
        Self::whole("text/html; charset=utf-8", text.into_bytes())
    }

    /// A JSON document.
    pub fn json(value: &serde_json::Value) -> Self {
        Self::whole("application/json", value.to_string().into_bytes())
    }

    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::whole("text/plain; charset=utf-8", text.into().into_bytes())
    }

    /// Nothing to say, status 204.
    pub fn nothing() -> Self {
        Self::whole("text/plain; charset=utf-8", Vec::new()).with_status(StatusCode::NO_CONTENT)
    }

    /// Go on at another page of ours, with GET. What a browser could take for another site leads to the first page.
    pub fn see(path: &str) -> Self {
        // Browsers leave control characters out of an address and read `\` as `/`: `/<tab>/x` would be another site.
        let is_own = path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c.is_control() || c == '\\');
        let mut safe = String::with_capacity(path.len());
        for byte in if is_own { path } else { "/" }.bytes() {
            if byte.is_ascii_graphic() { safe.push(char::from(byte)) } else { safe.push_str(&format!("%{byte:02X}")) }
        }
        Self::nothing().with_status(StatusCode::SEE_OTHER).with("location", &safe)
    }

    /// Go on at another site, with GET; only for addresses that come from the configuration.
    pub fn leave(address: &str) -> Self {
        Self::nothing().with_status(StatusCode::SEE_OTHER).with("location", address)
    }

    /// A file to keep, written as it goes.
    pub fn file(media: &'static str, name: &str, body: Stream) -> Self {
        let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
        let reply = Self { status: StatusCode::OK, media, headers: Vec::new(), body: Body::Stream(body) };
        reply.with("content-disposition", &format!("attachment; filename=\"{safe}\""))
    }

    /// Bytes of some media type.
    pub fn whole(media: &'static str, body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, media, headers: Vec::new(), body: Body::Whole(body) }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}
