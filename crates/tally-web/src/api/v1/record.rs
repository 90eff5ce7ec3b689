//! Records, their lists, their life, the search.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Every kind of record that is listed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Kinds {
    /// One a kind.
    pub kinds: Vec<KindLine>,
}

/// How the records of a kind are listed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KindLine {
    /// The kind.
    pub kind: String,
    /// What its list is called.
    pub title: String,
    /// Its columns.
    pub columns: Vec<ColumnLine>,
    /// The columns that are given unless others are asked for.
    pub shown: Vec<String>,
    /// The order unless another is asked for; `-` before a name: the greatest first.
    pub sort: Vec<String>,
}

/// A column of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ColumnLine {
    /// Its name in queries and rows.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The parameters that filter by it.
    pub filters: Vec<String>,
    /// Whether it can be given and sorted by.
    pub is_cell: bool,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct List {
    /// The kind.
    pub kind: String,
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// Entries of the journal that were read.
    pub entries: u64,
    /// Rows of the whole list.
    pub total: u64,
    /// The columns of each row, beside its id.
    pub columns: Vec<String>,
    /// The rows of this page: `id`, then a member a column; null: no value.
    pub rows: Vec<BTreeMap<String, Value>>,
    /// Where the walk goes on; null: that was all.
    pub next: Option<String>,
}

/// A record as it stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// The record, of the shape `record.<kind>` of this document.
    #[schema(value_type = RecordObject)]
    pub record: Value,
    /// The last entry that touched it: `expected` of an edit made from what is shown.
    pub last_entry: u64,
}

/// A record of any kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordObject {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The fields of its kind.
    #[serde(flatten)]
    pub fields: BTreeMap<String, Value>,
}

/// What is to be said of a record: fields of its kind (`record.<kind>` of this document). Fields that are not named keep their
/// value, null clears one. `kind` and `id` may stand in it where they are those of the path.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordPatch {
    /// The fields.
    #[serde(flatten)]
    pub fields: BTreeMap<String, Value>,
}

/// The life of a record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Log {
    /// Its entries, oldest first.
    pub entries: Vec<super::Entry>,
    /// What each changed from what to what.
    pub changes: Vec<FieldChange>,
}

/// A change of a field.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// The entry that says so.
    pub entry: u64,
    /// The field, or `labels.<name>`.
    pub field: String,
    /// As people read it; null: no value.
    pub from: Option<String>,
    /// As people read it; null: no value.
    pub to: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// By kind, the best first.
    pub groups: Vec<FoundGroup>,
}

/// What a search found in one kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FoundGroup {
    /// The kind, or `metric`.
    pub kind: String,
    /// How many there are.
    pub count: u64,
    /// Whether there may be more than that.
    pub more: bool,
    /// The first of them.
    pub hits: Vec<Hit>,
}

/// One hit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    /// The id.
    pub id: String,
    /// Its name or title.
    pub title: String,
    /// Whether it is only near to what was written.
    pub near: bool,
}
