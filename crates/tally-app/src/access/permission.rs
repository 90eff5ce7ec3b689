//! What one may do: one table from roles to permissions, and one from what a token is for.

use tally_store::access::{Role, TokenScope};

/// Something that a page, an operation or a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Look at numbers and records under one's scope.
    Read,
    /// Ask queries of one's own over the facts under one's scope.
    Query,
    /// Read the journal, which knows all systems: needs to see them all.
    Journal,
    /// Keep saved views.
    Save,
    /// One's own password, one-time codes, sessions and tokens.
    Account,
    /// Bring in what tools and people wrote.
    Import,
    /// Change records by hand.
    Edit,
    /// Work on findings.
    Triage,
    /// Accept assessments and risks.
    Review,
    /// Publish.
    Publish,
    /// Let people in, and change what they may do: needs to see all systems.
    Administer,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Read,
        Self::Query,
        Self::Journal,
        Self::Save,
        Self::Account,
        Self::Import,
        Self::Edit,
        Self::Triage,
        Self::Review,
        Self::Publish,
        Self::Administer,
    ];

    /// The least role that has it.
    pub const fn role(self) -> Role {
        match self {
            Self::Read | Self::Query | Self::Journal | Self::Save | Self::Account => Role::Viewer,
            Self::Import | Self::Edit | Self::Triage => Role::Contributor,
            Self::Review | Self::Publish => Role::Reviewer,
            Self::Administer => Role::Administrator,
        }
    }

    /// The least token that has it; `None` where no token does: a stolen token lets nobody else in.
    pub const fn token(self) -> Option<TokenScope> {
        match self {
            Self::Read | Self::Query | Self::Journal => Some(TokenScope::Read),
            Self::Import => Some(TokenScope::Import),
            Self::Save | Self::Edit | Self::Triage | Self::Review | Self::Publish => Some(TokenScope::Write),
            Self::Account | Self::Administer => None,
        }
    }

    /// Whether it says nothing of one team alone, so that a viewer of some teams' systems does not have it.
    pub const fn is_for_all_systems(self) -> bool {
        matches!(self, Self::Journal | Self::Administer)
    }

    /// What it lets one do, for messages.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "look",
            Self::Query => "ask queries",
            Self::Journal => "read the journal",
            Self::Save => "save views",
            Self::Account => "change one's own account",
            Self::Import => "import",
            Self::Edit => "edit records",
            Self::Triage => "work on findings",
            Self::Review => "review",
            Self::Publish => "publish",
            Self::Administer => "administer people",
        }
    }
}
