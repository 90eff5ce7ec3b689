//! The kinds of record and their JSON Schema, from the table of kinds in `tally-model`.

use tally_model::kind::{Field, INNER_ORDERS, Kind, Order, Type};
use tally_model::kinds::KINDS;
use tally_model::record::expectation;

use super::page::Markdown;
use crate::Complaint;

const ABOUT: &str = "\
One JSON object a line. `kind` and `id` are part of every record and are not repeated below; `id` is 1 to 200 characters of
`A-Z a-z 0-9 . _ : / @ -`, unique within its kind. A field that is absent keeps its value, `null` clears it. The same fields
are columns of CSV sheets (see [import](../guide/import.md)); `tally schema <kind>` prints one of these tables.";

/// `records.md`.
pub(super) fn page() -> String {
    let mut page = Markdown::new("Program records", "the table of kinds in `crates/tally-model/src/kinds`");
    page.add(ABOUT);
    let list: Vec<String> = KINDS.iter().map(|kind| format!("- [`{0}`](#{0}): {1}", kind.name, kind.doc)).collect();
    page.add(&list.join("\n"));
    for kind in KINDS {
        add(&mut page, kind);
    }
    page.finish()
}

/// `records.schema.json`.
pub(super) fn schema() -> Result<String, Vec<Complaint>> {
    let text = serde_json::to_string_pretty(&tally_model::schema::schema()).map_err(|error| vec![error.to_string()])?;
    Ok(format!("{text}\n"))
}

fn add(page: &mut Markdown, kind: &Kind) {
    page.add(&format!("## {}", kind.name)).add(&format!("{} Fact table: [`{1}`](tables.md#{1}).", kind.doc, kind.table));
    let mut rows = Vec::new();
    let mut orders: Vec<String> = kind.orders.iter().map(|order| shown(order, "")).collect();
    for field in kind.fields {
        rows.push(row(field, ""));
        let prefix = match field.ty {
            Type::Objects(_) => format!("{}[].", field.name),
            _ => format!("{}.", field.name),
        };
        if let Type::Objects(inner) | Type::Object(inner) = field.ty {
            rows.extend(inner.iter().map(|part| row(part, &prefix)));
        }
        let inner_orders = INNER_ORDERS.iter().filter(|(list, _)| *list == field.name);
        orders.extend(inner_orders.map(|(_, order)| shown(order, &prefix)));
    }
    page.table(&["field", "", "holds", "says"], &rows);
    if !orders.is_empty() {
        page.add(&format!("In this order of time, or at once: {}.", orders.join("; ")));
    }
}

fn row(field: &Field, prefix: &str) -> Vec<String> {
    let need = if field.required { "required" } else { "" };
    vec![format!("`{prefix}{}`", field.name), need.to_owned(), expectation(field.ty), field.doc.to_owned()]
}

fn shown(order: &Order, prefix: &str) -> String {
    format!("`{prefix}{}`, `{prefix}{}`", order.first, order.then)
}
