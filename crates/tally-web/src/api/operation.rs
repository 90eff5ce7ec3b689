//! What an operation is: its route, and all that its documentation says. Data only.

use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::route::Route;

/// Schemas by name, as they are met.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;
/// Puts a type's schema, and those it uses, among the others; gives what refers to it.
type Shape = fn(&mut Schemas) -> Value;

/// An operation.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Method, path, what one must be allowed, the function that answers.
    pub route: Route,
    /// Its name in the document.
    pub id: &'static str,
    /// The group it stands in.
    pub tag: &'static str,
    /// One line.
    pub summary: &'static str,
    /// More, where there is more to say.
    pub about: &'static str,
    /// What its query may say.
    pub(super) params: &'static [Param],
    /// What its body is.
    pub(super) body: Body,
    /// What it answers with.
    pub(super) answer: Shape,
    /// Further media types that it answers with.
    pub(super) besides: &'static [&'static str],
    /// Whether it takes an `Idempotency-Key`.
    pub(super) once: bool,
    /// Whether it takes an `If-Match` header.
    pub(super) matches: bool,
}

/// A parameter of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Param {
    pub name: &'static str,
    pub holds: Holds,
    pub about: &'static str,
    pub required: bool,
    pub repeats: bool,
}

/// What a parameter holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    /// Any text.
    Text,
    /// A date, or an instant with an offset.
    Instant,
    /// A whole number within bounds.
    Whole(u64, u64),
    /// `yes` or `no`.
    YesNo,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What a body is.
#[derive(Clone, Copy)]
pub(super) enum Body {
    Nothing,
    /// JSON that may be left out.
    Maybe(Shape),
    Json(Shape),
    /// A file.
    File,
}

pub(super) const fn param(name: &'static str, holds: Holds, about: &'static str) -> Param {
    Param { name, holds, about, required: false, repeats: false }
}

impl Param {
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn repeating(mut self) -> Self {
        self.repeats = true;
        self
    }
}

impl Operation {
    pub(super) const fn of<T: ToSchema>(route: Route, id: &'static str, tag: &'static str, summary: &'static str) -> Self {
        let (about, params, besides) = ("", &[], &[]);
        let (once, matches) = (false, false);
        Self { route, id, tag, summary, about, params, body: Body::Nothing, answer: shape::<T>, besides, once, matches }
    }

    pub(super) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    pub(super) const fn asks(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    pub(super) const fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Body::Json(shape::<T>);
        self
    }

    pub(super) const fn may_take<T: ToSchema>(mut self) -> Self {
        self.body = Body::Maybe(shape::<T>);
        self
    }

    pub(super) const fn takes_file(mut self) -> Self {
        self.body = Body::File;
        self
    }

    pub(super) const fn also_as(mut self, media: &'static [&'static str]) -> Self {
        self.besides = media;
        self
    }

    /// It writes: sent twice with the same key it is done once.
    pub(super) const fn once(mut self) -> Self {
        self.once = true;
        self
    }

    pub(super) const fn matches(mut self) -> Self {
        self.matches = true;
        self
    }

    /// Names of the path's parameters, in order.
    pub fn path_params(&self) -> impl Iterator<Item = &'static str> {
        self.route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// Refers to a type's schema, which is put among the others.
pub(super) fn shape<T: ToSchema>(all: &mut Schemas) -> Value {
    let name = T::name().into_owned();
    if all.iter().all(|(known, _)| *known != name) {
        all.push((name.clone(), T::schema()));
        T::schemas(all);
    }
    json!({"$ref": format!("#/components/schemas/{name}")})
}
