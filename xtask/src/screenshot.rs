//! `docs/images`: what `tally demo` prints, drawn as a terminal window, and pictures of pages as a browser showed them to the
//! tests. Draws only what was really printed, and takes no picture itself.

use std::path::Path;

use crate::{Complaint, binary};

/// Where the browser's tests leave their pictures.
const TAKEN: &str = "target/screenshots";
/// Pictures that documents show: as the tests call them, and as `docs/images` does.
const PAGES: [(&str, &str); 4] = [
    ("screen-scorecard-light.png", "scorecard.png"),
    ("screen-scorecard-dark.png", "scorecard-dark.png"),
    ("screen-metrics-one-light.png", "metric.png"),
    ("screen-findings-light.png", "findings.png"),
];
const FILE: &str = "docs/images/demo.svg";
/// The instant at which the made-up programme ends, so that the picture stays the same.
const AS_OF: &str = "2026-11-01";
/// Blocks of notes that are drawn; more would make the picture longer than a screen.
const BLOCKS: usize = 3;
const CELL: f64 = 7.6;
const LINE: usize = 19;
const LEFT: usize = 20;
const TOP: usize = 62;

/// Runs the demo and draws it.
///
/// # Errors
/// Where it does not run, or the picture cannot be written.
pub fn write(root: &Path) -> Result<(), Vec<Complaint>> {
    let folder = std::env::temp_dir().join(format!("tally-screenshot-{}", std::process::id()));
    let shown = binary::output(&["--data", &folder.to_string_lossy(), "demo", "--print", "--as-of", AS_OF]);
    let _ = std::fs::remove_dir_all(&folder);
    let path = root.join(FILE);
    let failed = |error: std::io::Error| vec![format!("{FILE}: {error}")];
    std::fs::create_dir_all(path.parent().unwrap_or(root)).map_err(failed)?;
    std::fs::write(path, draw(&shorten(&shown?))).map_err(failed)
}

/// Throws the pictures of earlier tests away, so that none of them is taken for a new one.
///
/// # Errors
/// Where they cannot be removed.
pub fn forget(root: &Path) -> Result<(), Vec<Complaint>> {
    match std::fs::remove_dir_all(root.join(TAKEN)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(vec![format!("{TAKEN}: {error}")]),
        _ => Ok(()),
    }
}

/// Takes over the pictures of pages that the browser's tests have just left.
///
/// # Errors
/// Where one is missing (then there was no browser), or cannot be written.
pub fn pages(root: &Path) -> Result<(), Vec<Complaint>> {
    let missing =
        |taken: &str, error| format!("found no {TAKEN}/{taken} ({error}), expected one from the tests; install chromium");
    let copy = |(taken, shown): &(&str, &str)| {
        let to = root.join("docs/images").join(shown);
        std::fs::copy(root.join(TAKEN).join(taken), to).err().map(|error| missing(taken, error))
    };
    let complaints: Vec<Complaint> = PAGES.iter().filter_map(copy).collect();
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

/// The scorecard, some of its notes, and its last line.
fn shorten(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let table = lines.iter().rposition(|line| line.starts_with(['✓', '✗', '·', '?', '–'])).map_or(0, |at| at + 1);
    let mut shown: Vec<String> = lines[..table].iter().map(|line| line.trim_end().to_owned()).collect();
    let mut blocks = 0;
    for line in &lines[table..] {
        blocks += usize::from(line.is_empty());
        if blocks > BLOCKS {
            break;
        }
        shown.push((*line).to_owned());
    }
    shown.extend([String::new(), "  ⋮".to_owned(), String::new()]);
    shown.extend(lines.last().map(|line| (*line).to_owned()));
    shown
}

fn draw(lines: &[String]) -> String {
    let widest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "columns of a terminal")]
    let width = widest as f64 * CELL + 2.0 * LEFT as f64;
    let height = TOP + lines.len() * LINE + 18;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height}\" width=\"{width:.0}\" height=\"{height}\" role=\"img\" aria-label=\"the scorecard that tally demo prints\">\n{STYLE}\n\
         <rect class=\"window\" x=\"0.5\" y=\"0.5\" width=\"{:.0}\" height=\"{}\" rx=\"8\"/>\n\
         <circle class=\"dot\" cx=\"20\" cy=\"18\" r=\"5\"/><circle class=\"dot\" cx=\"38\" cy=\"18\" r=\"5\"/><circle class=\"dot\" cx=\"56\" cy=\"18\" r=\"5\"/>\n\
         <text class=\"dim\" x=\"{LEFT}\" y=\"46\">$ tally demo</text>\n",
        width - 1.0,
        height - 1
    );
    for (nth, line) in lines.iter().enumerate() {
        let y = TOP + 8 + nth * LINE;
        for (column, run) in runs(line) {
            out.push_str(&text(line, nth, column, run, y));
        }
    }
    out.push_str("</svg>\n");
    out
}

const STYLE: &str = "<style>\
text { font: 12.6px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; fill: #24292f }\
.window { fill: #ffffff; stroke: #d0d7de }\
.dot { fill: #d0d7de }\
.head { font-weight: 600 } .dim { fill: #59636e } .good { fill: #1a7f37; font-weight: 600 } .bad { fill: #b42318; font-weight: 600 } .trend { fill: #0a5dc2 }\
</style>";

/// Words between gaps of two spaces or more, each at its column: a browser's font may not be as wide as a cell.
fn runs(line: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut gap = 2;
    for (column, c) in line.chars().enumerate() {
        if c == ' ' {
            gap += 1;
            continue;
        }
        match found.last_mut().filter(|_| gap < 2) {
            Some((_, run)) => {
                run.push_str(&" ".repeat(gap));
                run.push(c);
            }
            None => found.push((column, c.to_string())),
        }
        gap = 0;
    }
    found
}

fn text(line: &str, nth: usize, column: usize, run: String, y: usize) -> String {
    let capitals = line.chars().any(char::is_uppercase) && !line.chars().any(char::is_lowercase);
    let title = !line.starts_with([' ', '✓', '✗', '·', '?', '–']) && !line.starts_with("journal");
    let class = match run.chars().next() {
        Some('✓') => "good",
        Some('✗') => "bad",
        Some('▁'..='█') => return bars(column, &run, y),
        _ if nth == 0 || (title && column == 0) => "head",
        _ if capitals || line.starts_with("journal") => "dim",
        _ if column == 10 && line.starts_with(['✓', '✗', '·', '?', '–']) => "head",
        _ => "text",
    };
    #[expect(clippy::cast_precision_loss, reason = "columns of a terminal")]
    let (x, length) = (LEFT as f64 + column as f64 * CELL, run.chars().count() as f64 * CELL);
    let words = run.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\" xml:space=\"preserve\">{words}</text>\n")
}

/// Blocks as bars: fonts differ in how wide they draw them.
fn bars(column: usize, run: &str, y: usize) -> String {
    let mut out = String::new();
    for (nth, block) in (column..).zip(run.chars()).filter(|(_, block)| *block != ' ') {
        let eighths = u32::from(block).saturating_sub(0x2580);
        #[expect(clippy::cast_precision_loss, reason = "columns of a terminal")]
        let (x, height) = (LEFT as f64 + nth as f64 * CELL, f64::from(eighths) * 1.6);
        #[expect(clippy::cast_precision_loss, reason = "lines of a terminal")]
        let top = y as f64 + 2.0 - height;
        out.push_str(&format!(
            "<rect class=\"trend\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>\n",
            CELL - 1.0
        ));
    }
    out
}
