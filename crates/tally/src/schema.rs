//! `tally schema`.

use clap::Args;
use tally_app::{Error, query};
use tally_model::kind::{Field, Type};
use tally_model::kinds::KINDS;
use tally_model::problem::nearest;

use crate::cli::Format;
use crate::exit;
use crate::metric::write_table;
use crate::output::{json, out};

/// The fact tables, the kinds of record, the JSON Schema.
#[derive(Args)]
pub struct SchemaArgs {
    /// A fact table or a kind of record; else all tables.
    name: Option<String>,
    /// The JSON Schema of program records.
    #[arg(long, conflicts_with = "name")]
    records: bool,
    /// The OpenAPI document of the server's API.
    #[arg(long, hide = true, conflicts_with_all = ["name", "records"])]
    openapi: bool,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(args: &SchemaArgs) -> Result<u8, Error> {
    if args.openapi {
        return json(&tally_web::api::document()).map(|()| exit::HOLDS);
    }
    if args.records {
        return json(&query::record_schema()).map(|()| exit::HOLDS);
    }
    let Some(name) = &args.name else {
        let rows = query::tables().iter().map(|table| vec![table.name.clone(), table.doc.clone()]).collect();
        write_table(args.format, &["table", "a row is"], &[], rows)?;
        return Ok(exit::HOLDS);
    };
    let kind = KINDS.iter().find(|kind| kind.name == name);
    let table = query::tables().iter().find(|table| table.name == *name);
    if kind.is_none() && table.is_none() {
        let known = query::tables().iter().map(|table| table.name.as_str()).chain(KINDS.iter().map(|kind| kind.name));
        let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        return Err(Error::Unknown { what: "table or kind", name: tally_model::problem::printable(name), help });
    }
    if let Some(kind) = kind {
        let id = ["id", "required", "1 to 200 characters of A-Z a-z 0-9 . _ : / @ -", "its own key, unique within the kind"];
        let mut rows = vec![id.map(str::to_owned).to_vec()];
        for field in kind.fields {
            rows.push(row("", field));
            if let Type::Objects(inner) | Type::Object(inner) = field.ty {
                let mark = if matches!(field.ty, Type::Objects(_)) { "[]." } else { "." };
                rows.extend(inner.iter().map(|part| row(&format!("{}{mark}", field.name), part)));
            }
        }
        if args.format == Format::Human {
            out(&format!("record {}: {}", kind.name, kind.doc))?;
        }
        write_table(args.format, &["field", "needed", "holds", "says"], &[], rows)?;
    }
    if let Some(table) = table {
        let rows = table.columns.iter().map(|column| vec![column.name.clone(), column.sql_type.to_owned(), column.doc.clone()]);
        if args.format == Format::Human {
            out(&format!("table {}: {}", table.name, table.doc))?;
        }
        write_table(args.format, &["column", "type", "holds"], &[], rows.collect())?;
    }
    Ok(exit::HOLDS)
}

fn row(of: &str, field: &Field) -> Vec<String> {
    let need = if field.required { "required" } else { "" };
    let holds = tally_model::record::expectation(field.ty);
    vec![format!("{of}{}", field.name), need.to_owned(), holds, field.doc.to_owned()]
}
