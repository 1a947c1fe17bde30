//! What each operation does, told from its method, its path and its types.

use std::sync::LazyLock;

use super::outcome::Frame;
use crate::facts::{FACTS, Kind, Lookup, Method, Operation, Style, Type};
use crate::things::collection::{Collection, item, listed};
use crate::things::job_kind::{self, Job};

/// What the name of an operation says and its path does not.
const DELETES: &[&str] = &["product_tags/bulk_delete", "catalogs_product_groups/delete_many"];

/// The plan of every operation.
pub static PLANS: LazyLock<Vec<Plan>> =
    LazyLock::new(|| FACTS.operations.iter().map(Plan::of).collect());

/// How an operation is answered.
pub struct Plan {
    /// The operation.
    pub facts: &'static Operation,
    /// What it does.
    pub work: Work,
    /// Where its answer tells of each item.
    pub frame: Frame,
    /// The key of the body whose array holds the items; empty when the body is that array, None
    /// when there is but one item, the body itself.
    pub batch: Option<&'static str>,
}

/// What an operation does.
pub enum Work {
    /// A page of a collection, or all of it.
    List(&'static Collection),
    /// One thing of a collection.
    Get(&'static Collection),
    /// Adds what the body says.
    Create(&'static Collection),
    /// Changes what the path or the body names.
    Update(&'static Collection),
    /// Removes what the path, the query or the body names.
    Delete(&'static Collection),
    /// Begins a job.
    Begin(&'static Job),
    /// Looks after a job.
    Poll(&'static Job),
    /// Nothing that is kept; the answer is made up.
    Nothing,
}

impl Plan {
    fn of(facts: &'static Operation) -> Plan {
        let mut plan = Plan { facts, work: Work::Nothing, frame: Frame::of(facts), batch: None };
        plan.batch = batch(facts, &plan.frame);
        plan.work = plan.work();
        plan
    }

    fn work(&self) -> Work {
        if let Some(job) = job_kind::of(&self.facts.id) {
            return match job.begin.contains(&&*self.facts.id) {
                true => Work::Begin(job),
                false => Work::Poll(job),
            };
        }
        let own = Collection::at(&self.facts.path);
        let above = item(&self.facts.path).and_then(|(path, _)| Collection::at(path));
        let is_list = listed(self.facts).is_some();
        match (self.facts.method, own, above) {
            (Method::Get, Some(own), _) => Work::List(own),
            (Method::Post, Some(own), _) if is_list => Work::List(own),
            (Method::Get, None, Some(above)) => Work::Get(above),
            (_, Some(own), _) if DELETES.contains(&&*self.facts.id) => Work::Delete(own),
            (Method::Post, Some(collection), _) | (Method::Post, None, Some(collection))
                if self.makes(collection) =>
            {
                Work::Create(collection)
            }
            (Method::Patch, None, Some(above)) | (Method::Patch, Some(above), _)
                if self.names(above) =>
            {
                Work::Update(above)
            }
            (Method::Delete, None, Some(above)) => Work::Delete(above),
            (Method::Delete, Some(own), _) if keys_in_query(self.facts).is_some() => {
                Work::Delete(own)
            }
            _ => Work::Nothing,
        }
    }

    /// Whether the answer to a creation shows things of the collection, or their keys.
    fn makes(&self, collection: &Collection) -> bool {
        let Some(key) = collection.key else {
            return false;
        };
        let shows = |type_: &'static Type| match type_.resolve().kind {
            Some(Kind::String) => true,
            _ => type_.property(key).is_some(),
        };
        self.frame.thing.is_some_and(shows)
    }

    /// Whether the path, or else the body, names things of the collection.
    fn names(&self, collection: &Collection) -> bool {
        let item = self.item_type();
        item_key(&self.facts.path).is_some()
            || collection
                .key
                .is_some_and(|key| item.is_some_and(|item| item.property(key).is_some()))
    }

    /// What one item of the body must be.
    fn item_type(&self) -> Option<&'static Type> {
        let body = self.facts.body.as_ref()?.schema.resolve();
        match self.batch {
            None => Some(body),
            Some("") => body.items.as_deref(),
            Some(key) => body.property(key)?.resolve().items.as_deref(),
        }
    }
}

/// The parameter at the end of a path.
pub fn item_key(path: &str) -> Option<&str> {
    item(path).map(|(_, parameter)| parameter)
}

/// The parameter of the query that lists the keys of what is to be removed.
pub fn keys_in_query(facts: &'static Operation) -> Option<&'static str> {
    let lists = |style| matches!(style, Some(Style::Comma | Style::Repeat));
    let mut parameters = facts.query().filter(|parameter| parameter.required);
    parameters.find(|p| lists(p.style) || p.name == "website").map(|parameter| &*parameter.name)
}

fn batch(facts: &'static Operation, frame: &Frame) -> Option<&'static str> {
    let body = facts.body.as_ref()?.schema.resolve();
    if body.kind == Some(Kind::Array) {
        return Some("");
    }
    frame.list?;
    let properties = body.alternatives().into_iter().flat_map(|type_| &type_.properties);
    let is_batch = |type_: &'static Type| {
        let items = type_.resolve().items.as_deref();
        items.is_some_and(|items| items.alternatives()[0].kind == Some(Kind::Object))
    };
    properties.into_iter().find(|(_, type_)| is_batch(type_)).map(|(name, _)| &**name)
}
