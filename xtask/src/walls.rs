//! Walls between rooms: every manifest held against `walls.toml`. Reads manifests only, never source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::Complaint;

/// `walls.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walls {
    rooms: BTreeMap<String, Room>,
    alone: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    imports: BTreeSet<String>,
    #[serde(default)]
    tests: BTreeSet<String>,
}

/// What a manifest names, by section.
struct Manifest {
    name: String,
    imports: BTreeSet<String>,
    tests: BTreeSet<String>,
}

/// Holds every manifest under `crates/` against the walls.
///
/// # Errors
/// Where a file cannot be read.
pub fn check(root: &Path) -> Result<Vec<Complaint>, Vec<Complaint>> {
    let walls: Walls = parse(root, "xtask/walls.toml")?;
    let manifests = manifests(root)?;
    let mut complaints = Vec::new();
    for manifest in &manifests {
        walls.hold(manifest, &mut complaints);
    }
    for name in walls.rooms.keys().filter(|name| !manifests.iter().any(|manifest| manifest.name == **name)) {
        complaints.push(format!("xtask/walls.toml: found a row for {name}, expected a crate of that name; remove the row"));
    }
    Ok(complaints)
}

impl Walls {
    fn hold(&self, manifest: &Manifest, complaints: &mut Vec<Complaint>) {
        let Manifest { name, imports, tests } = manifest;
        let Some(room) = self.rooms.get(name) else {
            complaints.push(format!("crates/{name}: found a room without a row, expected one in xtask/walls.toml; add it"));
            return;
        };
        let ours = |named: &BTreeSet<String>| -> Vec<String> {
            named.iter().filter(|named| self.rooms.contains_key(*named)).cloned().collect()
        };
        for import in ours(imports).into_iter().filter(|import| !room.imports.contains(import)) {
            complaints.push(format!("crates/{name}/Cargo.toml: imports {import}, which its row in xtask/walls.toml forbids"));
        }
        let also = |import: &String| room.imports.contains(import) || room.tests.contains(import) || import == name;
        for import in ours(tests).into_iter().filter(|import| !also(import)) {
            complaints.push(format!("crates/{name}/Cargo.toml: its tests import {import}, which its row forbids"));
        }
        for import in room.imports.iter().filter(|import| !imports.contains(*import)) {
            complaints.push(format!("xtask/walls.toml: lets {name} import {import}, which it does not; take that away"));
        }
        for (library, rooms) in self.alone.iter().filter(|(library, _)| imports.contains(*library)) {
            if !rooms.contains(name) {
                complaints.push(format!("crates/{name}/Cargo.toml: names {library}, which only {} may", rooms.join(", ")));
            }
        }
    }
}

fn manifests(root: &Path) -> Result<Vec<Manifest>, Vec<Complaint>> {
    let folder = root.join("crates");
    let entries = std::fs::read_dir(&folder).map_err(|error| vec![format!("crates: {error}")])?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.into_iter().map(|name| manifest(root, name)).collect()
}

fn manifest(root: &Path, name: String) -> Result<Manifest, Vec<Complaint>> {
    let table: toml::Table = parse(root, &format!("crates/{name}/Cargo.toml"))?;
    let named = |sections: &[&str]| {
        let sections = sections.iter().filter_map(|section| table.get(*section)?.as_table());
        sections.flat_map(|section| section.keys().cloned()).collect::<BTreeSet<String>>()
    };
    let imports = named(&["dependencies", "build-dependencies"]);
    let tests = named(&["dev-dependencies"]);
    Ok(Manifest { name, imports, tests })
}

fn parse<T: for<'de> Deserialize<'de>>(root: &Path, path: &str) -> Result<T, Vec<Complaint>> {
    let text = std::fs::read_to_string(root.join(path)).map_err(|error| vec![format!("{path}: {error}")])?;
    toml::from_str(&text).map_err(|error| vec![format!("{path}: {error}")])
}
