//! Reading what a server answers: the addresses that a page links to, the cells of a sheet, and a walk from link to link.

use super::support::{Answer, Server, Who};

/// Percent-encoded text.
pub fn encode(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Addresses of this server that a page links to, decoded from HTML, without fragments; `?...` where the path is the same.
pub fn links(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in html.split(" href=\"").skip(1) {
        let raw = part.split('"').next().unwrap_or_default();
        let path =
            raw.replace("&#38;", "&").replace("&amp;", "&").replace("&#61;", "=").replace("&#x27;", "'").replace("&#39;", "'");
        let path = path.split('#').next().unwrap_or_default().to_owned();
        if (path.starts_with('/') && !path.starts_with("//")) || path.starts_with('?') {
            found.push(path);
        }
    }
    found
}

/// The cells of a CSV document.
pub fn sheet(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "a sheet that breaks off: {row:?} {cell:?}");
    rows
}

/// Follows the links of this server's pages from `starts`, and shows each answer. Of addresses that differ in their query
/// alone, `alike` are looked at; of paths that differ in their last part alone, ten times as many.
pub fn crawl(server: &Server, who: Who, starts: &[String], alike: usize, mut look: impl FnMut(&str, &Answer)) -> usize {
    let mut waiting: std::collections::VecDeque<String> = starts.iter().cloned().collect();
    let mut known: std::collections::HashSet<String> = starts.iter().cloned().collect();
    let mut by_path: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let mut seen = 0;
    while let Some(address) = waiting.pop_front() {
        let answer = server.get(who, &address);
        seen += 1;
        look(&address, &answer);
        if !answer.header("content-type").is_some_and(|media| media.starts_with("text/html")) {
            continue;
        }
        let path = address.split('?').next().unwrap_or_default();
        for link in
            links(&answer.text()).into_iter().map(|link| if link.starts_with('?') { format!("{path}{link}") } else { link })
        {
            if known.contains(&link) {
                continue;
            }
            let path = link.split('?').next().unwrap_or_default().to_owned();
            let folder = format!("{}/*", path.rsplit_once('/').map_or("", |(folder, _)| folder));
            let enough = |name: &str, most: usize| by_path.get(name).is_some_and(|count| *count >= most);
            if enough(&path, alike) || (folder != "/*" && enough(&folder, alike * 10)) {
                continue;
            }
            *by_path.entry(path).or_default() += 1;
            *by_path.entry(folder).or_default() += 1;
            known.insert(link.clone());
            waiting.push_back(link);
        }
    }
    seen
}
