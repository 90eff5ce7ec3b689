//! What the fuzz targets share: a mapping that knows nothing, and a look at what a parser yields. Never in a release.

use tally_import::{Attempt, Mapped, Mapping, Options};

/// The longest line or row that a target reads: short, so that the limit itself is met.
pub const LONGEST: usize = 4096;

/// A mapping that says the same of every probe.
pub struct Plain;

impl Mapping for Plain {
    fn group(&self, _probe: &str, _tags: &[String]) -> Mapped {
        let [category, class, severity] = ["other", "LLM01:2025", "medium"].map(str::to_owned);
        Mapped { category, class, techniques: Vec::new(), severity }
    }

    fn severity(&self, base: &str, _failed: u64, _passed: u64) -> String {
        base.to_owned()
    }
}

/// Runs one importer over `data` and holds it to its own sums: groups add up to the totals, attempts were handed over.
pub fn run(read: tally_import::Read, data: &[u8]) {
    let options = Options { longest: LONGEST, ..Options::default() };
    let mut verdicts = 0u64;
    let Ok(run) = read(&mut &*data, "fuzz", &options, &Plain, &mut |_: &Attempt<'_>| verdicts += 1) else {
        panic!("reading from memory cannot fail");
    };
    let sum = |part: fn(&tally_import::Group) -> u64| run.groups.iter().map(part).sum::<u64>();
    assert_eq!(sum(|group| group.passed), run.totals.passed);
    assert_eq!(sum(|group| group.failed), run.totals.failed);
    assert_eq!(sum(|group| group.errors), run.totals.errors);
    assert_eq!(run.totals.passed + run.totals.failed + run.totals.errors, verdicts);
    for record in tally_import::records(&run, "bot", tally_model::Instant::from_micros(0)) {
        let problems = record.check();
        assert!(problems.is_empty(), "{problems:?}");
    }
}
