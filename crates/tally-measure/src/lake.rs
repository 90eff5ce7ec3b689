//! The lake: attempts of tool runs as Parquet files. Rows hold outcomes and digests, never a prompt or an answer.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, RecordBatch, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::MeasureError;

/// Rows a row group: bounds the memory of a writer.
const GROUP: usize = 65_536;

/// One attempt of a tool against a system.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attempt<'a> {
    /// The tool.
    pub tool: &'a str,
    /// Name of the imported report; the journal's notes on `import` lead from it to the run.
    pub report: &'a str,
    /// What was tested, in the tool's words, where a run had several targets.
    pub target: &'a str,
    /// The system under test.
    pub system: &'a str,
    /// Probe or plugin.
    pub probe: &'a str,
    /// Detector or strategy.
    pub detector: &'a str,
    /// Digest that names the same test in another run.
    pub test: &'a str,
    /// Which answer to the same prompt, from 0.
    pub generation: i64,
    /// `pass`, `fail` or `error`.
    pub outcome: &'a str,
    /// The detector's score, where it gave one.
    pub score: Option<f64>,
}

fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("tool"),
        text("report"),
        text("target"),
        text("system"),
        text("probe"),
        text("detector"),
        text("test"),
        Field::new("generation", DataType::Int64, false),
        text("outcome"),
        Field::new("score", DataType::Float64, true),
    ]))
}

/// A Parquet file of attempts while it is being written; not there under its name until `finish`.
pub struct AttemptsFile {
    path: PathBuf,
    draft: PathBuf,
    writer: Option<ArrowWriter<File>>,
    texts: [StringBuilder; 8],
    generation: Int64Builder,
    score: Float64Builder,
    rows: usize,
}

/// Starts a file of attempts.
///
/// # Errors
/// Where the file cannot be made.
pub fn attempts_file(path: &Path) -> Result<AttemptsFile, MeasureError> {
    let draft = path.with_extension("draft");
    let failed = |message: String| MeasureError::File { what: "writing attempts to", path: draft.clone(), message };
    let file = File::create(&draft).map_err(|error| failed(error.to_string()))?;
    let level = ZstdLevel::try_new(1).map_err(|error| failed(error.to_string()))?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    let writer = ArrowWriter::try_new(file, schema(), Some(properties)).map_err(|error| failed(error.to_string()))?;
    Ok(AttemptsFile {
        path: path.to_owned(),
        draft,
        writer: Some(writer),
        texts: Default::default(),
        generation: Int64Builder::new(),
        score: Float64Builder::new(),
        rows: 0,
    })
}

impl AttemptsFile {
    /// Appends one attempt.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn push(&mut self, attempt: &Attempt<'_>) -> Result<(), MeasureError> {
        let texts = [
            attempt.tool,
            attempt.report,
            attempt.target,
            attempt.system,
            attempt.probe,
            attempt.detector,
            attempt.test,
            attempt.outcome,
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_value(text);
        }
        self.generation.append_value(attempt.generation);
        self.score.append_option(attempt.score);
        self.rows += 1;
        if self.rows >= GROUP { self.flush() } else { Ok(()) }
    }

    /// Closes the file and gives it its name.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(mut self) -> Result<(), MeasureError> {
        self.flush()?;
        let close = |writer: ArrowWriter<File>| -> Result<(), String> {
            let file = writer.into_inner().map_err(|error| error.to_string())?;
            file.sync_all().map_err(|error| error.to_string())?;
            std::fs::rename(&self.draft, &self.path).map_err(|error| error.to_string())
        };
        match self.writer.take() {
            Some(writer) => close(writer).map_err(|message| self.failed(message)),
            None => Ok(()),
        }
    }

    fn failed(&self, message: String) -> MeasureError {
        MeasureError::File { what: "writing attempts to", path: self.path.clone(), message }
    }

    fn flush(&mut self) -> Result<(), MeasureError> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let [tool, report, target, system, probe, detector, test, outcome] =
            self.texts.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let (generation, score) = (Arc::new(self.generation.finish()), Arc::new(self.score.finish()));
        let columns: Vec<ArrayRef> = vec![tool, report, target, system, probe, detector, test, generation, outcome, score];
        let batch = RecordBatch::try_new(schema(), columns).map_err(MeasureError::facts)?;
        let written = match &mut self.writer {
            Some(writer) => writer.write(&batch).map_err(|error| error.to_string()),
            None => Ok(()),
        };
        written.map_err(|message| self.failed(message))
    }
}

impl Drop for AttemptsFile {
    fn drop(&mut self) {
        // An unfinished draft is nobody's; a finished one has been renamed and there is nothing to remove.
        let _ = std::fs::remove_file(&self.draft);
    }
}

/// All attempt files as one table; an empty one where there are none.
pub(crate) fn provider(files: &[PathBuf]) -> Result<Arc<dyn TableProvider>, MeasureError> {
    let mut urls = Vec::new();
    for file in files.iter().filter(|file| file.exists()) {
        urls.push(ListingTableUrl::parse(file.to_string_lossy()).map_err(MeasureError::facts)?);
    }
    if urls.is_empty() {
        return Ok(Arc::new(MemTable::try_new(schema(), vec![vec![]]).map_err(MeasureError::facts)?));
    }
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema());
    Ok(Arc::new(ListingTable::try_new(config).map_err(MeasureError::facts)?))
}
