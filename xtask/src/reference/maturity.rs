//! Every built-in maturity model with its questions, and which of our ids each item of the seed became.

use tally_catalog::maturity::{Computed, Domain, MaturityModel, Question};
use tally_catalog::trace::{self, Trace};
use tally_catalog::{Catalog, Checklist};

use super::page::Markdown;
use crate::Complaint;

const ABOUT: &str = "\
A domain stands at a level when every question of that level and of all levels below is answered with the score that earns, or
better. What shows a score is listed with each question; a score without such evidence is a claim. Models of your own are files of
the same form in `catalog/maturity/`.";

const TRACES: &str = "\
Which of our ids each item of the seed became. The meaning was kept, all text is ours.";

/// `maturity.md`.
pub(super) fn page() -> Result<String, Vec<Complaint>> {
    let catalog = Catalog::built_in().map_err(|error| vec![error.to_string()])?;
    let mut page =
        Markdown::new("Maturity", "`catalog/maturity`, `catalog/duties`, `catalog/checklists` and `catalog/frameworks`");
    page.add(ABOUT);
    for model in catalog.maturity_models() {
        add(&mut page, &catalog, model);
    }
    for list in catalog.duty_lists() {
        page.add(&format!("## Duties: {}", list.title)).add(&list.summary);
        let rows = list.duties.iter().map(|duty| {
            let due = format!("{}, due after {} days", duty.cadence.as_str(), duty.due_days);
            vec![duty.id.clone(), duty.title.clone(), due, duty.raci.accountable.join(", "), duty.questions.join(", ")]
        });
        page.table(&["id", "duty", "cadence", "accountable", "keeps alive"], &rows.collect::<Vec<_>>());
    }
    for list in catalog.checklists() {
        checklist(&mut page, &catalog, list);
    }
    frameworks(&mut page, &catalog);
    page.add("## Where the seed went").add(TRACES);
    let duties = catalog.duty_lists().flat_map(trace::of_duties);
    let traces: Vec<Trace> = catalog.maturity_models().flat_map(trace::of_model).chain(duties).collect();
    let rows: Vec<Vec<String>> =
        traces.into_iter().map(|Trace { seed, id, place, text }| vec![seed, id, place, text]).collect();
    page.table(&["seed", "id", "where", "in our words"], &rows);
    Ok(page.finish())
}

fn add(page: &mut Markdown, catalog: &Catalog, model: &MaturityModel) {
    page.add(&format!("## {}", model.title)).add(&model.summary);
    let rows = [
        ("id", format!("`{}`, version {}", model.id, model.version)),
        ("earned from", format!("score {}", model.earned_from)),
        ("evidence is fresh for", format!("{} days, where it has no expiry date", model.fresh_days)),
        ("questions", model.questions.len().to_string()),
        ("licence", model.licence.clone()),
        ("sources", model.sources.join("; ")),
        ("definition hash", format!("`{}`", model.hash())),
    ];
    page.table(&["", ""], &rows.map(|(name, text)| vec![name.to_owned(), text]));
    let rows = model.scale.iter().map(|step| vec![step.score.to_string(), step.name.clone(), step.means.clone()]);
    page.table(&["score", "name", "means"], &rows.collect::<Vec<_>>());
    let rows = model.levels.iter().map(|rung| vec![rung.level.to_string(), rung.name.clone(), rung.means.clone()]);
    page.table(&["level", "name", "means"], &rows.collect::<Vec<_>>());
    for each in &model.domains {
        domain(page, catalog, model, each);
    }
    phases(page, model);
}

fn domain(page: &mut Markdown, catalog: &Catalog, model: &MaturityModel, domain: &Domain) {
    page.add(&format!("### {}: {}", domain.id, domain.title)).add(&domain.means);
    let rows: Vec<Vec<String>> = domain.levels.iter().map(|(level, text)| vec![level.to_string(), text.clone()]).collect();
    page.table(&["level", "what it looks like"], &rows);
    for each in model.questions_of(&domain.id) {
        question(page, catalog, each);
    }
}

fn question(page: &mut Markdown, catalog: &Catalog, question: &Question) {
    page.add(&format!("#### {}", question.id)).add(&format!("**{}** {}", question.ask, question.why));
    let mut rows = vec![vec!["level".to_owned(), format!("{}, effort {}", question.level, question.effort.as_str())]];
    rows.extend(question.evidence.iter().map(|(score, text)| vec![format!("shows a {score}"), text.clone()]));
    let listed = [
        ("needs", question.needs.clone()),
        ("facts", question.computed.iter().map(facts).collect()),
        ("serves", question.links.iter().map(|link| serves(catalog, link)).collect()),
    ];
    rows.extend(
        listed.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| vec![name.to_owned(), list.join("; ")]),
    );
    page.table(&["", ""], &rows);
}

/// Where a number comes from, and what it answers.
fn facts(computed: &Computed) -> String {
    let origin = computed.metric.as_ref().map_or_else(|| "a query".to_owned(), |id| format!("[`{id}`](metrics.md#{id})"));
    let scores: Vec<String> = computed.scores.iter().map(|(score, value)| format!("{score} from {value}%")).collect();
    format!("{} ({origin}: {})", computed.says, scores.join(", "))
}

/// A link with the name of what it leads to; as it is where nobody has it, which the lint tells.
fn serves(catalog: &Catalog, text: &str) -> String {
    catalog.link(text).map_or_else(|| text.to_owned(), |link| format!("{text} ({})", link.name))
}

/// The frameworks that links lead to, each with its version and licence.
fn frameworks(page: &mut Markdown, catalog: &Catalog) {
    let rows = catalog.frameworks().map(|framework| {
        // An address with a place for an id is one for each item.
        let url = framework.url.as_deref().filter(|url| !url.contains('{')).unwrap_or_default();
        let title = if url.is_empty() { framework.title.clone() } else { format!("[{}]({url})", framework.title) };
        vec![format!("`{}`", framework.id), title, framework.version.clone(), framework.licence.clone()]
    });
    page.add("## Frameworks").table(&["links begin with", "framework", "version", "licence"], &rows.collect::<Vec<_>>());
}

fn phases(page: &mut Markdown, model: &MaturityModel) {
    for phase in &model.phases {
        let levels: Vec<String> = phase.levels.iter().map(u8::to_string).collect();
        page.add(&format!("### Phase: {}", phase.title)).add(&format!("Works on levels {}.", levels.join(" and ")));
        let rows = [("objective", &phase.objectives), ("guardrail", &phase.guardrails)].into_iter().flat_map(|(what, list)| {
            list.iter().map(move |one| vec![one.id.clone(), what.to_owned(), one.text.clone(), one.questions.join(", ")])
        });
        page.table(&["id", "", "text", "questions"], &rows.collect::<Vec<_>>());
    }
}

fn checklist(page: &mut Markdown, catalog: &Catalog, list: &Checklist) {
    page.add(&format!("## Checklist: {}", list.title)).add(&list.summary);
    for group in &list.groups {
        page.add(&format!("### {}: {}", group.id, group.title));
        let rows = list.questions_of(&group.id).map(|question| {
            let systems = [("types", &question.applies), ("tiers", &question.tiers)];
            let systems: Vec<String> = systems
                .into_iter()
                .filter(|(_, words)| !words.is_empty())
                .map(|(name, words)| format!("{name} {}", words.join(", ")))
                .collect();
            let asked_of = if systems.is_empty() { "all".to_owned() } else { systems.join("; ") };
            let stops = if question.blocking { "yes" } else { "" };
            let links: Vec<String> = question.links.iter().map(|link| serves(catalog, link)).collect();
            vec![
                question.id.clone(),
                question.ask.clone(),
                question.evidence.clone(),
                asked_of,
                stops.to_owned(),
                links.join("; "),
            ]
        });
        page.table(&["id", "question", "shows a yes", "asked of", "a no stops", "serves"], &rows.collect::<Vec<_>>());
    }
}
