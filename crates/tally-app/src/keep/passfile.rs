//! A PostgreSQL password file: lines of `host:port:database:user:password`, each of the first four a word or `*`. Never
//! reads one that others can read.

use std::path::Path;

use crate::Error;

/// The password of the first line that fits; `None` where there is no such line, or no file.
pub(super) fn password(
    path: &Path,
    (host, port, database, user): &(String, u16, String, String),
) -> Result<Option<String>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file("reading", path)(error)),
    };
    check_mode(path)?;
    let port = port.to_string();
    let wanted = [host.as_str(), &port, database, user];
    Ok(text.lines().filter(|line| !line.starts_with('#')).find_map(|line| fitting(line, wanted)))
}

fn fitting(line: &str, wanted: [&str; 4]) -> Option<String> {
    let words = words(line);
    let [one, two, three, four, password] = words.as_slice() else { return None };
    let fits = [one, two, three, four].into_iter().zip(wanted).all(|(word, wanted)| word == "*" || word == wanted);
    fits.then(|| password.clone())
}

/// The words between colons; a backslash takes the next character as it is.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let word = match character {
            ':' if words.len() < 5 => {
                words.push(String::new());
                continue;
            }
            '\\' => characters.next(),
            other => Some(other),
        };
        if let Some(last) = words.last_mut() {
            last.extend(word);
        }
    }
    words
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(Error::file("reading", path))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Error::Invalid(format!("others can read the password file {path}; run `chmod 600 {path}`, and change the password")))
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), Error> {
    Ok(())
}
