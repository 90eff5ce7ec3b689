//! The people of the story. All are invented; the programme measures them in aggregate only.

/// Those who build and release.
pub(crate) const BUILDERS: [&str; 12] = [
    "Ines Marlow",
    "Tobias Reed",
    "Priya Anand",
    "Callum Voss",
    "Marta Olsen",
    "Jonah Whitaker",
    "Leila Haddad",
    "Owen Brandt",
    "Sofia Petrov",
    "Daniel Okafor",
    "Grace Lindqvist",
    "Mateo Ferrer",
];
/// Those who test and retest.
pub(crate) const TESTERS: [&str; 6] =
    ["Nadia Kessler", "Ruben Achterberg", "Hana Sato", "Elliot Crane", "Yusuf Demir", "Carys Bowen"];
/// Those who triage, and those who accept a risk.
pub(crate) const TRIAGE: [&str; 3] = ["Helen Strand", "Arjun Mehta", "Beatriz Lobo"];
pub(crate) const RISK_OWNERS: [&str; 4] = ["Victor Langley", "Amara Nwosu", "Ingrid Falk", "Samuel Pryce"];
