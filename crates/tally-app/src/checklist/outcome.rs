//! What the answers of a review add up to. Counting only: which questions apply is the checklist's to say.

use tally_catalog::checklist::Question;

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is so.
    Yes,
    /// In part.
    Partly,
    /// It is not so.
    No,
    /// The question says nothing about this system.
    NotApplicable,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Yes, Self::Partly, Self::No, Self::NotApplicable];

    /// The word of records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::Partly => "Partly",
            Self::No => "No",
            Self::NotApplicable => "Not applicable",
        }
    }

    /// The answer of a word, as records or people write it.
    pub fn named(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace([' ', '-'], "_");
        match word.as_str() {
            "n/a" | "na" => Some(Self::NotApplicable),
            word => Self::ALL.into_iter().find(|answer| answer.word() == word),
        }
    }

    /// Whether it needs a note: what is missing, or why the question says nothing here.
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::Partly | Self::NotApplicable)
    }
}

/// Where a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Answered with no, and a no to it stops a release.
    Stops,
    /// Answered with no.
    No,
    /// Answered with partly.
    Partly,
    /// Answered with yes, and nothing shows it.
    Claimed,
    /// Not answered.
    Unanswered,
    /// Answered with yes, with evidence.
    Shown,
    /// Said not to apply.
    NotApplicable,
}

impl Standing {
    /// Where a question stands by its answer and whether there is evidence.
    pub fn of(question: &Question, said: Option<(Answer, bool)>) -> Self {
        match said {
            None => Self::Unanswered,
            Some((Answer::No, _)) if question.blocking => Self::Stops,
            Some((Answer::No, _)) => Self::No,
            Some((Answer::Partly, _)) => Self::Partly,
            Some((Answer::Yes, false)) => Self::Claimed,
            Some((Answer::Yes, true)) => Self::Shown,
            Some((Answer::NotApplicable, _)) => Self::NotApplicable,
        }
    }

    /// Whether something is missing that an answer speaks of.
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::Stops | Self::No | Self::Partly | Self::Claimed)
    }

    /// Its word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::No => "no",
            Self::Partly => "partly",
            Self::Claimed => "claimed",
            Self::Unanswered => "unanswered",
            Self::Shown => "yes",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Stops => "No, stops the release",
            Self::No => "No",
            Self::Partly => "Partly",
            Self::Claimed => "Yes, claimed",
            Self::Unanswered => "Unanswered",
            Self::Shown => "Yes",
            Self::NotApplicable => "Not applicable",
        }
    }
}

/// How many questions stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Questions that apply.
    pub asked: usize,
    /// Of these, answered.
    pub answered: usize,
    /// Yes, with evidence.
    pub shown: usize,
    /// Yes, and nothing shows it.
    pub claimed: usize,
    /// Partly.
    pub partly: usize,
    /// No, those that stop included.
    pub no: usize,
    /// No, where a no stops the release.
    pub stops: usize,
    /// Said not to apply.
    pub not_applicable: usize,
}

impl Progress {
    /// One question more.
    pub fn add(&mut self, standing: Standing) {
        self.asked += 1;
        self.answered += usize::from(standing != Standing::Unanswered);
        match standing {
            Standing::Stops => {
                self.no += 1;
                self.stops += 1;
            }
            Standing::No => self.no += 1,
            Standing::Partly => self.partly += 1,
            Standing::Claimed => self.claimed += 1,
            Standing::Shown => self.shown += 1,
            Standing::NotApplicable => self.not_applicable += 1,
            Standing::Unanswered => {}
        }
    }

    /// Questions whose answer says that something is missing: no, partly, and a yes that nothing shows.
    pub const fn gaps(&self) -> usize {
        self.no + self.partly + self.claimed
    }

    /// What came out.
    pub const fn outcome(&self, completed: bool) -> Outcome {
        match (completed, self.stops, self.gaps()) {
            (false, ..) => Outcome::Open,
            (true, 0, 0) => Outcome::Ready,
            (true, 0, _) => Outcome::ReadyWithGaps,
            (true, ..) => Outcome::Stopped,
        }
    }
}

/// What came out of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is not completed.
    Open,
    /// Every question that applies has a yes with evidence, or does not apply.
    Ready,
    /// Something is missing, and nothing of it stops the release.
    ReadyWithGaps,
    /// A question that stops a release was answered with no.
    Stopped,
}

impl Outcome {
    /// Its word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ready => "ready",
            Self::ReadyWithGaps => "ready_with_gaps",
            Self::Stopped => "stopped",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Ready => "Ready",
            Self::ReadyWithGaps => "Ready with gaps",
            Self::Stopped => "Stopped",
        }
    }
}
