//! A programme's own settings: `settings.toml` in the data directory. Absent keys keep their built-in values.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::Error;

/// What a programme may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Days within which a finding has to be remediated, by severity.
    pub sla_days: BTreeMap<String, u32>,
}

/// METRICS.md, `sla(severity)`; info has none.
const SLA_DAYS: [(&str, u32); 4] = [("critical", 7), ("high", 30), ("medium", 90), ("low", 180)];

impl Settings {
    /// Reads the settings of a data directory; a missing file means all built-in values.
    ///
    /// # Errors
    /// Where the file cannot be read or understood.
    pub fn read(path: &Path) -> Result<Self, Error> {
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| Error::Invalid(format!("{}: {}", path.display(), error.to_string().trim()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::file("reading", path)(error)),
        }
    }

    /// The service levels: the built-in ones with the programme's own laid over them.
    pub fn sla(&self) -> Vec<(String, u32)> {
        let mut days: BTreeMap<String, u32> = SLA_DAYS.iter().map(|(severity, days)| ((*severity).to_owned(), *days)).collect();
        days.extend(self.sla_days.clone());
        days.into_iter().collect()
    }
}
