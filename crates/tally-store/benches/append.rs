//! How fast one thread appends and finds: 200,000 records of about 400 bytes, and the walks over them.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tally_model::{Instant, Kind, Record};
use tally_store::{Commit, EntryNo, Opening, Signer, Store, open};
use tempfile::TempDir;

const RECORDS: u64 = 200_000;

fn finding(no: u64) -> Record {
    let at = Instant::from_micros(1_767_225_600_000_000 + i64::try_from(no).unwrap() * 1_000_000);
    Record::new(Kind::named("finding").unwrap(), format!("F-{:08}", no.wrapping_mul(2_654_435_761) % 100_000_000))
        .with("system", format!("system-{}", no % 400))
        .with("title", "prompt injection through a retrieved document reaches the tool that sends mail")
        .with("severity", "high")
        .with("class", "LLM01:2025")
        .with("reported_at", at)
        .with("assessment", format!("assessment-{}", no % 2_000))
        .with("vector", "retrieved_document")
        .with("reproduction", "open the document, ask for a summary, watch the outgoing mail; see the attached transcript")
        .with("disposition", "accepted")
        .with("disposition_at", at)
}

fn commit() -> Commit {
    Commit { actor: "bench".into(), source: "bench".into(), at: Instant::from_micros(1_767_225_600_000_000) }
}

fn empty() -> (TempDir, Box<dyn Store>) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("journal.db"), &Opening::create("bench")).unwrap();
    (dir, store)
}

fn append(store: &mut dyn Store, records: &[Record], signer: &Signer, look: bool) {
    let mut batch = store.begin(commit()).unwrap();
    for record in records {
        if look {
            assert!(batch.find(record.kind(), record.id()).unwrap().is_none());
        }
        batch.append(record, record, None).unwrap();
    }
    batch.commit(signer).unwrap();
}

fn whole(bench: &mut Criterion) {
    let records: Vec<Record> = (0..RECORDS).map(finding).collect();
    let size: usize = records.iter().map(|record| record.canonical().len()).sum();
    let signer = Signer::generate("bench").unwrap();
    let mut group = bench.benchmark_group(format!("{RECORDS} records of {} bytes", size / records.len()));
    group.sample_size(10).measurement_time(Duration::from_secs(20)).throughput(Throughput::Elements(RECORDS));
    group.bench_function("append", |bench| {
        bench.iter_batched_ref(empty, |(_, store)| append(&mut **store, &records, &signer, false), BatchSize::PerIteration);
    });
    group.bench_function("find none, append", |bench| {
        bench.iter_batched_ref(empty, |(_, store)| append(&mut **store, &records, &signer, true), BatchSize::PerIteration);
    });
    let (dir, mut store) = empty();
    append(&mut *store, &records, &signer, false);
    group.bench_function("find", |bench| {
        bench.iter(|| {
            let mut batch = store.begin(commit()).unwrap();
            for record in &records {
                black_box(batch.find(record.kind(), record.id()).unwrap().unwrap());
            }
        });
    });
    group.bench_function("exists", |bench| {
        bench.iter(|| {
            let mut batch = store.begin(commit()).unwrap();
            assert!(records.iter().all(|record| batch.exists(record.kind(), record.id()).unwrap()));
        });
    });
    group.bench_function("records", |bench| bench.iter(|| store.records(None, &mut |_| Ok(())).unwrap()));
    group.bench_function("at half", |bench| {
        bench.iter(|| store.at_entry(EntryNo(RECORDS / 2), &mut |_| Ok(())).unwrap());
    });
    let keys = [signer.verifier().clone()];
    group.bench_function("verify", |bench| bench.iter(|| assert!(store.verify(&keys, None).unwrap().holds())));
    group.finish();
    let begun = Clock::now();
    drop(store);
    let bytes = std::fs::metadata(dir.path().join("journal.db")).unwrap().len();
    #[allow(clippy::print_stderr, reason = "a benchmark's own line")]
    {
        eprintln!("{} bytes a record on disk; closed in {:?}", bytes / RECORDS, begun.elapsed());
    }
}

criterion_group!(benches, whole);
criterion_main!(benches);
