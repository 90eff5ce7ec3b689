//! Pages and forms of records: every record has a page, a form changes what was changed and nothing else, nobody's words
//! are lost, and the figures of a system's page are those of the lists they lead to.

use super::support::{Answer, Server, TEAM, Who, encode, links};
use tally_app::records;
use tally_model::{Record, kinds::KINDS};

fn all(server: &Server, kind: &str, most: usize) -> Vec<Record> {
    let kind = records::kind(kind).unwrap();
    server.house.bench.read(|programme| records::all(programme, kind, most, |_| true)).unwrap()
}

fn one(server: &Server, kind: &str, id: &str) -> Record {
    let kind = records::kind(kind).unwrap();
    server.house.bench.read(|programme| records::one(programme, kind, id, &tally_app::scope::Scope::All)).unwrap().record
}

/// Where the records of a kind are, as links say.
fn folder(kind: &str) -> String {
    let path = tally_web::record_path(kind, "x").unwrap_or_else(|| panic!("{kind} has no pages"));
    path.strip_suffix("/x").unwrap().to_owned()
}

/// Kinds that no form makes: results, files, and what has a page of its own for it.
const FORMLESS: [&str; 8] = [
    "published_value",
    "evidence",
    "maturity_answer",
    "metric_review",
    "maturity_round",
    "duty_done",
    "checklist_review",
    "checklist_answer",
];

/// The value of a form's hidden `expected`.
#[track_caller]
fn expected(page: &Answer) -> String {
    let text = page.text();
    let after = text.split("name=\"expected\" value=\"").nth(1).expect("a form with `expected`");
    after.split('"').next().unwrap().to_owned()
}

#[test]
fn every_record_has_a_page_and_a_form_where_one_is_due() {
    let server = Server::shared();
    let mut seen = 0;
    for kind in KINDS {
        let folder = folder(kind.name);
        let formless = FORMLESS.contains(&kind.name);
        server.get(Who::Contributor, &format!("{folder}/new")).is(if formless { 404 } else { 200 });
        server.get(Who::Viewer, &format!("{folder}/no-such-record")).is(404);
        for record in all(server, kind.name, 3) {
            let path = format!("{folder}/{}", encode(record.id()));
            let page = server.get(Who::Viewer, &path).is(200);
            assert!(page.text().contains("<h1>"), "{path}");
            assert!(!page.text().contains(&format!("{path}/edit")), "{path}: a viewer is offered an edit");
            if !formless && kind.name != "finding" {
                let form = server.get(Who::Contributor, &format!("{path}/edit")).is(200).text();
                for field in kind.fields {
                    assert!(form.contains(&format!("id=\"f-{}\"", field.name)), "{path}: no field {}", field.name);
                }
                server.get(Who::Viewer, &format!("{path}/edit")).is(403);
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} records were looked at");
}

/// Sends every field of a record's form back as it stands, with these changes.
fn send_back(server: &Server, path: &str, changes: &[(&str, &str)]) -> Answer {
    let form = server.get(Who::Contributor, &format!("{path}/edit")).is(200);
    let seen = expected(&form);
    let mut pairs: Vec<(&str, &str)> = vec![("expected", &seen)];
    pairs.extend(changes);
    server.post(Who::Contributor, path, &pairs)
}

#[test]
fn a_form_changes_what_was_changed_and_nothing_else() {
    let server = Server::demo();
    let system = all(&server, "system", 1).remove(0);
    let path = format!("/systems/{}", encode(system.id()));
    let before = one(&server, "system", system.id());
    send_back(&server, &path, &[("name", "Another name"), ("labels", "region=emea\r\ncost=a=b")]).is(303);
    let after = one(&server, "system", system.id());
    assert_eq!(after.text("name"), Some("Another name"));
    assert_eq!((after.label("region"), after.label("cost")), (Some("emea"), Some("a=b")));
    let labels_before = before.kind().position("labels").unwrap();
    for (at, value) in before.members().iter().filter(|(at, _)| *at != labels_before) {
        let field = before.kind().fields[usize::from(*at)].name;
        assert!(field == "name" || after.get(field) == Some(value), "{field} was changed");
    }
    // A label that is not there any more is cleared; the rest stays.
    send_back(&server, &path, &[("labels", "cost=a=b")]).is(303);
    let after = one(&server, "system", system.id());
    assert_eq!((after.label("region"), after.label("cost")), (None, Some("a=b")));
    // Lists, clearing, and a field that says nothing new.
    send_back(&server, &path, &[("techniques", "AML.T0051\r\n\r\n  AML.T0054  \r\n"), ("eu_ai_act", "")]).is(303);
    let after = one(&server, "system", system.id());
    assert_eq!(after.get("techniques").unwrap().list().len(), 2);
    assert_eq!(after.get("eu_ai_act"), None);
    let told = send_back(&server, &path, &[("name", "Another name")]).is(303);
    assert!(told.headers.iter().any(|(_, value)| value.contains("Nothing%20was%20changed")), "{told:?}");
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let server = Server::demo();
    let system = all(&server, "system", 1).remove(0);
    let path = format!("/systems/{}", encode(system.id()));
    let wrong = [
        ("name", "Typed <b>name</b>"),
        ("owner", "no-such-team"),
        ("production_from", "last summer"),
        ("input_vectors", "[{\"id\":\"x\"]"),
        ("labels", "no sign"),
    ];
    let page = send_back(&server, &path, &wrong).is(422).text();
    for text in ["Typed &#60;b&#62;name&#60;/b&#62;", "last summer", "this is no JSON", "expected a line such as region=emea"] {
        assert!(page.contains(text), "no `{text}` in {page}");
    }
    let page = send_back(&server, &path, &[("production_from", "last summer"), ("risk_tier", "huge")]).is(422).text();
    assert!(page.contains("expected an instant") && page.contains("expected one of high, medium, low"), "{page}");
    let page = send_back(&server, &path, &[("owner", "no-such-team")]).is(422).text();
    assert!(page.contains("no-such-team") && page.contains("✗"), "{page}");
    assert_eq!(one(&server, "system", system.id()), system, "something was written");
}

#[test]
fn a_conflict_says_who_changed_what_and_keeps_both_changes() {
    let server = Server::demo();
    let system = all(&server, "system", 1).remove(0);
    let path = format!("/systems/{}", encode(system.id()));
    let seen = expected(&server.get(Who::Contributor, &format!("{path}/edit")).is(200));
    send_back(&server, &path, &[("name", "Name of the first")]).is(303);
    // The second saw the old name and sends the whole form back, with another data class.
    let old = system.text("name").unwrap().to_owned();
    let typed = [("expected", seen.as_str()), ("name", old.as_str()), ("data_classes", "payroll")];
    let page = server.post(Who::Contributor, &path, &typed).is(409);
    assert!(page.text().contains("was changed meanwhile: name by"), "{}", page.text());
    assert!(page.text().contains("payroll") && page.text().contains("value=\"Name of the first\""), "{}", page.text());
    // Sent again from what is shown now, both hold.
    let again = expected(&page);
    let typed = [("expected", again.as_str()), ("name", "Name of the first"), ("data_classes", "payroll")];
    server.post(Who::Contributor, &path, &typed).is(303);
    let after = one(&server, "system", system.id());
    assert_eq!(after.text("name"), Some("Name of the first"));
    assert_eq!(after.get("data_classes").unwrap().list()[0].text(), Some("payroll"));
}

#[test]
fn a_new_record_is_made_once() {
    let server = Server::demo();
    let team = [("id", "new-team"), ("name", "New team"), ("function", "legal")];
    server.post(Who::Contributor, "/teams", &team).is(303);
    assert_eq!(one(&server, "team", "new-team").text("name"), Some("New team"));
    let page = server.post(Who::Contributor, "/teams", &team).is(422).text();
    assert!(page.contains("there is one of this id already") && page.contains("value=\"New team\""), "{page}");
    let page = server.post(Who::Contributor, "/teams", &[("id", "second"), ("name", "")]).is(422).text();
    assert!(page.contains("(required)"), "{page}");
    server.post(Who::Viewer, "/teams", &[("id", "third"), ("name", "T"), ("function", "legal")]).is(403);
    // A finding that is reported has no life yet, whatever the form says.
    let system = all(&server, "system", 1).remove(0);
    let finding = [
        ("id", "by-hand-1"),
        ("system", system.id()),
        ("title", "Seen by hand"),
        ("severity", "high"),
        ("class", "LLM01:2025"),
        ("reported_at", "2026-01-05"),
        ("disposition", "accepted"),
    ];
    server.post(Who::Contributor, "/findings", &finding).is(303);
    assert_eq!(one(&server, "finding", "by-hand-1").text("disposition"), None);
}

#[test]
fn an_assessment_is_requested_planned_started_and_delivered() {
    let server = Server::demo();
    let system = all(&server, "system", 1).remove(0);
    let form = server.get(Who::Contributor, &format!("/assessments/new?system={}", encode(system.id()))).is(200).text();
    assert!(form.contains(&format!("name=\"system\" value=\"{}\"", system.id())), "{form}");
    let asked = [("id", "as-new"), ("system", system.id()), ("tier", "standard"), ("requested_at", "2026-01-05")];
    server.post(Who::Contributor, "/assessments", &asked).is(303);
    let steps = [
        ("Plan it", "planned_for", "2026-01-10"),
        ("Start it", "started_at", "2026-01-11"),
        ("Deliver it", "delivered_at", "2026-01-20"),
    ];
    for (label, field, day) in steps {
        let page = server.get(Who::Contributor, "/assessments/as-new").is(200);
        assert!(page.text().contains(label), "{label}: {}", page.text());
        let seen = expected(&page);
        server.post(Who::Contributor, "/assessments/as-new", &[("expected", &seen), (field, day)]).is(303);
        assert!(one(&server, "assessment", "as-new").instant(field).is_some());
    }
    let done = server.get(Who::Contributor, "/assessments/as-new").is(200).text();
    assert!(!done.contains("Deliver it"));
    assert!(done.contains("Planned for</b>: 2026-01-10"), "the history says what was planned: {done}");
}

/// How many rows a list has, by its heading.
fn total(page: &Answer) -> String {
    let text = page.text();
    text.split("<h1>").nth(1).unwrap().split("<span class=\"soft\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[test]
fn every_count_on_a_record_leads_to_that_many_rows() {
    let server = Server::shared();
    let mut looked = 0;
    for kind in KINDS.map(|kind| kind.name) {
        let folder = folder(kind);
        for record in all(server, kind, 2) {
            let page = server.get(Who::Viewer, &format!("{folder}/{}", encode(record.id()))).is(200).text();
            for part in page.split("<dd><a href=\"").skip(1) {
                let Some((path, rest)) = part.split_once("\">") else { continue };
                let (path, count) = (path.replace("&#38;", "&"), rest.split('<').next().unwrap());
                if !path.contains('?') || !count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
                    continue;
                }
                assert_eq!(total(&server.get(Who::Viewer, &path).is(200)), count, "{kind} {} {path}", record.id());
                looked += 1;
            }
        }
    }
    assert!(looked > 20, "only {looked} counts were followed");
}

#[test]
fn a_system_says_what_its_lists_and_metrics_say() {
    let server = Server::shared();
    let mut figures = 0;
    for system in all(server, "system", 4) {
        let page = server.get(Who::Viewer, &format!("/systems/{}", encode(system.id()))).is(200);
        let text = page.text();
        for part in text.split("<b><a href=\"/findings?").skip(1) {
            let (query, rest) = part.split_once("\">").unwrap();
            let list = server.get(Who::Viewer, &format!("/findings?{}", query.replace("&#38;", "&"))).is(200);
            assert_eq!(total(&list), rest.split('<').next().unwrap(), "{query}");
        }
        let rows: Vec<String> = links(&text).into_iter().filter(|path| path.contains("/rows?")).collect();
        for path in rows {
            let n = text.split(&path.replace('&', "&#38;")).nth(1).unwrap();
            let n = n.split('>').nth(1).unwrap().split('<').next().unwrap();
            let found = server.get(Who::Viewer, &path).is(200).text();
            assert!(
                found.contains(&format!("<b>{n}</b>")) || found.contains(&format!(">{n}</a></b>")),
                "{path} has not {n} rows"
            );
            figures += 1;
        }
    }
    assert!(figures > 5, "only {figures} coverage figures");
}

#[test]
fn the_heat_map_counts_the_techniques_of_the_systems_pages() {
    let server = Server::shared();
    let page = server.get(Who::Viewer, "/heatmap").is(200).text();
    let mut looked = 0;
    for part in page.split("<a href=\"/systems/").skip(1).filter(|part| part.contains("#techniques")) {
        let (path, rest) = part.split_once('"').unwrap();
        let Some((tested, applicable)) = rest.split('>').nth(1).unwrap().split('<').next().unwrap().split_once('/') else {
            continue;
        };
        let path = format!("/systems/{}", path.split('#').next().unwrap().replace("&#38;", "&"));
        let system = server.get(Who::Viewer, &path).is(200).text();
        let table = system.split("Techniques that apply</caption>").nth(1).unwrap().split("</table>").next().unwrap();
        assert_eq!(table.matches("<tr><th scope=\"row\"").count().to_string(), applicable, "{path}");
        assert_eq!(table.matches(">tried</span>").count().to_string(), tested, "{path}");
        looked += 1;
        if looked == 12 {
            break;
        }
    }
    assert!(looked > 3, "only {looked} cells in {page}");
    let csv = server.get(Who::Viewer, "/heatmap.csv").is(200).text();
    assert!(csv.starts_with("system,name,tactic,tactic_name,techniques_tested,techniques_applicable"), "{csv}");
    let own = server.get(Who::Scoped, "/heatmap.csv").is(200).text();
    assert!(own.lines().count() < csv.lines().count(), "a team sees the systems of others");
}

#[test]
fn two_runs_of_a_suite_are_set_side_by_side() {
    let server = Server::shared();
    let runs = all(server, "eval_run", 100_000);
    let same = |one: &Record, other: &Record| {
        ["system", "suite", "tool", "category"].iter().all(|name| one.text(name) == other.text(name))
            && one.label("target") == other.label("target")
    };
    let pair = runs.iter().rev().filter(|run| run.text("tool") == Some("garak")).find_map(|late| {
        let early =
            runs.iter().find(|early| same(early, late) && early.instant("finished_at") < late.instant("finished_at"))?;
        Some((early, late))
    });
    let (early, late) = pair.expect("two garak runs of one suite");
    let path = format!("/evals/compare?a={}&b={}", encode(late.id()), encode(early.id()));
    let page = server.get(Who::Viewer, &path).is(200).text();
    assert!(page.contains("By category") && page.contains("Case by case"), "{page}");
    let chosen = server.get(Who::Viewer, &format!("/evals/compare?b={}", encode(late.id()))).is(200).text();
    assert!(chosen.contains(&encode(early.id())), "{chosen}");
    server.get(Who::Viewer, "/evals/compare").is(200);
    server.get(Who::Viewer, &format!("/evals/compare?a={}&b=no-such-run", encode(late.id()))).is(404);
    let other = runs.iter().find(|run| run.text("suite") != late.text("suite"));
    if let Some(other) = other {
        let path = format!("/evals/compare?a={}&b={}", encode(other.id()), encode(late.id()));
        let page = server.get(Who::Viewer, &path).is(422).text();
        assert!(page.contains("expected two runs of one suite"), "{page}");
    }
    // Who sees other systems alone does not see these runs.
    let system = one(server, "system", late.text("system").unwrap());
    if system.text("owner") != Some(TEAM) {
        server.get(Who::Scoped, &path).is(404);
    }
}

/// A garak report of the fixtures as if it were another run, with these replacements.
fn report(folder: &std::path::Path, name: &str, run: &str, day: &str, changes: &[(&str, &str)]) -> std::path::PathBuf {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../tally-import/tests/fixtures/garak_0.17.report.jsonl");
    let mut text = std::fs::read_to_string(fixture).unwrap();
    for (from, to) in [("4ad6c598-dec7-4b14-b3b6-7ee03a9a770a", run), ("2026-11-21T", day)].iter().chain(changes) {
        assert!(text.contains(from), "the fixture has no `{from}`");
        text = text.replace(from, to);
    }
    // Both reports have one name, as those of a nightly run do.
    let path = folder.join(name).join("run.report.jsonl");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn cases_that_newly_fail_stand_first() {
    use tally_app::import::{Ask, Options, tool_runs};
    let server = Server::demo();
    let folder = std::env::temp_dir().join(format!("tally-web-evals-{}", std::process::id()));
    // The second case begins to fail, the fourth is withstood now, the third and the fifth fail in both.
    let swapped = [("\"detector_results\":{\"exploitation.SQLiEcho\":[0.0,0.0]}", "FOURTH")];
    let early = report(&folder, "early", "run-early", "2026-11-19T", &swapped);
    let text = std::fs::read_to_string(&early).unwrap();
    let first = "\"detector_results\":{\"exploitation.SQLiEcho\":[1.0,1.0]}";
    let text = text.replacen(first, &first.replace("1.0", "0.0"), 1).replace("FOURTH", first);
    std::fs::write(&early, text).unwrap();
    let late = report(&folder, "late", "run-late", "2026-11-20T", &[]);
    let ask = Ask { tool: None, system: "support-bot", suite: None, also: false };
    let options = Options { actor: "test".to_owned(), at: tally_app::now(), ..Options::default() };
    for path in [early, late] {
        let done = server.house.bench.write(|programme| tool_runs(programme, &[path], &ask, &options)).unwrap();
        assert_eq!(done.import.errors, 0, "{:?}", done.import.problems);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let runs = all(&server, "eval_run", 100_000);
    let of = |run: &str| encode(runs.iter().find(|record| record.id().contains(run)).unwrap().id());
    let path = format!("/evals/compare?a={}&b={}", of("run-late"), of("run-early"));
    let page = server.get(Who::Viewer, &path).is(200).text();
    for tab in ["Newly failing (1)", "Still failing (2)", "Now withstood (1)", "Failing in neither (1)", "Not tried again (0)"]
    {
        assert!(page.contains(tab), "no `{tab}` in {page}");
    }
    let cases = page.split("Case by case").nth(1).unwrap();
    assert!(
        cases.contains("failed 0 of 2</td><td>failed 2 of 2") && !cases.contains("failed 2 of 2</td><td>failed"),
        "{cases}"
    );
    let withstood = server.get(Who::Viewer, &format!("{path}&course=withstood")).is(200).text();
    assert!(withstood.contains("failed 2 of 2</td><td>failed 0 of 2"), "{withstood}");
}

#[test]
fn parts_are_edited_cell_by_cell() {
    let server = Server::demo();
    let system =
        all(&server, "system", 50).into_iter().find(|system| vectors(system).len() > 1).expect("a system with vectors");
    let path = format!("/systems/{}", encode(system.id()));
    let page = server.get(Who::Contributor, &format!("{path}/edit")).is(200);
    let seen = expected(&page);
    let before = vectors(&system);
    let last = before.len() - 1;
    for (nth, (id, channel)) in before.iter().enumerate() {
        assert!(page.text().contains(&format!("name=\"input_vectors.{nth}.id\" value=\"{id}\"")), "{nth} {id}");
        assert!(page.text().contains(&format!("name=\"input_vectors.{nth}.type\"")), "{channel}");
    }
    let cells = |parts: &[(String, String)]| -> Vec<(String, String)> {
        let pairs = parts.iter().enumerate().flat_map(|(nth, (id, channel))| {
            [(format!("input_vectors.{nth}.id"), id.clone()), (format!("input_vectors.{nth}.type"), channel.clone())]
        });
        pairs.chain([("expected".to_owned(), seen.clone())]).collect()
    };
    let post = |parts: &[(String, String)]| {
        let pairs = cells(parts);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        server.post(Who::Contributor, &path, &pairs)
    };

    // The same cells, with the empty lines that the form has, change nothing.
    let empty = (String::new(), String::new());
    let journal = |server: &Server| server.house.bench.read(tally_app::journal::size).unwrap();
    let size = journal(&server);
    post(&[before.clone(), vec![empty.clone(), empty.clone()]].concat()).is(303);
    assert_eq!(journal(&server), size);

    // A cell that does not fit is named, and what was typed is still there.
    let wrong = [before.clone(), vec![("new-one".to_owned(), "carrier_pigeon".to_owned())]].concat();
    let refused = post(&wrong).is(422).text();
    assert!(refused.contains("carrier_pigeon") && refused.contains("value=\"new-one\""), "{refused}");

    // A line that was emptied goes, another comes.
    let mut next = before.clone();
    next[last] = empty;
    next.push(("new-one".to_owned(), "memory".to_owned()));
    post(&next).is(303);
    let mut wanted = before;
    wanted[last] = ("new-one".to_owned(), "memory".to_owned());
    assert_eq!(vectors(&one(&server, "system", system.id())), wanted);
}

/// Id and channel of a system's input vectors.
fn vectors(system: &Record) -> Vec<(String, String)> {
    let Some(value) = system.get("input_vectors") else { return Vec::new() };
    let parts: serde_json::Value = serde_json::from_str(&tally_model::record::shown(value)).unwrap();
    let text = |part: &serde_json::Value, name: &str| part[name].as_str().unwrap().to_owned();
    parts.as_array().unwrap().iter().map(|part| (text(part, "id"), text(part, "type"))).collect()
}
