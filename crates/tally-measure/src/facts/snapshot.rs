//! Fact tables on disk: one Arrow file a table. A cache that may be thrown away; never the truth.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::ipc::writer::FileWriter;
use parquet::arrow::ArrowWriter;

use crate::MeasureError;

/// Writes one table under a temporary name, then gives it its own.
pub(crate) fn save(folder: &Path, name: &str, schema: &SchemaRef, chunks: &[RecordBatch]) -> Result<(), MeasureError> {
    let path = folder.join(format!("{name}.arrow"));
    let failed = |message: String| MeasureError::File { what: "writing the facts", path: path.clone(), message };
    let draft = draft(&path);
    let write = || -> Result<(), String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let file = BufWriter::new(File::create(&draft).map_err(|error| error.to_string())?);
        let mut writer = FileWriter::try_new(file, schema).map_err(|error| error.to_string())?;
        for chunk in chunks {
            writer.write(chunk).map_err(|error| error.to_string())?;
        }
        writer.finish().map_err(|error| error.to_string())?;
        writer.get_mut().flush().map_err(|error| error.to_string())?;
        fs::rename(&draft, &path).map_err(|error| error.to_string())
    };
    write().map_err(failed)
}

/// Reads one table; `None` where it is not there, damaged, or of another shape.
pub(crate) fn load(folder: &Path, name: &str, schema: &SchemaRef) -> Option<Vec<RecordBatch>> {
    let file = File::open(folder.join(format!("{name}.arrow"))).ok()?;
    let reader = FileReader::try_new(BufReader::new(file), None).ok()?;
    if reader.schema().fields() != schema.fields() {
        return None;
    }
    reader.collect::<Result<Vec<_>, _>>().ok()
}

fn draft(path: &Path) -> PathBuf {
    path.with_extension("draft")
}

/// Writes one table as Parquet, for other engines.
pub(crate) fn export(folder: &Path, name: &str, schema: &SchemaRef, chunks: &[RecordBatch]) -> Result<(), MeasureError> {
    let path = folder.join(format!("{name}.parquet"));
    let draft = draft(&path);
    let write = || -> Result<(), String> {
        let file = File::create(&draft).map_err(|error| error.to_string())?;
        let mut writer = ArrowWriter::try_new(file, Arc::clone(schema), None).map_err(|error| error.to_string())?;
        for chunk in chunks {
            writer.write(chunk).map_err(|error| error.to_string())?;
        }
        writer.close().map_err(|error| error.to_string())?;
        fs::rename(&draft, &path).map_err(|error| error.to_string())
    };
    write().map_err(|message| MeasureError::File { what: "writing the facts", path: path.clone(), message })
}
