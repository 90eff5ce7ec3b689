//! Tables for a terminal. Untrusted text is made printable here, so that no record can send a terminal escape.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use tally_model::problem::printable;

/// A plain table: a line under the head, numbers to the right.
pub fn table(head: &[&str], right: &[usize], rows: impl IntoIterator<Item = Vec<String>>, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    table.set_header(head.iter().map(|name| shown(name).to_uppercase()));
    for row in rows {
        table.add_row(row.iter().map(|text| shown(text)));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if right.contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = table.to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// A cell made printable, and cut where it is far longer than a table can show; JSON and CSV have all of it.
fn shown(text: &str) -> String {
    const LONGEST: usize = 1_000;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", printable(&text[..end]), text.len()),
        None => printable(text),
    }
}
