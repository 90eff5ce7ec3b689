//! A column in the form that filters and sorts run on: numbers, or codes of words. Made from Arrow once a chunk.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringViewArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;

use super::horizon::Horizon;
use super::lexicon::{Lexicon, Names, Wordlist};

/// No number.
pub(crate) const ABSENT: i64 = i64::MIN;
/// No flag.
pub(crate) const UNKNOWN: u8 = 2;

/// A column over rows of a table.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Few words, many rows: a code a row; code 0 is no word.
    Words { names: Names, codes: Vec<u32> },
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Instants, microseconds.
    Time(Vec<i64>),
    /// Instants that are shown as whole days up to T.
    Age(Vec<i64>),
    /// Numbers; NaN is none.
    Real(Vec<f64>),
    /// Billionths; `i128::MIN` is none.
    Money(Vec<i128>),
    /// 0, 1 or unknown.
    Flag(Vec<u8>),
}

impl Column {
    /// About how many bytes it takes; words are counted where they are kept.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Words { codes, .. } => codes.len() * 4,
            Self::Whole(values) | Self::Time(values) | Self::Age(values) => values.len() * 8,
            Self::Real(values) => values.len() * 8,
            Self::Money(values) => values.len() * 16,
            Self::Flag(values) => values.len(),
        }
    }

    /// A column of words from a list of them and a code a row.
    pub(crate) fn words(names: &[&str], codes: Vec<u32>) -> Self {
        Self::Words { names: named(names), codes }
    }
}

/// Words as a column has them: the first is none.
pub(crate) fn named(words: &[&str]) -> Names {
    Arc::new(Wordlist::new(std::iter::once("").chain(words.iter().copied()).map(Into::into).collect()))
}

/// The texts of a column of a chunk, however it keeps them.
pub(crate) fn texts(chunk: &RecordBatch, column: &str) -> Option<StringViewArray> {
    let array = chunk.column_by_name(column)?;
    if let Some(texts) = array.as_any().downcast_ref::<StringViewArray>() {
        return Some(texts.clone());
    }
    cast(array, &DataType::Utf8View).ok()?.as_string_view_opt().cloned()
}

/// The texts of a column, chunk by chunk.
pub(crate) fn all_texts(chunks: &[RecordBatch], column: &str) -> Vec<StringViewArray> {
    chunks.iter().filter_map(|chunk| texts(chunk, column)).collect()
}

/// A column of a chunk; words have codes of the lexicon and no names here. Instants at or after T are none where
/// `happened` says that the column tells of events.
pub(crate) fn read(chunk: &RecordBatch, name: &str, happened: bool, lexicon: &Lexicon, horizon: &mut Horizon) -> Column {
    let Some(array) = chunk.column_by_name(name) else { return Column::words(&[], vec![0; chunk.num_rows()]) };
    match array.data_type() {
        DataType::Boolean => Column::Flag(flags(array)),
        DataType::Int64 => Column::Whole(wholes(array)),
        DataType::Float64 => Column::Real(reals(array)),
        DataType::Decimal128(_, _) => Column::Money(monies(array)),
        DataType::Timestamp(_, _) => Column::Time(times(array, happened, horizon)),
        _ => {
            let codes = texts(chunk, name).map_or_else(|| vec![0; chunk.num_rows()], |texts| lexicon.codes(&texts));
            Column::Words { names: Names::default(), codes }
        }
    }
}

fn flags(array: &ArrayRef) -> Vec<u8> {
    let flags = array.as_any().downcast_ref::<BooleanArray>();
    flags.into_iter().flatten().map(|value| value.map_or(UNKNOWN, u8::from)).collect()
}

fn wholes(array: &ArrayRef) -> Vec<i64> {
    let values = array.as_any().downcast_ref::<Int64Array>();
    values.into_iter().flatten().map(|value| value.unwrap_or(ABSENT)).collect()
}

fn reals(array: &ArrayRef) -> Vec<f64> {
    let values = array.as_any().downcast_ref::<Float64Array>();
    values.into_iter().flatten().map(|value| value.unwrap_or(f64::NAN)).collect()
}

fn monies(array: &ArrayRef) -> Vec<i128> {
    let values = array.as_any().downcast_ref::<Decimal128Array>();
    values.into_iter().flatten().map(|value| value.unwrap_or(i128::MIN)).collect()
}

fn times(array: &ArrayRef, happened: bool, horizon: &mut Horizon) -> Vec<i64> {
    let values = array.as_any().downcast_ref::<TimestampMicrosecondArray>();
    let seen = |value: Option<i64>| match value {
        Some(value) if !happened || horizon.passed(value) => value,
        _ => ABSENT,
    };
    values.into_iter().flatten().map(seen).collect()
}
