//! The shade of a cell in a heat map: how much of what is asked for is there. What nobody answered has a shade of its own,
//! which is never that of nothing achieved.

/// A shade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Nothing is asked for.
    Blank,
    /// Asked for, and nothing is answered.
    Unknown,
    /// Something is answered, and nothing achieved.
    Nothing,
    /// Under a third.
    Little,
    /// Under two thirds.
    Half,
    /// More, not all.
    Most,
    /// All.
    All,
}

impl Shade {
    /// The class that colours it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Blank => "hx",
            Self::Unknown => "hu",
            Self::Nothing => "h0",
            Self::Little => "h1",
            Self::Half => "h2",
            Self::Most => "h3",
            Self::All => "h4",
        }
    }
}

/// The shade of `part` achieved and `known` answered of `whole`.
pub const fn shade(part: usize, known: usize, whole: usize) -> Shade {
    match (part, known, whole) {
        (_, _, 0) => Shade::Blank,
        (0, 0, _) => Shade::Unknown,
        (0, _, _) => Shade::Nothing,
        _ if part >= whole => Shade::All,
        _ if part * 3 < whole => Shade::Little,
        _ if part * 3 < 2 * whole => Shade::Half,
        _ => Shade::Most,
    }
}
