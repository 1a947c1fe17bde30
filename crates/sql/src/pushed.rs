//! What of a statement the service does: which of its predicates are inputs of the calls.

use std::collections::BTreeMap;

use connector_records::{Getting, schema};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown as PushDown};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value};

use crate::Error;
use crate::column::{Column, Source};
use crate::columns::OPTIONS;
use crate::described::Described;
use crate::error::plan;
use crate::kind::Kind;
use crate::pushed_input::{Test, day, json, micros};

/// How the inputs begin that take the first and the last day of a report.
const FIRST: &str = "start_";
const LAST: &str = "end_";
/// As many days a report has of which nothing else is said.
const DAYS: i64 = 30;
/// As many different inputs one scan has at most, and as many keys are asked for one by one.
const INPUTS: usize = 1_000;
const KEYS: usize = 100;

/// How a scan asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pushed {
    /// One read after the other.
    pub inputs: Vec<Map<String, Value>>,
    /// Rows made or changed from here on, in microseconds since 1970.
    pub since: Option<i64>,
    /// Rows that are asked for by their keys, instead of a read.
    pub keys: Option<Vec<Value>>,
}

/// What one predicate does.
enum Use {
    /// Values of an input that takes one. `exact`: rows need no second look.
    One {
        input: String,
        values: Vec<Value>,
        exact: bool,
    },
    /// Values of an input that takes several.
    Several {
        input: String,
        values: Vec<Value>,
        exact: bool,
    },
    /// The first or the last day that is asked for.
    Bound {
        input: String,
        day: String,
        first: bool,
    },
    Keys(Vec<Value>),
    Since(i64),
}

impl Use {
    /// `list`: the input takes several values.
    fn of(list: bool, input: &str, values: Vec<Value>, exact: bool) -> Self {
        let input = input.to_owned();
        match list {
            true => Use::Several { input, values, exact },
            false => Use::One { input, values, exact },
        }
    }
}

/// How DataFusion is to treat a predicate.
pub(crate) fn support(table: &Described, filter: &Expr) -> PushDown {
    let exact = |used: &Use| match used {
        Use::One { exact, .. } | Use::Several { exact, .. } => *exact,
        Use::Bound { .. } | Use::Keys(_) | Use::Since(_) => false,
    };
    let Some(test) = Test::of(filter) else { return PushDown::Unsupported };
    match uses(table, test).as_slice() {
        [] => PushDown::Unsupported,
        all if all.iter().all(exact) => PushDown::Exact,
        _ => PushDown::Inexact,
    }
}

impl Pushed {
    /// `wanted`: the columns that the statement reads. Fails when reading needs a value that no predicate
    /// gives.
    pub fn new(table: &Described, tests: &[Test], wanted: &[Column]) -> Result<Self, Error> {
        let mut ones: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut several: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut bounds: BTreeMap<String, String> = BTreeMap::new();
        let (mut keys, mut since) = (None::<Vec<Value>>, None::<i64>);
        for used in tests.iter().flat_map(|test| uses(table, test.clone())) {
            match used {
                Use::One { input, values, .. } => meet(ones.entry(input), values),
                Use::Several { input, values, .. } => meet(several.entry(input), values),
                Use::Keys(values) => {
                    let both = |known: &Vec<Value>| {
                        values.iter().filter(|it| known.contains(it)).cloned().collect()
                    };
                    keys = Some(keys.as_ref().map_or_else(|| values.clone(), both));
                }
                Use::Bound { input, day, first } => {
                    let known = bounds.entry(input).or_insert_with(|| day.clone());
                    *known = if first { day.max(known.clone()) } else { day.min(known.clone()) };
                }
                Use::Since(micros) => since = since.max(Some(micros)),
            }
        }
        for (name, day) in bounds {
            ones.entry(name).or_insert_with(|| vec![day.into()]);
        }
        defaults(table, wanted, keys.is_some(), &mut ones, &mut several)?;
        let mut inputs = vec![Map::new()];
        for (name, values) in &ones {
            inputs = product(&inputs, name, values.iter().cloned());
        }
        for (name, values) in &several {
            let most =
                table.input(name)["maxItems"].as_u64().and_then(|most| usize::try_from(most).ok());
            let chunks = values.chunks(most.unwrap_or(usize::MAX).max(1));
            inputs = product(&inputs, name, chunks.map(|chunk| Value::from(chunk.to_vec())));
        }
        if inputs.len() > INPUTS {
            return Err(plan(format!(
                "`{}` would be read {} times, once for each of the values that are named; {INPUTS} is the most",
                table.resource.id,
                inputs.len()
            )));
        }
        let getting = table.getting.as_ref();
        let by_key = |getting: &Getting| inputs.len() == 1 && getting.is_told_by(&inputs[0]);
        let keys = keys.filter(|keys| keys.len() <= KEYS && getting.is_some_and(by_key));
        Ok(Pushed { inputs, since, keys })
    }

    /// As many requests are sent at least.
    pub fn least(&self) -> u64 {
        self.keys.as_ref().map_or(self.inputs.len(), Vec::len) as u64
    }
}

/// What a predicate does; nothing where the service has no part in it.
fn uses(table: &Described, test: Test) -> Vec<Use> {
    let Some(column) = table.columns.iter().find(|column| column.name == test.column()) else {
        return Vec::new();
    };
    match test {
        Test::OneOf(_, values) => one_of(table, column, &values),
        Test::From(_, value) => from(table, column, &value),
        Test::To(_, value) => window(table, column, false, &value),
    }
}

fn one_of(table: &Described, column: &Column, values: &[ScalarValue]) -> Vec<Use> {
    if column.kind == Kind::Date && column.field().is_some() {
        let first = values.iter().min_by_key(|value| day(value));
        let last = values.iter().max_by_key(|value| day(value));
        let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
        let mut bounds = window(table, column, true, first);
        bounds.extend(window(table, column, false, last));
        return bounds;
    }
    let values: Option<Vec<Value>> =
        values.iter().map(|value| written(table, column, value)).collect();
    let Some(mut values) = values else { return Vec::new() };
    values.sort_by_key(ToString::to_string);
    values.dedup();
    let fits = |schema: &Value| match schema["enum"].as_array() {
        Some(known) => values.iter().all(|value| known.contains(value)),
        None => true,
    };
    if let Source::Input { name, list } = &column.source {
        return vec![Use::of(*list, name, values, true)];
    }
    let Some(field) = column.field() else { return Vec::new() };
    let input = table.input(field);
    // A field that is only written may be an input of reading too.
    if column.parent || (!column.readable && !input.is_null()) {
        return vec![Use::of(schema::kind(input) == "list", field, values, true)];
    }
    let mut all = Vec::new();
    let alike = matches!(column.kind, Kind::Text | Kind::Integer | Kind::Boolean);
    if alike && !input.is_null() && fits(input) {
        let kind = schema::kind(input);
        let list = kind == "list";
        if list || Kind::of(kind, None) == column.kind {
            all.push(Use::of(list, field, values.clone(), false));
        }
    }
    let own = table.getting.as_ref().filter(|_| column.key).map(Getting::input);
    let names = [Some(field), own];
    let many = names.into_iter().flatten().find_map(|name| plural(table, name, &values));
    if let Some(input) = many {
        all.push(Use::of(true, input, values, false));
    } else if column.key && own.is_some() {
        all.push(Use::Keys(values));
    }
    all
}

/// The input that takes several values of a field: `campaign_ids` for `campaign_id`. One with a word before it,
/// such as `entity_statuses` for `status`, when it names its options and the values are among them: without it a
/// service may leave rows out.
fn plural<'a>(table: &'a Described, field: &str, values: &[Value]) -> Option<&'a str> {
    let field = field.to_ascii_lowercase();
    let forms = [format!("{field}s"), format!("{field}es")];
    let takes = |name: &str, input: &Value| {
        let options = input["items"]["enum"].as_array();
        let known = options.is_none_or(|all| values.iter().all(|value| all.contains(value)));
        let is_named = forms.iter().any(|form| {
            let before = name.strip_suffix(form.as_str());
            before.is_some_and(|it| it.is_empty() || (options.is_some() && it.ends_with('_')))
        });
        schema::kind(input) == "list" && known && is_named
    };
    table.inputs.iter().find(|(name, input)| takes(name, input)).map(|(name, _)| name.as_str())
}

fn from(table: &Described, column: &Column, value: &ScalarValue) -> Vec<Use> {
    let resource = &table.resource;
    if resource.since.is_some() && column.field().is_some() && resource.changed() == column.field()
    {
        return micros(value).map(Use::Since).into_iter().collect();
    }
    window(table, column, true, value)
}

/// The first or last day that is asked for, where reading takes one and rows are of days.
fn window(table: &Described, column: &Column, first: bool, value: &ScalarValue) -> Vec<Use> {
    let prefix = if first { FIRST } else { LAST };
    let of_rows = |it: &&Column| it.kind == Kind::Date && it.field().is_some();
    let only = {
        let mut all = table.columns.iter().filter(of_rows);
        all.next().filter(|_| all.next().is_none())
    };
    let is_end = |name: &&String| {
        name.starts_with(prefix) && Kind::of(schema::kind(table.input(name)), None) == Kind::Date
    };
    let mut names = table.inputs.keys().filter(is_end);
    let (Some(name), None) = (names.next(), names.next()) else { return Vec::new() };
    if only.is_none_or(|only| only.name != column.name) {
        return Vec::new();
    }
    let Some(day) = day(value) else { return Vec::new() };
    vec![Use::Bound { input: name.clone(), day: day.to_string(), first }]
}

/// A constant as the input takes it.
fn written(table: &Described, column: &Column, value: &ScalarValue) -> Option<Value> {
    let name = match &column.source {
        Source::Input { name, .. } => name,
        Source::Field(path) => path.first()?,
        Source::Member { .. } => return None,
    };
    match table.input(name)["x-time"].as_str() {
        Some("milliseconds") => Some(micros(value)?.div_euclid(1_000).into()),
        Some(_) => Some(micros(value)?.div_euclid(1_000_000).into()),
        None => json(value),
    }
}

/// Inputs that reading needs and no predicate gives.
fn defaults(
    table: &Described,
    wanted: &[Column],
    keyed: bool,
    ones: &mut BTreeMap<String, Vec<Value>>,
    several: &mut BTreeMap<String, Vec<Value>>,
) -> Result<(), Error> {
    for column in &table.columns {
        let name = match &column.source {
            Source::Input { name, .. } => name,
            Source::Field(_) if column.required => column.field().unwrap_or_default(),
            Source::Field(_) | Source::Member { .. } => continue,
        };
        let given = ones.contains_key(name) || several.contains_key(name) || (keyed && column.key);
        if !column.required || given {
            continue;
        }
        let input = table.input(name);
        let options = input["enum"].as_array();
        if name == OPTIONS {
            several.insert(name.to_owned(), figures(input, wanted));
        } else if column.kind == Kind::Date && name.starts_with(FIRST) {
            let last = ones.iter().find(|(name, _)| name.starts_with(LAST));
            let last = last.and_then(|(_, days)| days.first()?.as_str()?.parse().ok());
            let first = last.unwrap_or_else(today).saturating_sub(DAYS.days());
            ones.insert(name.to_owned(), vec![first.to_string().into()]);
        } else if column.kind == Kind::Date && name.starts_with(LAST) {
            ones.insert(name.to_owned(), vec![today().to_string().into()]);
        } else if options.is_some_and(|all| all.iter().any(|it| it == "DAY")) {
            ones.insert(name.to_owned(), vec!["DAY".into()]);
        } else {
            return Err(plan(needed(table, column, input)));
        }
    }
    Ok(())
}

fn needed(table: &Described, column: &Column, input: &Value) -> String {
    let options = input["enum"].as_array().or(input["items"]["enum"].as_array());
    let options: Vec<String> =
        options.into_iter().flatten().take(10).map(|it| it.to_string().replace('"', "'")).collect();
    let one_of = match options.is_empty() {
        true => String::new(),
        false => format!(", one of {}", options.join(", ")),
    };
    let name = &column.name;
    format!("`{}` needs a value for `{name}`: add WHERE {name} = …{one_of}", table.resource.id)
}

/// The figures that the statement reads, or else the first there is.
fn figures(input: &Value, wanted: &[Column]) -> Vec<Value> {
    let all = input["items"]["enum"].as_array().cloned().unwrap_or_default();
    let is_wanted = |name: &Value| wanted.iter().any(|column| column.field() == name.as_str());
    let named: Vec<Value> = all.iter().filter(|name| is_wanted(name)).cloned().collect();
    if named.is_empty() { all.into_iter().take(1).collect() } else { named }
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn meet(entry: std::collections::btree_map::Entry<'_, String, Vec<Value>>, values: Vec<Value>) {
    use std::collections::btree_map::Entry;
    match entry {
        Entry::Vacant(entry) => drop(entry.insert(values)),
        Entry::Occupied(mut entry) => entry.get_mut().retain(|known| values.contains(known)),
    }
}

fn product(
    inputs: &[Map<String, Value>],
    name: &str,
    values: impl Iterator<Item = Value> + Clone,
) -> Vec<Map<String, Value>> {
    let with = |input: &Map<String, Value>| {
        let input = input.clone();
        let name = name.to_owned();
        values
            .clone()
            .map(move |value| {
                let mut input = input.clone();
                input.insert(name.clone(), value);
                input
            })
            .collect::<Vec<_>>()
    };
    inputs.iter().take(INPUTS + 1).flat_map(with).take(INPUTS + 1).collect()
}
