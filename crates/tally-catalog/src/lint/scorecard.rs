//! Rules about scorecards: few core metrics, each of them known and named once, and a cadence.
//! The rule about ids serves every sort of definition.

use tally_model::problem::{nearest, shorten};

use crate::catalog::Entry;
use crate::{Catalog, Finding, Scorecard, Source};

/// More core metrics than this dilute attention.
const CORE: usize = 8;

pub fn check(catalog: &Catalog, entry: &Entry<Scorecard>, findings: &mut Vec<Finding>) {
    let Entry { definition: card, source } = entry;
    findings.extend(id(&card.id, source));
    if !matches!(card.cadence.as_str(), "monthly" | "quarterly") {
        let message = format!("found cadence `{}`, expected `monthly` or `quarterly`; choose one", shorten(&card.cadence));
        findings.push(source.error("bad-cadence", &["cadence"], message));
    }
    let core: Vec<usize> = (0..card.metrics.len()).filter(|at| card.metrics[*at].core).collect();
    if let Some(ninth) = core.get(CORE) {
        let message = format!("found {} core metrics, expected {CORE} at most; set `core = false` on the others", core.len());
        findings.push(source.error("too-many-core", &["metrics", &ninth.to_string(), "metric"], message));
    }
    for (at, line) in card.metrics.iter().enumerate() {
        let name = at.to_string();
        let path = ["metrics", name.as_str(), "metric"];
        if catalog.metric(&line.metric).is_none() {
            let help = nearest(&line.metric, catalog.metrics.keys().map(String::as_str))
                .map_or_else(|| "add it or remove the line".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("found metric `{}`, expected the id of a metric; {help}", shorten(&line.metric));
            findings.push(source.error("unknown-metric", &path, message));
        }
        if card.metrics[..at].iter().any(|before| before.metric == line.metric) {
            let message = format!("found metric `{}` a second time, expected each once; remove one", shorten(&line.metric));
            findings.push(source.error("repeated-metric", &path, message));
        }
    }
}

/// A definition's id is its file's name, so that one can be found from the other.
pub fn id(id: &str, source: &Source) -> Option<Finding> {
    let stem = source.stem();
    (id != stem).then(|| {
        let message = format!("found id `{}` in a file named `{stem}`, expected the same; rename one of them", shorten(id));
        source.error("id-mismatch", &["id"], message)
    })
}
