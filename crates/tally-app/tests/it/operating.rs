//! The operating model, processes and activities: gaps, suggestions, states, rates that are the metric's.

use tally_app::act::{Actor, Via};
use tally_app::import::{Options, record_bytes};
use tally_app::operating::{About, Which, adopt, functions, model};
use tally_app::practice::{Assign, REQUIRED, Standing, activities, assign, processes};
use tally_app::scope::Scope;
use tally_app::score::{Ask, Which as Metrics, score};
use tally_app::{Facts, Programme};
use tally_model::Instant;
use tempfile::TempDir;

const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"system","id":"rag","name":"Rag","owner":"blue","origin":"internal","type":"rag","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"release","id":"rag/1","system":"rag","version":"1","change":"new_system","author":"a","deployed_at":"2026-03-20T09:00:00Z"}
{"kind":"duty","id":"own","title":"Look at the logs","cadence":"monthly","owner":"blue","starts_at":"2026-01-15"}
{"kind":"duty","id":"q3","duty":"Q-3","title":"Campaign","cadence":"quarterly","owner":"red","starts_at":"2026-01-15"}
{"kind":"duty","id":"old","title":"No more","cadence":"monthly","owner":"blue","starts_at":"2025-01-15","ends_at":"2025-12-31"}
{"kind":"responsibility","id":"r1","about":"domain","subject":"GRC","responsible":["grc"],"accountable":["grc","legal"]}
{"kind":"responsibility","id":"r2","about":"metric","subject":"time-to-remediate","responsible":["engineering"]}
{"kind":"responsibility","id":"r3","about":"process","subject":"design_review","accountable":["product_security"]}
{"kind":"responsibility","id":"r4","about":"duty","subject":"own","responsible":["engineering"],"accountable":["engineering"]}
{"kind":"responsibility","id":"r5","about":"metric","subject":"gone-metric","responsible":["soc"],"accountable":["soc"]}
{"kind":"process","id":"p1","topic":"design_review","owner":"red","approved_by":"Ada","approved_at":"2026-01-10","review_due":"2027-01-10","evidence":"wiki/design"}
{"kind":"process","id":"p2","topic":"design_review","owner":"red"}
{"kind":"process","id":"p3","topic":"production_approval","owner":"blue","approved_by":"Bo","approved_at":"2025-01-10","review_due":"2026-01-10"}
{"kind":"process","id":"p4","topic":"adversarial_testing","owner":"red"}
{"kind":"process","id":"p5","topic":"vendor_intake","owner":"blue","approved_at":"2026-01-10"}
{"kind":"activity","id":"a1","activity":"training","topic":"prompt_injection","subject":"red","assigned_at":"2026-01-05","due":"2026-02-05","completed_at":"2026-01-20"}
{"kind":"activity","id":"a2","activity":"training","topic":"prompt_injection","subject":"blue","assigned_at":"2026-01-05","due":"2026-02-05"}
{"kind":"activity","id":"a3","activity":"threat_model","topic":"inference_endpoint","subject":"bot","assigned_at":"2026-02-01","due":"2026-05-01"}
{"kind":"activity","id":"a4","activity":"code_review","topic":"prompts","subject":"rag/1","assigned_at":"2026-03-01","completed_at":"2026-03-05"}
{"kind":"activity","id":"a5","activity":"training","topic":"model_theft","subject":"red","assigned_at":"2024-01-05","due":"2024-02-05"}
"#;
const NOW: &str = "2026-04-04T12:00:00Z";

struct Place {
    programme: Programme,
    _folder: TempDir,
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut programme = Programme::init(&folder.path().join("data")).unwrap();
        let options = Options { actor: "importer".to_owned(), at: at("2026-01-01"), ..Options::default() };
        let import = record_bytes(&mut programme, "base.jsonl", BASE.as_bytes(), &options).unwrap();
        assert_eq!(import.errors, 0, "{:?}", import.problems);
        Self { programme, _folder: folder }
    }

    fn gaps(&self, about: About, id: &str) -> String {
        let model = model(&self.programme, &Scope::All, at(NOW)).unwrap();
        let subject = model.subject(about, id).unwrap();
        subject.gaps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

fn ada() -> Actor {
    Actor::new("ada", Via::Page)
}

fn red() -> Scope {
    Scope::Teams(["red".to_owned()].into_iter().collect())
}

#[test]
fn gaps_are_named_beside_each_subject() {
    let place = Place::new();
    assert_eq!(functions().len(), 14);
    assert_eq!(place.gaps(About::Domain, "GRC"), "2 functions are accountable: grc, legal");
    assert_eq!(place.gaps(About::Metric, "time-to-remediate"), "no function is accountable");
    assert_eq!(place.gaps(About::Process, "design_review"), "no function is responsible");
    assert_eq!(place.gaps(About::Process, "production_monitoring"), "no row says who answers for it");
    assert_eq!(
        place.gaps(About::Process, "vendor_intake"),
        "no row says who answers for it",
        "what is recorded needs somebody"
    );
    assert_eq!(place.gaps(About::Duty, "Q-3"), "no row says who answers for it");
    assert_eq!(place.gaps(About::Duty, "own"), "");
    // What nobody needs is shown without a gap; what has ended is not there.
    assert_eq!(place.gaps(About::Metric, "gone-metric"), "");
    let model = model(&place.programme, &Scope::All, at(NOW)).unwrap();
    assert!(model.subject(About::Duty, "old").is_none());
    let catalog = place.programme.catalog();
    let (metrics, domains) = (catalog.metrics().count(), catalog.maturity_models().flat_map(|model| &model.domains).count());
    assert_eq!(model.subjects.len(), domains + 5 + 2 + metrics + 1);
    assert!(domains > 0);
    // Duties of other teams are not there for who sees some teams.
    let cut = tally_app::operating::model(&place.programme, &red(), at(NOW)).unwrap();
    assert!(cut.subject(About::Duty, "Q-3").is_some() && cut.subject(About::Duty, "own").is_none());
    assert_eq!(cut.subjects.len(), model.subjects.len() - 1);
    assert_eq!(model.gaps(), model.subjects.len() - 2, "one gap each, but for two that have none");
}

#[test]
fn suggestions_fill_what_is_empty_and_one_replaces() {
    let mut place = Place::new();
    let all = adopt(&mut place.programme, &Which::All, &ada(), at(NOW)).unwrap();
    // The programme's own process has no suggestion.
    assert_eq!(all.left, [(About::Process, "vendor_intake".to_owned())]);
    let now = model(&place.programme, &Scope::All, at(NOW)).unwrap();
    assert_eq!(now.gaps(), 4, "three recorded before, and the process nobody suggests anything for");
    let duty = now.subject(About::Duty, "Q-3").unwrap();
    assert!(duty.holds().unwrap().same(duty.suggested.as_ref().unwrap()));
    assert_eq!(duty.holds().unwrap().letters("red_team"), "R");
    assert!(!adopt(&mut place.programme, &Which::All, &ada(), at(NOW)).unwrap().edited.written());
    // One by name takes the place of what is recorded; what the suggestion does not have goes.
    let one = Which::One(About::Domain, "GRC".to_owned());
    adopt(&mut place.programme, &one, &ada(), at(NOW)).unwrap();
    let now = model(&place.programme, &Scope::All, at(NOW)).unwrap();
    let grc = now.subject(About::Domain, "GRC").unwrap();
    assert_eq!(grc.recorded[0].0, "r1");
    assert!(grc.gaps.is_empty() && grc.holds().unwrap().same(grc.suggested.as_ref().unwrap()));
}

#[test]
fn what_cannot_be_taken_over() {
    let mut place = Place::new();
    let mut refused = |which: Which, by: &Actor, why: &str| {
        let error = adopt(&mut place.programme, &which, by, at(NOW)).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    };
    let one = |about, id: &str| Which::One(about, id.to_owned());
    refused(one(About::Metric, "time-to-remediat"), &ada(), "did you mean `time-to-remediate`?");
    refused(one(About::Duty, "own"), &ada(), "the catalog suggests nobody for duty own");
    refused(Which::All, &Actor { scope: red(), ..ada() }, "the whole programme");
    let twice =
        r#"{"kind":"responsibility","id":"r9","about":"domain","subject":"GRC","responsible":["grc"],"accountable":["grc"]}"#;
    let options = Options { actor: "importer".to_owned(), at: at("2026-01-01"), ..Options::default() };
    record_bytes(&mut place.programme, "more.jsonl", twice.as_bytes(), &options).unwrap();
    assert!(place.gaps(About::Domain, "GRC").starts_with("2 rows say who answers for it"));
    let error = adopt(&mut place.programme, &one(About::Domain, "GRC"), &ada(), at(NOW)).unwrap_err().to_string();
    assert!(error.contains("2 records say who answers for domain GRC: r1, r9"), "{error}");
}

#[test]
fn processes_stand_as_the_metric_counts() {
    let place = Place::new();
    let found = processes(&place.programme, at(NOW)).unwrap();
    let stands: Vec<(&str, Standing)> = found.topics.iter().map(|topic| (topic.topic.as_str(), topic.standing)).collect();
    let expected = [
        ("design_review", Standing::InForce),
        ("production_approval", Standing::Overdue),
        ("adversarial_testing", Standing::NotApproved),
        ("production_monitoring", Standing::Missing),
        ("vendor_intake", Standing::NoReviewDate),
    ];
    assert_eq!(stands, expected);
    let first = &found.topics[0];
    assert_eq!((first.process.as_deref(), first.approved_by.as_deref(), first.others), (Some("p1"), Some("Ada"), 1));
    assert_eq!(REQUIRED.map(|topic| found.topics.iter().position(|one| one.topic == topic)), [0, 1, 2, 3].map(Some));
    // The same four, and as many of them, as the metric says.
    let facts = Facts::open(&place.programme, None).unwrap();
    let ask = Ask { as_of: at(NOW), months: 1, which: Metrics::One("process-documentation".to_owned()), segments: false };
    let metric = score(&place.programme, &facts, &ask).unwrap();
    assert_eq!(metric.metrics[0].verdict.reading.value, Some(found.in_force() as f64 * 25.0));
    assert_eq!(metric.metrics[0].verdict.reading.n, 4);
    // At an instant before its approval a process was not approved.
    assert_eq!(processes(&place.programme, at("2026-01-10")).unwrap().topics[0].standing, Standing::NotApproved);
}

#[test]
fn activity_rates_are_the_metrics() {
    let place = Place::new();
    let facts = Facts::open(&place.programme, None).unwrap();
    let found = activities(&place.programme, &facts, &Scope::All, at(NOW)).unwrap();
    let ask = Ask { as_of: at(NOW), months: 1, which: Metrics::One("activity-completion".to_owned()), segments: false };
    let metric = score(&place.programme, &facts, &ask).unwrap();
    let reading = &metric.metrics[0].verdict.reading;
    assert_eq!((found.whole.percent(), found.whole.n), (reading.value, reading.n));
    assert_eq!((found.whole.done, found.whole.n), (2, 4), "a5 was asked for before the window");
    let topics: Vec<String> =
        found.by_topic.iter().map(|(what, topic, rate)| format!("{what} {topic} {}/{}", rate.done, rate.n)).collect();
    assert_eq!(topics, ["code_review prompts 1/1", "threat_model inference_endpoint 0/1", "training prompt_injection 1/2"]);
    // a4 falls to the team that owns the release's system.
    let by_team: Vec<String> =
        found.by_team.iter().map(|(id, name, rate)| format!("{id} {name} {}/{}", rate.done, rate.n)).collect();
    assert_eq!(by_team, ["blue Blue team 1/2", "red Red team 1/2"]);
    // Overdue is what was due, whenever it was asked for.
    let overdue: Vec<&str> = found.overdue.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(overdue, ["a5", "a2"]);
    // Another team's subjects are not told apart.
    let Scope::Teams(teams) = red() else { panic!("teams") };
    let cut = activities(&place.programme, &facts.of_teams(&teams).unwrap(), &red(), at(NOW)).unwrap();
    assert!(cut.by_team.iter().all(|(id, ..)| id == "red") && !cut.by_team.is_empty());
    assert!(cut.overdue.iter().all(|one| one.team.as_deref() == Some("red")));
}

#[test]
fn several_are_asked_at_once_and_nobody_twice() {
    let mut place = Place::new();
    let subjects = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let wanted = Assign {
        activity: "training".to_owned(),
        topic: "prompt_injection".to_owned(),
        subjects: subjects(&["blue", "red", "bot", "rag/1", "red"]),
        due: Some(at("2026-05-01")),
    };
    let assigned = assign(&mut place.programme, &wanted, &ada(), at(NOW)).unwrap();
    assert_eq!(assigned.open, ["blue"]);
    let id = |subject: &str| format!("training/prompt_injection/{subject}/2026-04-04");
    assert_eq!(assigned.activities, [id("bot"), id("rag/1"), id("red")]);
    let again = assign(&mut place.programme, &wanted, &ada(), at(NOW)).unwrap();
    assert_eq!((again.activities.len(), again.open.len(), again.edited.written()), (0, 4, false));
    // What cannot be asked for.
    let mut refused = |wanted: Assign, by: &Actor, why: &str| {
        let error = assign(&mut place.programme, &wanted, by, at(NOW)).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    };
    refused(Assign { subjects: subjects(&[" "]), ..wanted.clone() }, &ada(), "nobody is named");
    refused(Assign { subjects: subjects(&["nemo"]), ..wanted.clone() }, &ada(), "`nemo`, expected the id of a team");
    refused(Assign { due: Some(at("2026-04-01")), topic: "model_theft".to_owned(), ..wanted.clone() }, &ada(), "has passed");
    refused(Assign { activity: "party".to_owned(), ..wanted.clone() }, &ada(), "activity");
    let red = Actor { scope: red(), ..ada() };
    let other = Assign { topic: "guardrails".to_owned(), subjects: subjects(&["rag", "bot"]), ..wanted.clone() };
    refused(other.clone(), &red, "`rag`");
    let own = Assign { subjects: subjects(&["red", "bot"]), ..other };
    assert_eq!(assign(&mut place.programme, &own, &red, at(NOW)).unwrap().activities.len(), 2);
}
