//! Two runs of one eval suite side by side: each category with its interval, then case by case, newly failing first.

use std::sync::Arc;

use askama::Template;
use tally_app::access::Permission;
use tally_app::evals::{self, Case, Compared, Counts, Course, SuiteRun};
use tally_app::list::{self, Filter, Holds, ListState, Shown, Test, label};
use tally_judge::interval::{difference, wilson};
use tally_report::number::count;

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/evals/compare", Need::May(Permission::Read), page)];

/// Cases a page.
const PER: usize = 50;
/// Runs that are offered.
const OFFERED: usize = 60;

#[derive(Template)]
#[template(path = "evals_compare.html")]
struct Page {
    shell: Shell,
    a: String,
    b: String,
    offered: Vec<Offer>,
    both: Option<Both>,
}

/// An eval run to compare with.
struct Offer {
    id: String,
    words: String,
    path: String,
}

struct Both {
    suite: String,
    tool: String,
    before: Run,
    after: Run,
    categories: Vec<Category>,
    has_cases: bool,
    cut: bool,
    tabs: Vec<Tab>,
    cases: Vec<Line>,
    range: String,
    prev: Option<String>,
    next: Option<String>,
}

struct Run {
    ended: String,
    system: String,
    system_path: String,
    target: String,
    release: Option<(String, String)>,
}

struct Category {
    name: String,
    before: Side,
    after: Side,
    change: String,
    interval: String,
    state: State,
}

struct Side {
    rate: String,
    interval: String,
    n: String,
    path: Option<String>,
}

struct Tab {
    title: String,
    path: String,
    here: bool,
}

struct Line {
    state: State,
    probe: String,
    detector: String,
    test: String,
    before: String,
    after: String,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let (a, b) = (visit.query.get("a").unwrap_or_default(), visit.query.get("b").unwrap_or_default());
    let both = if a.is_empty() || b.is_empty() { None } else { Some(fill(visit, &*compared(visit, a, b)?)?) };
    let offered = if both.is_none() { offered(visit, if a.is_empty() { b } else { a })? } else { Vec::new() };
    let shell = visit.shell("Compare two runs").below(&[("Eval runs", "/evals")]);
    let facts = visit.facts()?;
    let page =
        Page { shell: shell.made_of(&facts, visit.as_of()?, &visit.scope()), a: a.to_owned(), b: b.to_owned(), offered, both };
    Ok(Reply::html(page.render()?))
}

/// Both runs under the viewer's scope, worked out once for each state of the journal.
fn compared(visit: &Visit, a: &str, b: &str) -> Result<Arc<Compared>, Failure> {
    let scope = visit.scope();
    let name = format!("evals/{}/{}", encode(a), encode(b));
    let compare = |facts: &tally_app::Facts| visit.bench().read(|programme| evals::compare(programme, facts, (a, b), &scope));
    Ok(visit.bench().kept(&scope, &name, compare)?)
}

/// Runs to choose from: those of the suite of the run that is chosen already, else the newest.
fn offered(visit: &Visit, chosen: &str) -> Result<Vec<Offer>, Failure> {
    let view = list::view("eval_run").ok_or(Failure::Broken)?;
    let facts = visit.facts()?;
    let is = |name: &str, value: &str| Filter { column: name.to_owned(), test: Test::Is(vec![value.to_owned()]) };
    let mut filters = Vec::new();
    if !chosen.is_empty() {
        let run = visit.bench().read(|programme| evals::suite_run(programme, &facts, chosen, &visit.scope()))?;
        let own = run.categories.iter().find(|(_, (id, _))| id == chosen).map(|(name, _)| name.clone());
        filters = vec![is("suite", &run.suite), is("tool", &run.tool)];
        filters.extend(own.map(|name| is("category", &name)));
    }
    let cols = ["system", "suite", "category", "finished_at"].map(str::to_owned).to_vec();
    let sort = vec![list::Sort { column: "finished_at".to_owned(), down: true }];
    let state = ListState { filters, cols, sort, per: OFFERED, as_of: Some(visit.as_of()?), ..ListState::default() };
    let (_, rows) = list::first(&facts, view, &state)?;
    let text = |shown: &Shown| match shown {
        Shown::Link { label, .. } | Shown::Word { label, .. } => label.clone(),
        Shown::Text(text) => text.clone(),
        Shown::At(at) => minute(*at),
        _ => String::new(),
    };
    let offer = |row: &list::ListRow| Offer {
        words: row.cells.iter().map(text).collect::<Vec<_>>().join(", "),
        path: if chosen.is_empty() {
            format!("/evals/compare?b={}", encode(&row.id))
        } else {
            format!("/evals/compare?a={}&b={}", encode(&row.id), encode(chosen))
        },
        id: row.id.clone(),
    };
    Ok(rows.iter().filter(|row| row.id != chosen).map(offer).collect())
}

fn fill(visit: &Visit, found: &Compared) -> Result<Both, Failure> {
    let names: std::collections::BTreeSet<&String> =
        found.before.categories.keys().chain(found.after.categories.keys()).collect();
    let categories =
        names.into_iter().map(|name| category(name, found.before.categories.get(name), found.after.categories.get(name)));
    let all = found.cases.as_deref().unwrap_or_default();
    let counted = |course: Course| all.iter().filter(|case| case.course == course).count();
    // What is asked for, else the most pressing of which there is any.
    let asked = visit.query.get("course").and_then(|word| Course::ALL.into_iter().find(|course| course.word() == word));
    let here = asked.or_else(|| Course::ALL.into_iter().find(|course| counted(*course) > 0)).unwrap_or(Course::NewlyFailing);
    let shown: Vec<&Case> = all.iter().filter(|case| case.course == here).collect();
    let pages = shown.len().div_ceil(PER).max(1);
    let page = visit.query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1usize).clamp(1, pages);
    let from = (page - 1) * PER;
    let address = |course: Course, page: usize| {
        format!("/evals/compare?{}#cases", visit.query.with("course", course.word()).with("page", &page.to_string()).to_query())
    };
    let tabs = Course::ALL.into_iter().map(|course| Tab {
        title: format!("{} ({})", standing(course).word, count(counted(course) as u64)),
        path: address(course, 1),
        here: course == here,
    });
    let lines: Vec<Line> = shown.iter().skip(from).take(PER).map(|case| line(case)).collect();
    Ok(Both {
        suite: found.after.suite.clone(),
        tool: found.after.tool.clone(),
        before: run(&found.before),
        after: run(&found.after),
        categories: categories.collect(),
        has_cases: found.cases.is_some(),
        cut: found.cut,
        tabs: tabs.collect(),
        range: format!("{} to {} of {}", from + usize::from(!lines.is_empty()), from + lines.len(), count(shown.len() as u64)),
        cases: lines,
        prev: (page > 1).then(|| address(here, page - 1)),
        next: (page < pages).then(|| address(here, page + 1)),
    })
}

fn run(run: &SuiteRun) -> Run {
    let release = run.release.as_ref().and_then(|id| Some((id.clone(), links::record("release", id)?)));
    Run {
        ended: minute(run.finished_at),
        system_path: links::record("system", &run.system).unwrap_or_default(),
        system: run.system.clone(),
        target: run.target.clone().unwrap_or_default(),
        release,
    }
}

fn category(name: &str, before: Option<&(String, Counts)>, after: Option<&(String, Counts)>) -> Category {
    let hits = |side: Option<&(String, Counts)>| side.map(|(_, counts)| (counts.passed, counts.judged())).unwrap_or_default();
    let interval = difference(hits(before), hits(after));
    let state = match interval {
        Some([low, _]) if low > 0.0 => State::new("↗", "better", "good"),
        Some([_, high]) if high < 0.0 => State::new("↘", "worse", "bad"),
        Some(_) => State::new("→", "no clear change", ""),
        None => State::new("·", "not in both", "none"),
    };
    let rate = |side: Option<&(String, Counts)>| side.and_then(|(_, counts)| counts.rate());
    let change = rate(before).zip(rate(after)).map(|(before, after)| format!("{:+.1}", after - before));
    Category {
        name: label(Holds::Word, name),
        before: side(before),
        after: side(after),
        change: change.unwrap_or_default(),
        interval: interval.map(|[low, high]| format!("{low:+.1} to {high:+.1}")).unwrap_or_default(),
        state,
    }
}

fn side(side: Option<&(String, Counts)>) -> Side {
    let Some((id, counts)) = side else {
        return Side { rate: "not run".to_owned(), interval: String::new(), n: String::new(), path: None };
    };
    Side {
        rate: counts.rate().map_or_else(|| "no data".to_owned(), |rate| format!("{rate:.1}%")),
        interval: wilson(counts.passed, counts.judged())
            .map(|[low, high]| format!("{low:.1} to {high:.1}"))
            .unwrap_or_default(),
        n: count(counts.judged()),
        path: links::record("eval_run", id),
    }
}

fn standing(course: Course) -> State {
    match course {
        Course::NewlyFailing => State::new("✗", "Newly failing", "bad"),
        Course::FirstFailing => State::new("✗", "Failing, not tried before", "bad"),
        Course::StillFailing => State::new("✗", "Still failing", "bad"),
        Course::Withstood => State::new("✓", "Now withstood", "good"),
        Course::NotTried => State::new("·", "Not tried again", "none"),
        Course::Passing => State::new("✓", "Failing in neither", "good"),
    }
}

fn line(case: &Case) -> Line {
    let words = |counts: Counts| match (counts.judged(), counts.errors) {
        (0, 0) => "not tried".to_owned(),
        (0, errors) => format!("{} not judged", count(errors)),
        (judged, _) => format!("failed {} of {}", count(counts.failed), count(judged)),
    };
    Line {
        state: standing(case.course),
        probe: case.probe.clone(),
        detector: case.detector.clone(),
        test: case.test.chars().take(12).collect(),
        before: words(case.before),
        after: words(case.after),
    }
}
