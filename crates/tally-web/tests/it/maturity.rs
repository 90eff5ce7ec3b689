//! The pages of maturity rounds: what they say of nothing answered, what answering changes, who may do what, and what is
//! refused. Rounds are begun through the pages themselves.

use serde_json::Value as Json;

use super::support::{Answer, Server, Who, encode};

/// A round over the organisation that ada leads; its path.
fn begun(server: &Server, form: &[(&str, &str)]) -> String {
    let mut all = vec![("model", "ai-security"), ("title", "Autumn <b>round</b>"), ("scope", "organisation")];
    all.extend_from_slice(form);
    let answer = server.post(Who::Administrator, "/maturity/start", &all).is(303);
    answer.header("location").unwrap().to_owned()
}

fn get(server: &Server, path: &str) -> String {
    server.get(Who::Administrator, path).is(200).text()
}

/// One answer, as the script sends it.
fn one(server: &Server, who: Who, round: &str, fields: &[(&str, &str)]) -> Answer {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("accept", "application/json"),
    ];
    server.send(who, "POST", &format!("{round}/answer/one"), &headers, pairs.join("&").as_bytes())
}

fn answered(server: &Server, round: &str, question: &str, score: &str) -> Json {
    let domain = question.rsplit_once('-').unwrap().0;
    one(server, Who::Administrator, round, &[("domain", domain), ("question", question), ("score", score)]).is(200).json()
}

/// The part of a page between two words.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split(from).nth(1).unwrap_or_else(|| panic!("no `{from}` in {text}"));
    rest.split(to).next().unwrap_or_default()
}

#[test]
fn nothing_answered_never_looks_like_a_level() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    let page = get(&server, &round);
    assert!(page.contains("Autumn &#60;b&#62;round&#60;/b&#62;") && !page.contains("<b>round</b>"));
    assert!(page.contains("0 of 78"));
    let band = between(&page, "<div class=\"band\">", "</div>\n</div>");
    assert!(band.contains("not answered") && band.contains("not known"), "{band}");
    let heat = between(&page, "<table class=\"heat\">", "</table>");
    assert!(heat.contains("? /") && heat.contains("class=\"hu\""), "{heat}");
    for word in ["Initial<", "h0\"", "1 Initial</span>"] {
        assert!(!between(heat, "<tbody>", "</tbody>").contains(word), "`{word}` for what nobody answered: {heat}");
    }
    assert!(!page.contains("class=\"dot\" cx"), "a point in the radar for nothing");
    assert!(page.contains("0 of 11 domains have a value"));
}

#[test]
fn an_answer_is_saved_shown_and_cleared() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    let said = answered(&server, &round, "GRC-01", "3");
    assert!(said["saved"].as_str().unwrap().starts_with("saved "), "{said}");
    assert_eq!((&said["open"], said["chips"][0]["word"].as_str()), (&Json::Bool(false), Some("3 In force")));
    assert_eq!(said["chips"][1]["word"], "claimed", "a score without evidence");
    // A note and evidence in words of one's own, beside the answer that stands.
    let seen = said["seen"].as_str().unwrap().to_owned();
    let fields = [
        ("domain", "GRC"),
        ("question", "GRC-01"),
        ("score", "3"),
        ("note", "see <wiki>\r\nline two"),
        ("evidence", "https://wiki.example/ai"),
        ("seen", &seen),
    ];
    let said = one(&server, Who::Administrator, &round, &fields).is(200).json();
    assert_eq!(said["evidence"][0]["id"], "https://wiki.example/ai");
    assert!(said["chips"].as_array().unwrap().iter().all(|chip| chip["word"] != "claimed"), "{said}");
    assert_eq!(said["seen"], seen.as_str(), "a note does not make the answer a new one");
    let page = get(&server, &format!("{round}/answer?domain=GRC"));
    let question = between(&page, "id=\"GRC-01\"", "</fieldset>");
    assert!(question.contains("value=\"3\" checked") && question.contains("see &#60;wiki&#62;\nline two"), "{question}");
    // Cleared: not answered, which is no 0.
    let said =
        one(&server, Who::Administrator, &round, &[("domain", "GRC"), ("question", "GRC-01"), ("score", "")]).is(200).json();
    assert_eq!((&said["open"], said["chips"][0]["word"].as_str()), (&Json::Bool(true), Some("not answered")));
    let page = get(&server, &format!("{round}/answer?domain=GRC"));
    let question = between(&page, "id=\"GRC-01\"", "</fieldset>");
    assert!(question.contains("value=\"\" checked") && !question.contains("see &#60;wiki"), "{question}");
}

#[test]
fn wrong_answers_are_refused_and_change_nothing() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    let refused = |fields: &[(&str, &str)], status: u16, word: &str| {
        let answer = one(&server, Who::Administrator, &round, fields).is(status);
        assert!(answer.text().contains(word), "{}", answer.text());
    };
    let grc = ("domain", "GRC");
    refused(&[grc, ("question", "GRC-01"), ("score", "5")], 422, "score 5");
    refused(&[grc, ("question", "GRC-01"), ("score", "many")], 422, "many");
    refused(&[grc, ("question", "GRC-99"), ("score", "2")], 404, "GRC-99");
    refused(&[("domain", "XYZ"), ("question", "GRC-01"), ("score", "2")], 404, "XYZ");
    refused(&[grc, ("question", "GRC-01"), ("score", ""), ("note", "only a note")], 422, "no answer");
    refused(&[grc, ("question", "GRC-01"), ("score", "2"), ("seen", "yesterday")], 422, "yesterday");
    refused(&[grc, ("question", "GRC-01"), ("score", "2"), ("subject", "support-bot")], 404, "support-bot");
    // Somebody else answered meanwhile.
    answered(&server, &round, "GRC-01", "2");
    refused(&[grc, ("question", "GRC-01"), ("score", "4"), ("seen", "none")], 409, "meanwhile");
    assert!(get(&server, &round).contains("1 of 78"));
    server.get(Who::Administrator, "/maturity/no-such-round").is(404);
    server.get(Who::Administrator, &format!("{round}/answer?domain=XYZ")).is(404);
    server.get(Who::Administrator, &format!("{round}/roadmap?level=9")).is(422);
    server.get(Who::Administrator, &format!("{round}/roadmap?if=GRC-99")).is(404);
    let same =
        [("model", "ai-security"), ("title", "x"), ("scope", "organisation"), ("assessor", "rita"), ("approver", "Rita")];
    server.post(Who::Administrator, "/maturity/start", &same).is(403);
    let none = [("model", "ai-securty"), ("title", "x"), ("scope", "organisation")];
    assert!(server.post(Who::Administrator, "/maturity/start", &none).is(404).text().contains("did you mean"));
}

#[test]
fn a_domain_is_saved_as_one_form() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    let path = format!("{round}/answer");
    let form = [("domain", "GRC"), ("score.GRC-01", "2"), ("score.GRC-02", ""), ("score.GRC-03", "4"), ("note.GRC-03", "yes")];
    let answer = server.post(Who::Administrator, &path, &form).is(303);
    assert!(answer.header("location").unwrap().contains("domain=GRC"), "{:?}", answer.headers);
    assert!(answer.header("set-cookie").unwrap().contains(&encode("2 answers saved")));
    // The same again changes nothing.
    let size = server.house.bench.read(tally_app::journal::size).unwrap();
    let again = server.post(Who::Administrator, &path, &form).is(303);
    assert!(again.header("set-cookie").unwrap().contains(&encode("Nothing was changed")));
    assert_eq!(server.house.bench.read(tally_app::journal::size).unwrap(), size);
    // One wrong field: nothing of the form is written.
    let wrong = [("domain", "GRC"), ("score.GRC-01", "4"), ("score.GRC-02", "7")];
    server.post(Who::Administrator, &path, &wrong).is(422);
    assert_eq!(server.house.bench.read(tally_app::journal::size).unwrap(), size);
    let cleared = [("domain", "GRC"), ("score.GRC-01", "")];
    let answer = server.post(Who::Administrator, &path, &cleared).is(303);
    assert!(answer.header("set-cookie").unwrap().contains(&encode("1 answer cleared")));
    assert!(get(&server, &round).contains("1 of 78"), "what the form does not have stays as it is");
}

#[test]
fn a_round_is_submitted_approved_and_stays() {
    let server = Server::demo();
    let round = begun(&server, &[("approver", "rita")]);
    answered(&server, &round, "GRC-01", "3");
    let page = get(&server, &round);
    assert!(page.contains("Submit for approval") && page.contains("1 of 78"));
    // Neither who does not lead it submits, nor the assessor approves.
    server.post(Who::Contributor, &format!("{round}/submit"), &[]).is(403);
    server.post(Who::Reviewer, &format!("{round}/approve"), &[]).is(409);
    server.post(Who::Administrator, &format!("{round}/submit"), &[]).is(303);
    assert!(get(&server, &round).contains("does not approve their own round"));
    server.post(Who::Administrator, &format!("{round}/approve"), &[]).is(403);
    server.post(Who::Reviewer, &format!("{round}/approve"), &[]).is(303);
    let page = get(&server, &round);
    assert!(page.contains("approved") && page.contains("rita, "), "{page}");
    // Frozen.
    let fields = [("domain", "GRC"), ("question", "GRC-01"), ("score", "4")];
    one(&server, Who::Administrator, &round, &fields).is(409);
    let page = get(&server, &format!("{round}/answer?domain=GRC"));
    assert!(page.contains("stays as it is") && page.contains("disabled") && !page.contains("data-answering"), "{page}");
    // The next one begins with its answers, and can be compared.
    let of = round.trim_start_matches("/maturity/").to_owned();
    let form = [("round", of.as_str()), ("title", "Winter"), ("answers", "yes"), ("assessor", "ada")];
    let next = server.post(Who::Administrator, "/maturity/clone", &form).is(303);
    let next = next.header("location").unwrap().to_owned();
    assert!(get(&server, &format!("{next}/answer?domain=GRC")).contains("from the round before"));
    answered(&server, &next, "GRC-01", "4");
    let page = get(&server, &format!("{next}/compare?with={of}"));
    let moved = between(&page, "Questions that moved <span", "</table>");
    assert!(moved.contains("GRC-01") && moved.contains("3 In force") && moved.contains("4 Proven"), "{moved}");
}

#[test]
fn who_is_not_asked_does_not_answer() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    let assign = [("owner.GRC", "rita"), ("due.GRC", "2030-01-31"), ("owner.DAT", "")];
    server.post(Who::Contributor, &format!("{round}/assign"), &assign).is(403);
    server.post(Who::Administrator, &format!("{round}/assign"), &assign).is(303);
    assert!(get(&server, &round).contains("2030-01-31"));
    let fields = [("domain", "GRC"), ("question", "GRC-01"), ("score", "1")];
    one(&server, Who::Contributor, &round, &fields).is(403);
    let page = server.get(Who::Contributor, &format!("{round}/answer?domain=GRC")).is(200).text();
    assert!(page.contains("rita answers this domain") && !page.contains("data-answering"));
    one(&server, Who::Reviewer, &round, &fields).is(200);
    one(&server, Who::Contributor, &round, &[("domain", "DAT"), ("question", "DAT-01"), ("score", "1")]).is(200);
    // Who reads sees no field to fill.
    let page = server.get(Who::Viewer, &format!("{round}/answer?domain=DAT")).is(200).text();
    assert!(page.contains("Your role reads") && !page.contains("Save the answers"));
    one(&server, Who::Viewer, &round, &fields).is(403);
    server.post(Who::Administrator, &format!("{round}/assign"), &[("owner.XYZ", "rita")]).is(404);
}

#[test]
fn gaps_lead_to_a_plan_and_a_what_if() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    for nth in 1..=3 {
        answered(&server, &round, &format!("GRC-0{nth}"), "3");
    }
    let gaps = get(&server, &format!("{round}/gaps?domain=GRC"));
    assert!(!gaps.contains(">GRC-01<") && gaps.contains(">GRC-04<"), "{gaps}");
    let road = get(&server, &format!("{round}/roadmap"));
    assert!(road.contains("75 steps") && road.contains("name=\"if\" value=\"GRC-04\""));
    // All that is missing in one domain lifts it to the top.
    let ids: Vec<&str> = road.split("name=\"if\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let grc: Vec<String> = ids.iter().filter(|id| id.starts_with("GRC-")).map(|id| format!("if={id}")).collect();
    let then = get(&server, &format!("{round}/roadmap?{}", grc.join("&")));
    let then = between(&then, "id=\"then\"", "</section>");
    assert!(then.contains("5 Optimizing"), "{then}");
    let plan = [
        ("if", "GRC-04"),
        ("if", "GRC-05"),
        ("owner", "carl"),
        ("due", "2030-06-01"),
        ("effort", "large"),
        ("ticket", "SEC-7"),
    ];
    server.post(Who::Viewer, &format!("{round}/roadmap"), &plan).is(403);
    let answer = server.post(Who::Contributor, &format!("{round}/roadmap"), &plan).is(303);
    assert!(answer.header("set-cookie").unwrap().contains(&encode("2 improvements planned")));
    let road = get(&server, &format!("{round}/roadmap"));
    assert!(road.contains("SEC-7") && road.contains("2030-06-01") && road.contains("improvements planned"), "{road}");
    assert!(get(&server, &format!("{round}/gaps")).contains("carl, due 2030-06-01"));
    let done = [("done", "ai-security/organisation/GRC-04")];
    server.post(Who::Viewer, &format!("{round}/roadmap/done"), &done).is(403);
    server.post(Who::Contributor, &format!("{round}/roadmap/done"), &done).is(303);
    server.post(Who::Contributor, &format!("{round}/roadmap/done"), &done).is(409);
    server.post(Who::Contributor, &format!("{round}/roadmap/done"), &[("done", "no-such")]).is(404);
    assert!(get(&server, &format!("{round}/roadmap")).contains("answer anew"));
    server.post(Who::Administrator, &format!("{round}/roadmap"), &[("owner", "carl")]).is(422);
    server.post(Who::Administrator, &format!("{round}/roadmap"), &[("if", "GRC-04"), ("owner", " ")]).is(422);
}

#[test]
fn evidence_says_whether_it_holds() {
    let server = Server::with(&format!(
        "{{\"kind\":\"evidence\",\"id\":\"ev-old\",\"name\":\"An old report\",\"sha256\":\"{0}\",\"media_type\":\"text/plain\",\
         \"collected_at\":\"2020-01-01\",\"expires_at\":\"2021-01-01\"}}\n\
         {{\"kind\":\"evidence\",\"id\":\"ev-new\",\"name\":\"A standing report\",\"sha256\":\"{0}\",\"media_type\":\"text/plain\",\
         \"collected_at\":\"2020-01-01\",\"expires_at\":\"2150-01-01\"}}\n",
        "a".repeat(64)
    ));
    let round = begun(&server, &[]);
    let page = get(&server, &format!("{round}/answer"));
    assert!(page.contains("<option value=\"ev-old\">An old report (expired)"), "{page}");
    assert!(page.contains("<option value=\"ev-new\">A standing report (fresh until 2150-01-01)"));
    let give = |question: &str, evidence: &str| {
        let fields = [("domain", "GRC"), ("question", question), ("score", "2"), ("evidence", evidence)];
        one(&server, Who::Administrator, &round, &fields).is(200).json()
    };
    assert_eq!(
        give("GRC-01", "ev-new")["chips"].as_array().unwrap().iter().filter(|chip| chip["word"] == "claimed").count(),
        0
    );
    assert_eq!(give("GRC-02", "ev-old")["chips"][1]["word"], "claimed");
    let page = get(&server, &format!("{round}/evidence"));
    let (rows, claimed) = page.split_once("id=\"claimed\"").unwrap();
    assert!(rows.contains("ev-old") && rows.contains("expired") && rows.contains("ev-new") && rows.contains("fresh"), "{rows}");
    assert!(claimed.contains(">GRC-02<") && !claimed.contains(">GRC-01<"), "{claimed}");
    assert!(get(&server, &round).contains("50%"), "half of the score is backed");
}

#[test]
fn a_round_over_many_systems() {
    let server = Server::demo();
    let form = [("model", "ai-security"), ("title", "All systems"), ("scope", "system")];
    let round = server.post(Who::Administrator, "/maturity/start", &form).is(303).header("location").unwrap().to_owned();
    let page = get(&server, &round);
    let subjects = between(&page, "id=\"subjects\"", "</section>");
    let first = between(subjects, "?subject=", "\"").to_owned();
    assert!(page.contains("? /"), "nobody answered");
    let fields = [("subject", first.as_str()), ("domain", "GRC"), ("question", "GRC-01"), ("score", "4")];
    one(&server, Who::Administrator, &round, &fields).is(200);
    assert!(get(&server, &format!("{round}?subject={first}")).contains("1 of 78"));
    let found = get(&server, &format!("{round}?q={first}"));
    assert!(between(&found, "id=\"subjects\"", "</table>").contains("1 of 78"));
    assert!(get(&server, &format!("{round}?q=no-such-system")).contains("Nothing matches"));
    for part in ["answer", "gaps", "roadmap", "compare", "evidence", "print"] {
        get(&server, &format!("{round}/{part}?subject={first}"));
        get(&server, &format!("{round}/{part}"));
    }
    server.get(Who::Administrator, &format!("{round}?subject=no-such-system")).is(404);
}

#[test]
fn a_team_viewer_sees_its_own_systems_of_a_round() {
    let server = Server::demo();
    let whole = begun(&server, &[]);
    let form = [("model", "ai-security"), ("title", "All systems"), ("scope", "system")];
    let round = server.post(Who::Administrator, "/maturity/start", &form).is(303).header("location").unwrap().to_owned();
    // The organisation's round is not there for them, rather than forbidden.
    for part in ["", "/answer", "/gaps", "/roadmap", "/compare", "/evidence", "/print"] {
        server.get(Who::Scoped, &format!("{whole}{part}")).is(404);
    }
    assert!(!server.get(Who::Scoped, "/maturity").is(200).text().contains(&format!("\"{whole}\"")));
    let rows = super::support::sheet(&server.get(Who::Viewer, "/systems.csv?cols=id&cols=owner").is(200).text());
    let mut seen = (0, 0);
    for part in ["", "/answer", "/gaps", "/roadmap", "/evidence", "/print"] {
        let page = server.get(Who::Scoped, &format!("{round}{part}")).is(200).text();
        for row in &rows[1..] {
            let named = page.contains(&format!("subject={}", row[0])) || page.contains(&format!("value=\"{}\"", row[0]));
            assert!(!named || row[1] == super::support::TEAM, "{part} names {}", row[0]);
            seen = (seen.0 + usize::from(named), seen.1 + 1);
        }
    }
    assert!(seen.0 > 0 && seen.1 > seen.0, "{seen:?}");
    let other = rows[1..].iter().find(|row| row[1] != super::support::TEAM).unwrap();
    server.get(Who::Scoped, &format!("{round}?subject={}", other[0])).is(404);
}

#[test]
fn the_whole_round_on_paper() {
    let server = Server::demo();
    let round = begun(&server, &[]);
    answered(&server, &round, "GRC-01", "2");
    let page = get(&server, &format!("{round}/print"));
    let export = get(&server, &format!("/api/v1{}/export?format=csv", round.replace("/maturity/", "/maturity/rounds/")));
    assert!(page.contains("export?format&#61;csv") || page.contains("export?format=csv"), "the answers as a file");
    assert!(export.contains("GRC-01"));
    assert_eq!(page.matches("<section class=\"domain\">").count(), 11);
    assert_eq!(page.matches("<th scope=\"row\" class=\"nowrap\">").count(), 78);
    assert!(page.contains("2 In part") && page.contains("77 questions unanswered") && page.contains("Living page"));
}
