//! One line of a garak report. Reads what is counted, steps over all else; prompts leave only as digests.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::loose::{Many, Maybe, Pairs, Print, Score, There, Whole, Word, digest, strict};

/// Any line of a report; `entry_type` says which of its fields mean something.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Row<'a> {
    #[serde(borrow)]
    pub(super) entry_type: Word<'a>,
    // attempt
    #[serde(borrow)]
    pub(super) uuid: Word<'a>,
    pub(super) seq: Whole,
    pub(super) status: Whole,
    #[serde(borrow)]
    pub(super) probe_classname: Word<'a>,
    pub(super) prompt: Prompt,
    pub(super) outputs: Many<There>,
    #[serde(borrow)]
    pub(super) detector_results: Pairs<'a, Many<Score>>,
    #[serde(borrow)]
    pub(super) goal: Word<'a>,
    // eval
    #[serde(borrow)]
    pub(super) probe: Word<'a>,
    #[serde(borrow)]
    pub(super) detector: Word<'a>,
    pub(super) passed: Whole,
    pub(super) fails: Whole,
    pub(super) total: Whole,
    pub(super) total_evaluated: Whole,
    // init and completion
    #[serde(borrow)]
    pub(super) garak_version: Word<'a>,
    #[serde(borrow)]
    pub(super) start_time: Word<'a>,
    #[serde(borrow)]
    pub(super) end_time: Word<'a>,
    #[serde(borrow)]
    pub(super) run: Word<'a>,
    pub(super) orig_uuid: There,
    // plugin_cache
    #[serde(borrow)]
    pub(super) plugin_cache: Maybe<Plugins<'a>>,
    // start_run setup; `model_*` before 0.13.1
    #[serde(borrow, rename = "plugins.target_type")]
    pub(super) target_type: Word<'a>,
    #[serde(borrow, rename = "plugins.target_name")]
    pub(super) target_name: Word<'a>,
    #[serde(borrow, rename = "plugins.model_type")]
    pub(super) model_type: Word<'a>,
    #[serde(borrow, rename = "plugins.model_name")]
    pub(super) model_name: Word<'a>,
    #[serde(borrow, rename = "transient.run_id")]
    pub(super) run_id: Word<'a>,
    #[serde(borrow, rename = "transient.starttime_iso")]
    pub(super) starttime: Word<'a>,
    #[serde(borrow, rename = "transient.active_probes")]
    pub(super) active_probes: Many<Word<'a>>,
    // hitlog
    pub(super) attempt_id: There,
}

/// What garak knows of its own probes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Plugins<'a> {
    #[serde(borrow)]
    pub(super) probes: Pairs<'a, Maybe<Plugin<'a>>>,
}

/// One probe of garak.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Plugin<'a> {
    #[serde(borrow)]
    pub(super) description: Word<'a>,
    #[serde(borrow)]
    pub(super) goal: Word<'a>,
    #[serde(borrow)]
    pub(super) tags: Many<Word<'a>>,
}

/// The digest of the last thing the user said: a string before 0.13, an object with turns since.
#[derive(Clone, Copy, Default)]
pub(super) struct Prompt(pub(super) Option<u128>);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Conversation<'a> {
    #[serde(borrow)]
    turns: Many<Maybe<Turn<'a>>>,
    text: Print,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Turn<'a> {
    #[serde(borrow)]
    role: Word<'a>,
    content: Print,
}

impl<'a> Row<'a> {
    /// Reads a line; bare `NaN` and `Infinity` are understood, through a copy in `spare`.
    ///
    /// `None` where the line holds something else than an object.
    pub(super) fn read(line: &'a [u8], spare: &'a mut Vec<u8>) -> Result<Option<Self>, serde_json::Error> {
        let row: Result<Maybe<Self>, _> = match serde_json::from_slice(line) {
            Err(error) => match strict(line) {
                Some(copy) => {
                    *spare = copy;
                    serde_json::from_slice(spare)
                }
                None => Err(error),
            },
            good => good,
        };
        row.map(|row| row.0)
    }
}

impl<'de> Deserialize<'de> for Prompt {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(See)
    }
}

struct See;

impl<'de> Visitor<'de> for See {
    type Value = Prompt;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a prompt")
    }
    fn visit_unit<E>(self) -> Result<Prompt, E> {
        Ok(Prompt(None))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Prompt, E> {
        Ok(Prompt(None))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Prompt, E> {
        Ok(Prompt(None))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Prompt, E> {
        Ok(Prompt(None))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Prompt, E> {
        Ok(Prompt(None))
    }
    fn visit_str<E>(self, text: &str) -> Result<Prompt, E> {
        Ok(Prompt(Some(digest(&[text.as_bytes()]))))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Prompt, A::Error> {
        let mut turns = Vec::new();
        while let Some(turn) = items.next_element::<Maybe<Turn<'de>>>()? {
            turns.push(turn);
        }
        Ok(Prompt(last_said(&turns)))
    }
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Prompt, A::Error> {
        let conversation = Conversation::deserialize(MapAccessDeserializer::new(members))?;
        Ok(Prompt(last_said(&conversation.turns.0).or(conversation.text.0)))
    }
}

fn last_said(turns: &[Maybe<Turn<'_>>]) -> Option<u128> {
    let turns = || turns.iter().rev().filter_map(|turn| turn.0.as_ref());
    turns().find(|turn| turn.role.text() == Some("user")).or_else(|| turns().next())?.content.0
}
