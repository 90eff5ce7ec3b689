//! The rows behind a number are exactly as many as it says, wherever a page says it.

use super::support::{Answer, Server, Who, encode, links, sheet};
use tally_app::scope::Scope;
use tally_app::score::{Ask, Which};
use tally_app::{Workbench, now};
use tally_catalog::metric::Mode;
use tally_report::Score;

/// A figure of the band at the head of a page, by the words below it.
#[track_caller]
fn figure(page: &Answer, words: &str) -> u64 {
    let text = page.text();
    let end = format!("</b><span class=\"soft\">{words}");
    let before = text.split(&end).next().filter(|before| before.len() < text.len());
    let figure = before.unwrap_or_else(|| panic!("no figure `{words}` in {text}")).rsplit("<b>").next().unwrap();
    let figure = figure.rsplit("\">").next().unwrap().trim_end_matches("</a>").replace(',', "");
    figure.parse().unwrap_or_else(|_| panic!("`{figure}` is no count"))
}

fn score(server: &Server, scope: &Scope, as_of: tally_model::Instant) -> std::sync::Arc<Score> {
    server.house.bench.score(scope, &Ask { as_of, months: 24, which: Which::All, segments: true }).unwrap()
}

#[test]
fn as_many_as_n_for_every_metric_and_segment() {
    let server = Server::shared();
    let as_of = Workbench::as_of(now());
    let teams = Scope::Teams([super::support::TEAM.to_owned()].into_iter().collect());
    for (who, scope) in [(Who::Viewer, Scope::All), (Who::Scoped, teams)] {
        let score = score(server, &scope, as_of);
        assert!(score.metrics.len() > 20);
        for metric in &score.metrics {
            let id = &metric.metric.id;
            let path = format!("/metrics/{id}/rows?as_of={}", encode(&as_of.to_string()));
            let page = server.get(who, &path).is(200);
            let reading = &metric.verdict.reading;
            assert_eq!(figure(&page, "rows in the population"), reading.n, "{id} {scope:?}");
            assert_eq!(figure(&page, "rows shown here"), reading.n, "{id}");
            if metric.metric.mode == Mode::Rate {
                let misses = server.get(who, &format!("{path}&hit=no")).is(200);
                let hits = figure(&page, "hits");
                assert_eq!(Some(format!("{hits}")), reading.numerator.map(tally_report::number::amount), "{id}");
                assert_eq!(figure(&misses, "rows shown here"), reading.n - hits, "{id}");
            }
            for (name, values) in &metric.segments {
                for (value, reading) in values.iter().take(3) {
                    let part = server.get(who, &format!("{path}&where={}", encode(&format!("{name}={value}")))).is(200);
                    assert_eq!(figure(&part, "rows shown here"), reading.n, "{id} {name}={value}");
                }
            }
            let csv = server.get(who, &path.replace("/rows?", "/rows.csv?")).is(200);
            assert_eq!(sheet(&csv.text()).len() as u64, reading.n + 1, "{id}");
        }
    }
}

#[test]
fn every_link_to_rows_leads_to_as_many_as_it_says() {
    let server = Server::shared();
    let mut followed = 0;
    for id in ["remediation-within-sla", "finding-acceptance-rate", "technique-coverage"] {
        let page = server.get(Who::Viewer, &format!("/metrics/{id}")).is(200).text();
        let rows = page.split("<tr>").skip(1).map(|row| row.split("</tr>").next().unwrap());
        for row in rows.filter(|row| row.contains(&format!("/metrics/{id}/rows"))).step_by(3) {
            let path = links(row).into_iter().find(|path| path.contains("/rows")).unwrap();
            let said = row.rsplit("<td class=\"num\">").next().unwrap().split('<').next().unwrap().replace(',', "");
            let rows = server.get(Who::Viewer, &path).is(200);
            assert_eq!(figure(&rows, "rows shown here").to_string(), said, "{path} of {row}");
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed}");
}

#[test]
fn pages_hold_each_row_once_and_lead_to_records() {
    let server = Server::shared();
    let path = "/metrics/finding-acceptance-rate/rows";
    let all = sheet(&server.get(Who::Viewer, &format!("{path}.csv")).is(200).text());
    let mut keys: Vec<String> = Vec::new();
    let mut next = Some(format!("{path}?per=25"));
    while let Some(path) = next {
        let text = server.get(Who::Viewer, &path).is(200).text();
        let rows = text.split("<tr><th scope=\"row\">").skip(1);
        keys.extend(rows.map(|row| {
            let link = &links(row)[0];
            let key = row.split("\">").nth(1).unwrap().split('<').next().unwrap();
            assert_eq!(link, &format!("/findings/{}", encode(key)));
            key.to_owned()
        }));
        next = text.split("rel=\"next\"").nth(1).map(|rest| links(rest)[0].clone());
    }
    assert!(keys.len() > 50, "{}", keys.len());
    assert_eq!(keys, all[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>());
    assert!(keys.windows(2).all(|two| two[0] <= two[1]));
    server.get(Who::Viewer, &format!("/findings/{}", encode(&keys[0]))).is(200);
}

#[test]
fn wrong_questions_are_told() {
    let server = Server::shared();
    let get = |query: &str| server.get(Who::Viewer, &format!("/metrics/finding-acceptance-rate/rows?{query}"));
    assert!(get("hit=perhaps").is(422).text().contains("neither yes nor no"));
    assert!(get("where=severity").is(422).text().contains("expected a condition"));
    assert!(get("where=colour%3Dred").is(404).text().contains("these rows have"));
    assert!(get("as_of=yesterday").is(422).text().contains("as_of is no instant"));
    server.get(Who::Viewer, "/metrics/no-such/rows").is(404);
    // A page that is not there is the last one.
    assert!(get("page=99999999").is(200).text().contains("rel=\"prev\""));
    get("page=-1&per=7").is(200);
    assert_eq!(figure(&get("where=severity%3Dunheard-of").is(200), "rows shown here"), 0);
}
