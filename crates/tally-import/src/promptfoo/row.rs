//! One row of a promptfoo result, and one row of the table of version 2. Reads what is counted; prompts leave only as
//! digests, outputs, headers and keys not at all.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::loose::{Flag, Many, Maybe, Print, Score, There, Whole, Word};
use crate::run::Outcome;

/// A row of version 3, or of version 2 (then without indexes, test case and reason).
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Row<'a> {
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    pub(super) prompt_idx: Whole,
    pub(super) test_idx: Whole,
    #[serde(borrow)]
    pub(super) provider: Provider<'a>,
    pub(super) prompt: Maybe<Prompt>,
    success: Flag,
    failure_reason: Whole,
    error: There,
    pub(super) score: Score,
    #[serde(borrow)]
    pub(super) grading_result: Maybe<Grading<'a>>,
    response: Maybe<Response>,
    #[serde(borrow)]
    pub(super) test_case: Maybe<Test<'a>>,
    #[serde(borrow)]
    pub(super) metadata: Maybe<Metadata<'a>>,
}

/// A row of the table of version 2: one test, one output for each prompt and provider.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TableRow<'a> {
    #[serde(borrow)]
    pub(super) outputs: Many<Maybe<Output<'a>>>,
    #[serde(borrow)]
    pub(super) test: Maybe<Test<'a>>,
}

/// One output of that table.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Output<'a> {
    pass: Flag,
    pub(super) score: Score,
    #[serde(borrow)]
    pub(super) provider: Provider<'a>,
    pub(super) prompt: Print,
    #[serde(borrow)]
    pub(super) grading_result: Maybe<Grading<'a>>,
}

/// A provider: its label where it has one, else its id; a plain string in some versions.
#[derive(Default)]
pub(super) struct Provider<'a>(pub(super) Option<Cow<'a, str>>);

/// A prompt as it was sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Prompt {
    pub(super) raw: Print,
}

/// What the assertions said.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Grading<'a> {
    #[serde(borrow)]
    component_results: Many<Maybe<Component<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Component<'a> {
    #[serde(borrow)]
    assertion: Maybe<Assertion<'a>>,
}

/// A test case.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Test<'a> {
    #[serde(borrow)]
    assert: Many<Maybe<Assertion<'a>>>,
    #[serde(borrow)]
    pub(super) metadata: Maybe<Metadata<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Assertion<'a> {
    #[serde(borrow, rename = "type")]
    ty: Word<'a>,
    #[serde(borrow)]
    metric: Word<'a>,
}

/// What the red-team generator wrote beside a test, and the HTTP status of the answer.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    pub(super) plugin_id: Word<'a>,
    #[serde(borrow)]
    pub(super) strategy_id: Word<'a>,
    #[serde(borrow)]
    pub(super) severity: Word<'a>,
    http: Maybe<Http>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Response {
    metadata: Maybe<ResponseMetadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResponseMetadata {
    http: Maybe<Http>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Http {
    status: Whole,
}

/// The outcome of a row: ours, and the tool's own where it differs.
pub(super) struct Judged {
    pub(super) ours: Outcome,
    pub(super) tools: Outcome,
}

/// An answer that is an HTTP error page: neither the model nor an attack had a say in it.
pub(super) const ERROR_PAGE: Outcome = Outcome::Error("an HTTP error page");
const PROVIDER: Outcome = Outcome::Error("the provider failed");

impl Row<'_> {
    /// The verdict. `error` is no sign of an error: promptfoo writes the reason of ordinary failures there too.
    pub(super) fn judge(&self) -> Judged {
        let ungraded = self.error.0 && self.grading_result.0.is_none();
        let tools = match (self.success.0, self.failure_reason.0) {
            (Some(true), _) => Outcome::Pass,
            (Some(false), Some(2)) => PROVIDER,
            // Version 3 had no reasons at first.
            (Some(false), None) if ungraded && !self.is_old() => PROVIDER,
            (Some(false), _) => Outcome::Fail,
            (None, _) => Outcome::Error("no verdict"),
        };
        let error_page = self.status().is_some_and(|status| status >= 400);
        let graded = matches!(tools, Outcome::Pass | Outcome::Fail);
        Judged { ours: if error_page && graded { ERROR_PAGE } else { tools }, tools }
    }

    /// Whether it is a row of version 2.
    pub(super) fn is_old(&self) -> bool {
        self.test_idx.0.is_none() && self.prompt_idx.0.is_none()
    }

    /// What the generator wrote: the row's own, else the test's.
    pub(super) fn red_team(&self) -> Option<&Metadata<'_>> {
        let own = self.metadata.0.as_ref().filter(|metadata| metadata.plugin_id.text().is_some());
        own.or_else(|| self.test_case.0.as_ref()?.red_team())
    }

    /// The name of the first assertion, whatever came out.
    pub(super) fn assertion(&self) -> Option<&str> {
        let declared = self.test_case.0.as_ref().and_then(Test::assertion);
        declared.or_else(|| self.grading_result.0.as_ref()?.assertion())
    }

    fn status(&self) -> Option<u64> {
        let of = |http: &Maybe<Http>| http.0.as_ref().and_then(|http| http.status.0);
        let response = self.response.0.as_ref().and_then(|response| of(&response.metadata.0.as_ref()?.http));
        response.or_else(|| of(&self.metadata.0.as_ref()?.http))
    }
}

impl Output<'_> {
    /// The verdict, and whether nothing graded it: then it may have been an error, which version 2 calls a failure.
    pub(super) fn judge(&self) -> (Outcome, bool) {
        match self.pass.0 {
            Some(true) => (Outcome::Pass, false),
            Some(false) => (Outcome::Fail, self.grading_result.0.is_none()),
            None => (Outcome::Error("no verdict"), false),
        }
    }
}

impl<'a> Test<'a> {
    pub(super) fn red_team(&self) -> Option<&Metadata<'a>> {
        self.metadata.0.as_ref().filter(|metadata| metadata.plugin_id.text().is_some())
    }

    pub(super) fn assertion(&self) -> Option<&str> {
        self.assert.0.iter().filter_map(|assertion| assertion.0.as_ref()).find_map(Assertion::name)
    }
}

impl Grading<'_> {
    pub(super) fn assertion(&self) -> Option<&str> {
        let components = self.component_results.0.iter().filter_map(|component| component.0.as_ref());
        components.filter_map(|component| component.assertion.0.as_ref()).find_map(Assertion::name)
    }
}

impl Assertion<'_> {
    fn name(&self) -> Option<&str> {
        let named = |word: &'_ str| !word.is_empty();
        self.metric.text().filter(|word| named(word)).or_else(|| self.ty.text().filter(|word| named(word)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Provider<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(See)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named<'a> {
    #[serde(borrow)]
    id: Word<'a>,
    #[serde(borrow)]
    label: Word<'a>,
}

struct See;

impl<'de> Visitor<'de> for See {
    type Value = Provider<'de>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a provider")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Provider(None))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Provider(None))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Provider(None))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Provider(None))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Provider(None))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Provider(Some(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Provider(Some(Cow::Owned(text.to_owned()))))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Provider(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let Named { id, label } = Named::deserialize(MapAccessDeserializer::new(members))?;
        Ok(Provider(label.0.filter(|label| !label.is_empty()).or(id.0)))
    }
}
