//! Evidence: what went in comes out, and nothing else ever does.

use std::fs;
use std::io::{self, Read, Write};

use sha2::Digest as _;
use tally_store::{Digest, Evidence, FileEvidence, StoreError, Tee};
use tempfile::TempDir;

fn home() -> (TempDir, FileEvidence) {
    let dir = tempfile::tempdir().unwrap();
    let evidence = FileEvidence::new(dir.path().join("evidence"));
    (dir, evidence)
}

fn all(evidence: &FileEvidence, digest: &Digest) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    evidence.get(digest).map_err(io::Error::other)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn files(evidence: &TempDir) -> Vec<String> {
    let mut found = Vec::new();
    let mut dirs = vec![evidence.path().to_owned()];
    while let Some(dir) = dirs.pop() {
        for path in fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()) {
            if path.is_dir() {
                dirs.push(path);
            } else {
                found.push(path.strip_prefix(evidence.path()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// Bytes that hardly compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(state >> 24).unwrap()
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn round_trip() {
    let (dir, evidence) = home();
    for report in [Vec::new(), b"{}".to_vec(), b"line\n".repeat(400_000), noise(3_000_000)] {
        let digest = evidence.put(&mut report.as_slice()).unwrap();
        assert_eq!(digest.0, <[u8; 32]>::from(sha2::Sha256::digest(&report)));
        assert_eq!(evidence.length(&digest).unwrap(), Some(report.len() as u64));
        assert!(all(&evidence, &digest).unwrap() == report);
    }
    assert_eq!(files(&dir).len(), 4);
    let digest = Digest::parse("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a").unwrap();
    let name = "evidence/sha256/44/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.zst";
    assert!(files(&dir).contains(&name.to_owned()));
    assert!(evidence.has(&digest).unwrap());
    assert!(!evidence.has(&Digest([0; 32])).unwrap());
    assert!(matches!(evidence.get(&Digest([0; 32])).err(), Some(StoreError::NoEvidence(_))));
}

#[test]
fn the_same_bytes_make_no_second_file() {
    let (dir, evidence) = home();
    let first = evidence.put(&mut b"report".as_slice()).unwrap();
    let path = evidence.path(&first);
    assert_eq!(evidence.put(&mut b"report".as_slice()).unwrap(), first);
    assert_eq!(files(&dir).len(), 1);
    let short = fs::read(&path).unwrap();
    fs::write(&path, &short[..20]).unwrap();
    evidence.put(&mut b"report".as_slice()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), short, "a file that was cut off is made whole");
}

#[test]
fn given_up_leaves_nothing() {
    let (dir, evidence) = home();
    let mut incoming = evidence.begin().unwrap();
    incoming.write_all(b"half").unwrap();
    assert_eq!(files(&dir).len(), 1);
    drop(incoming);
    assert!(files(&dir).is_empty());
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the wire was cut"))
        }
    }
    let error = evidence.put(&mut b"half".as_slice().chain(Broken)).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the input: the wire was cut");
    assert!(files(&dir).is_empty());
    fs::write(dir.path().join("evidence/incoming/left"), "by a crash").unwrap();
    assert_eq!(evidence.sweep().unwrap(), 1);
    assert!(files(&dir).is_empty());
}

#[test]
fn one_pass_for_parser_and_evidence() {
    let (_dir, evidence) = home();
    let report = b"first\nsecond\nthird\n".repeat(50_000);
    let mut tee = Tee::new(report.as_slice(), evidence.begin().unwrap());
    let mut parsed = [0; 12];
    tee.read_exact(&mut parsed).unwrap();
    assert_eq!(&parsed, b"first\nsecond");
    let digest = tee.finish().unwrap();
    assert!(all(&evidence, &digest).unwrap() == report);
}

#[test]
fn damaged_files_are_refused() {
    let (_dir, evidence) = home();
    let report = [b"some text that compresses ".repeat(40), noise(300)].concat();
    let digest = evidence.put(&mut report.as_slice()).unwrap();
    let path = evidence.path(&digest);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).unwrap();
        if let Ok(read) = all(&evidence, &digest) {
            assert!(read == report, "byte {at} flipped, and other bytes came out");
        }
        fs::write(&path, &whole[..at]).unwrap();
        assert!(all(&evidence, &digest).is_err(), "cut to {at} bytes");
    }
    let mut bytes = whole.clone();
    bytes[17] ^= 0xff;
    fs::write(&path, &bytes).unwrap();
    let error = all(&evidence, &digest).unwrap_err().to_string();
    assert!(error.contains("is damaged: ") && error.contains("restore its file from a backup"), "{error}");
}

#[test]
fn bombs_are_refused() {
    let (_dir, evidence) = home();
    let digest = evidence.put(&mut b"small".as_slice()).unwrap();
    let path = evidence.path(&digest);
    let head = fs::read(&path).unwrap()[..16].to_vec();
    // 64 MiB of zeroes in a few KiB, under the recorded length of five bytes.
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
    fs::write(&path, [head.clone(), bomb].concat()).unwrap();
    let error = all(&evidence, &digest).unwrap_err().to_string();
    assert!(error.contains("it is longer than recorded"), "{error}");
    // A frame that asks for 128 MiB of memory to be read.
    let mut encoder = zstd::stream::write::Encoder::new(head, 3).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(b"small").unwrap();
    fs::write(&path, encoder.finish().unwrap()).unwrap();
    let error = all(&evidence, &digest).unwrap_err().to_string();
    assert!(error.contains("cannot be decompressed"), "{error}");
}
