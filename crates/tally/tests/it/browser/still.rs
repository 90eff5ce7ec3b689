//! A few fixed answers over HTTP, for the driver's own tests. Answers on loopback only, and tells a form what it was sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Path, status, further head lines, body.
pub type Answer = (&'static str, u16, &'static str, String);

pub struct Still {
    address: SocketAddr,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Still {
    pub fn serve(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        let thread = std::thread::spawn(move || {
            let answers = Arc::new(answers);
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                let answers = Arc::clone(&answers);
                // A browser opens connections ahead that it may never use: none may hold up the others.
                std::thread::spawn(move || answer(&stream.unwrap(), &answers));
            }
        });
        Self { address, ending, thread: Some(thread) }
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(stream: &TcpStream, answers: &[Answer]) {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if line.trim().is_empty() => break,
            Ok(_) => lines.push(line),
        }
    }
    let length = lines.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut sent = vec![0; length.unwrap_or(0)];
    if reader.read_exact(&mut sent).is_err() {
        return;
    }
    let target = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("/").to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (status, head, body) = match answers.iter().find(|(known, ..)| *known == path) {
        Some((_, status, head, body)) => (*status, *head, body.clone()),
        None => (404, "content-type: text/html\r\n", "<title>none</title>no such page".to_owned()),
    };
    let body = body.replace("{sent}", &format!("{query}{}", String::from_utf8_lossy(&sent)));
    let head = format!("HTTP/1.1 {status} x\r\n{head}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let mut stream = stream;
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
