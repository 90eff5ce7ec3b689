//! What must hold of a whole record, after merging: required fields, orders of time, fields that go together.
//! References are listed here and resolved by whoever knows the other records.

use super::{Object, Record, Value};
use crate::kind::{INNER_ORDERS, Order, Type};
use crate::{Instant, Problem};

/// A reference from one record to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Path of the field that holds it.
    pub field: &'static str,
    /// Kinds it may point to.
    pub kinds: Vec<&'a str>,
    /// The id it names.
    pub id: &'a str,
}

impl Record {
    /// All that is wrong with the record as a whole, references left out.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for field in self.kind.fields.iter().filter(|field| field.required) {
            if matches!(self.get(field.name), None | Some(Value::Null)) {
                problems.push(Problem::error("nothing", format!("{} (required)", field.doc)).at_field(field.name));
            }
        }
        for order in self.kind.orders {
            check_order(order, self.instant(order.first), self.instant(order.then), "", &mut problems);
        }
        self.check_inner(&mut problems);
        match self.kind.name {
            "finding" => self.check_finding(&mut problems),
            "index_audit" => self.check_audit(&mut problems),
            _ => {}
        }
        problems.into_iter().map(|problem| problem.at_record(self.kind.name, &self.id)).collect()
    }

    /// The references that its fields hold.
    pub fn references(&self) -> impl Iterator<Item = Reference<'_>> {
        self.members.iter().flat_map(|(at, value)| {
            let field = &self.kind.fields[usize::from(*at)];
            let plain = match (field.ty, value) {
                (Type::Ref(kind), Value::Text(id)) => Some(Reference { field: field.name, kinds: vec![kind], id }),
                (Type::RefAny(kinds), Value::Text(id)) => Some(Reference { field: field.name, kinds: kinds.to_vec(), id }),
                _ => None,
            };
            let inner = match field.ty {
                Type::Objects(fields) if fields.iter().any(|field| matches!(field.ty, Type::RefByKind)) => value.objects(),
                _ => &[],
            };
            let inner = inner.iter().filter_map(|object| {
                Some(Reference { field: field.name, kinds: vec![object.text("kind")?], id: object.text("id")? })
            });
            plain.into_iter().chain(inner)
        })
    }

    fn check_inner(&self, problems: &mut Vec<Problem>) {
        for (list, order) in INNER_ORDERS {
            let one;
            let objects = match self.get(list) {
                Some(Value::Objects(objects)) => objects.as_slice(),
                Some(Value::Object(object)) => {
                    one = [object.clone()];
                    &one
                }
                _ => continue,
            };
            for (at, object) in objects.iter().enumerate() {
                let path = if objects.len() == 1 && matches!(self.get(list), Some(Value::Object(_))) {
                    format!("{list}.")
                } else {
                    format!("{list}[{at}].")
                };
                check_order(order, object.instant(order.first), object.instant(order.then), &path, problems);
            }
        }
    }

    fn check_finding(&self, problems: &mut Vec<Problem>) {
        let disposition = self.text("disposition").unwrap_or("reported");
        let since = self.instant("disposition_at");
        if disposition != "reported" && since.is_none() {
            let found = format!("disposition `{disposition}` without a time");
            problems.push(Problem::error(found, "when it was so decided").at_field("disposition_at"));
        }
        let order = Order { first: "reported_at", then: "disposition_at" };
        check_order(&order, self.instant("reported_at"), since, "", problems);
        let cycles = self.get("remediations").map(Value::objects).unwrap_or_default();
        for (at, cycle) in cycles.iter().enumerate() {
            check_cycle(cycle, &format!("remediations[{at}]"), problems);
        }
    }

    fn check_audit(&self, problems: &mut Vec<Problem>) {
        let count = |name| self.get(name).and_then(Value::count);
        if let (Some(documents), Some(authorized)) = (count("documents"), count("authorized"))
            && authorized > documents
        {
            let found = format!("{authorized} authorized of {documents} documents");
            problems.push(Problem::error(found, "no more than there are documents").at_field("authorized"));
        }
    }
}

fn check_cycle(cycle: &Object, path: &str, problems: &mut Vec<Problem>) {
    let at = cycle.instant("retested_at");
    let result = cycle.text("result");
    if at.is_some() != result.is_some() {
        let (there, missing) = if at.is_some() { ("retested_at", "result") } else { ("result", "retested_at") };
        let found = format!("`{there}` without `{missing}`");
        problems.push(Problem::error(found, "both or neither").at_field(format!("{path}.{missing}")));
    }
    let count = |name| cycle.get(name).and_then(Value::count);
    if let (Some(hits), Some(trials)) = (count("retest_hits"), count("retest_trials"))
        && hits > trials
    {
        let found = format!("{hits} hits in {trials} trials");
        problems.push(Problem::error(found, "no more hits than trials").at_field(format!("{path}.retest_hits")));
    }
}

fn check_order(order: &Order, first: Option<Instant>, then: Option<Instant>, path: &str, problems: &mut Vec<Problem>) {
    if let (Some(first), Some(then)) = (first, then)
        && then < first
    {
        let found = format!("{then}, before `{path}{}` {first}", order.first);
        problems.push(Problem::error(found, "a time at or after it").at_field(format!("{path}{}", order.then)));
    }
}
