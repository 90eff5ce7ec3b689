//! The narrative of a finding: full for critical ones, the control and the advice for high ones, none below.
//!
//! Text only; nothing here is counted.

use super::classes::Class;
use super::systems::System;
use crate::page::Fields;

pub(crate) fn write(fields: &mut Fields<'_>, severity: usize, class: &Class, system: &System, vector: &(&str, &str)) {
    if severity > 1 {
        return;
    }
    fields.text("control_failure", class.control).text("remediation_advice", class.advice);
    if severity > 0 {
        return;
    }
    let (id, form) = vector;
    fields.text(
        "scope",
        &format!("{} in production, {} of the {} business, by way of {id}.", system.name, system.region, system.unit),
    );
    fields.text("preconditions", precondition(form));
    fields.text(
        "reproduction",
        &format!("Start a fresh session of {}; {}; repeat ten times and count how often it works.", system.name, steps(form)),
    );
    fields.text("severity_rationale", "It needs no special access, works in most attempts, and nobody would notice at once.");
    fields.text("business_impact", class.impact);
}

fn precondition(form: &str) -> &'static str {
    match form {
        "user_prompt" => "An account that any customer or employee has.",
        "file_upload" => "The right to upload a file.",
        "retrieved_document" => "The right to change one document that is indexed.",
        "tool_output" => "Control over one field that a tool returns.",
        "memory" => "One earlier conversation with the same agent.",
        _ => "A valid key of the interface.",
    }
}

fn steps(form: &str) -> &'static str {
    match form {
        "user_prompt" => "send the prompt that is attached to the ticket",
        "file_upload" => "upload the file that is attached to the ticket",
        "retrieved_document" => "place the passage in a test document, wait for the index, and ask the question",
        "tool_output" => "put the text in the note field of a test record and ask the agent to read it",
        "memory" => "say the sentence, end the session, and open a new case",
        _ => "call the interface with the body that is attached to the ticket",
    }
}
