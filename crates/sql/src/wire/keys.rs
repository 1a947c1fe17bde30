//! Keys as PostgreSQL's catalog tells them: `pg_constraint`, `pg_index` and `pg_get_constraintdef`.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{
    ArrayRef, AsArray, BooleanArray, Int16Array, Int16Builder, Int32Array, ListBuilder,
    RecordBatch, StringArray, new_null_array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use datafusion::catalog::{MemTable, SchemaProvider, Session, TableProvider};
use datafusion::common::utils::quote_identifier;
use datafusion::logical_expr::expr_fn::SimpleScalarUDF;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarUDF, Signature, TableType, TypeSignature, Volatility,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;

use crate::Error;
use crate::keys::Key;

const CONSTRAINTS: &str = "pg_constraint";
const INDEXES: &str = "pg_index";
/// The lists of columns, which are texts in the catalog that we have.
const LISTS: [&str; 3] = ["conkey", "confkey", "indkey"];
/// The numbers of keys and of their indexes, beyond those of all tables.
const FIRST: i32 = 1 << 29;
const INDEX: i32 = 1 << 28;

/// The catalog, with the keys of our tables for those of PostgreSQL's own.
#[derive(Clone, Debug)]
pub(super) struct Catalog {
    rest: Arc<dyn SchemaProvider>,
    keys: Arc<Vec<Key>>,
    /// The columns of each table, by schema and table.
    columns: Arc<HashMap<(String, String), Vec<String>>>,
}

/// A table of keys. The catalog is asked for its numbers when it is read: who makes the catalog holds it fast while
/// looking at the columns of all tables.
#[derive(Debug)]
struct Keyed {
    catalog: Catalog,
    indexes: bool,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for Keyed {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let mut rows = self.catalog.rows().await?;
        rows.retain(|row| !self.indexes || row.refers.is_none());
        let arrays = self.schema.fields().iter().map(|field| array(field, &rows)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        let table = MemTable::try_new(Arc::clone(&self.schema), vec![vec![batch]])?;
        table.scan(state, projection, filters, limit).await
    }
}

/// One key, in numbers.
struct Row {
    oid: i32,
    name: String,
    namespace: i32,
    table: i32,
    columns: Vec<i16>,
    refers: Option<(i32, Vec<i16>)>,
}

impl Row {
    fn index(&self) -> i32 {
        if self.refers.is_none() { self.oid + INDEX } else { 0 }
    }
}

impl Catalog {
    pub fn new(
        rest: Arc<dyn SchemaProvider>,
        keys: Arc<Vec<Key>>,
        columns: HashMap<(String, String), Vec<String>>,
    ) -> Self {
        Catalog { rest, keys, columns: Arc::new(columns) }
    }

    /// The numbers of tables and of their schemas, as they are now.
    async fn tables(&self) -> Result<HashMap<(String, String), (i32, i32)>, Error> {
        let context = SessionContext::new();
        for name in ["pg_class", "pg_namespace"] {
            if let Some(table) = self.rest.table(name).await? {
                context.register_table(name, table)?;
            }
        }
        let sql = "SELECT nspname, relname, c.oid, n.oid FROM pg_class c JOIN pg_namespace n ON relnamespace = n.oid";
        let mut tables = HashMap::new();
        for batch in context.sql(sql).await?.collect().await? {
            let texts = |at: usize| cast(batch.column(at), &DataType::Utf8);
            let numbers = |at: usize| cast(batch.column(at), &DataType::Int32);
            let (schema, table) = (texts(0)?, texts(1)?);
            let (table_oid, schema_oid) = (numbers(2)?, numbers(3)?);
            for row in 0..batch.num_rows() {
                let text = |array: &ArrayRef| array.as_string::<i32>().value(row).to_owned();
                let number = |array: &ArrayRef| array.as_primitive::<Int32Type>().value(row);
                let oids = (number(&table_oid), number(&schema_oid));
                tables.insert((text(&schema), text(&table)), oids);
            }
        }
        Ok(tables)
    }

    async fn rows(&self) -> Result<Vec<Row>, Error> {
        let tables = self.tables().await?;
        let places = |schema: &str, table: &str, names: &[String]| -> Vec<i16> {
            let all = self.columns.get(&(schema.to_owned(), table.to_owned()));
            let place = |name: &String| {
                let at = all?.iter().position(|known| known == name)?;
                i16::try_from(at + 1).ok()
            };
            names.iter().filter_map(place).collect()
        };
        let row = |(oid, key): (i32, &Key)| {
            let (table, namespace) = *tables.get(&(key.schema.clone(), key.table.clone()))?;
            let refers = match &key.refers {
                None => None,
                Some((other, theirs)) => {
                    let (oid, _) = tables.get(&(key.schema.clone(), other.clone()))?;
                    Some((*oid, places(&key.schema, other, theirs)))
                }
            };
            let columns = places(&key.schema, &key.table, &key.columns);
            Some(Row { oid, name: key.name.clone(), namespace, table, columns, refers })
        };
        Ok((FIRST..).zip(self.keys.iter()).filter_map(row).collect())
    }
}

#[async_trait]
impl SchemaProvider for Catalog {
    fn table_names(&self) -> Vec<String> {
        self.rest.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, Error> {
        let Some(table) = self.rest.table(name).await? else { return Ok(None) };
        if ![CONSTRAINTS, INDEXES].contains(&name) {
            return Ok(Some(table));
        }
        let (schema, indexes) = (with_lists(&table.schema()), name == INDEXES);
        Ok(Some(Arc::new(Keyed { catalog: self.clone(), indexes, schema })))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.rest.table_exist(name)
    }
}

fn with_lists(schema: &SchemaRef) -> SchemaRef {
    let list = DataType::List(Arc::new(Field::new("item", DataType::Int16, true)));
    let fields = schema.fields().iter().map(|field| match LISTS.contains(&field.name().as_str()) {
        true => Arc::new(Field::new(field.name(), list.clone(), true)),
        false => Arc::clone(field),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// One column of the catalog. What means nothing here is as small as it may be.
fn array(field: &Field, rows: &[Row]) -> ArrayRef {
    let numbers = |of: &dyn Fn(&Row) -> i32| -> ArrayRef {
        Arc::new(Int32Array::from_iter_values(rows.iter().map(of)))
    };
    let small = |of: &dyn Fn(&Row) -> usize| -> ArrayRef {
        let number = |row: &Row| i16::try_from(of(row)).unwrap_or(i16::MAX);
        Arc::new(Int16Array::from_iter_values(rows.iter().map(number)))
    };
    let flags = |of: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![of; rows.len()])) };
    let lists = |of: &dyn Fn(&Row) -> Option<Vec<i16>>| -> ArrayRef {
        let mut lists = ListBuilder::new(Int16Builder::new());
        for row in rows {
            match of(row) {
                Some(list) => lists.append_value(list.into_iter().map(Some)),
                None => lists.append_null(),
            }
        }
        Arc::new(lists.finish())
    };
    let refers = |row: &Row| row.refers.as_ref().map(|(table, _)| *table).unwrap_or_default();
    match field.name().as_str() {
        "oid" => numbers(&|row| row.oid),
        "conname" => Arc::new(StringArray::from_iter_values(rows.iter().map(|it| &it.name))),
        "connamespace" => numbers(&|row| row.namespace),
        "contype" => {
            let kind = |row: &Row| if row.refers.is_none() { "p" } else { "f" };
            Arc::new(StringArray::from_iter_values(rows.iter().map(kind)))
        }
        "conrelid" | "indrelid" => numbers(&|row| row.table),
        "conindid" | "indexrelid" => numbers(&Row::index),
        "confrelid" => numbers(&refers),
        "conkey" | "indkey" => lists(&|row| Some(row.columns.clone())),
        "confkey" => lists(&|row| row.refers.as_ref().map(|(_, columns)| columns.clone())),
        "indnatts" | "indnkeyatts" => small(&|row| row.columns.len()),
        "convalidated" | "conislocal" | "indisunique" | "indisprimary" | "indimmediate"
        | "indisvalid" | "indisready" | "indislive" => flags(true),
        _ if field.is_nullable() => new_null_array(field.data_type(), rows.len()),
        _ => match field.data_type() {
            DataType::Boolean => flags(false),
            DataType::Int16 => small(&|_| 0),
            DataType::Int32 => numbers(&|_| 0),
            _ => Arc::new(StringArray::from_iter_values(rows.iter().map(|_| "a"))),
        },
    }
}

/// `pg_get_constraintdef(oid)`, with or without a wish for how it looks.
pub(super) fn definition(keys: &[Key]) -> ScalarUDF {
    let told = (FIRST..).zip(keys).map(|(oid, key)| (oid, said(key)));
    let told: HashMap<i32, String> = told.collect();
    let said = move |arguments: &[ColumnarValue]| {
        let arguments = ColumnarValue::values_to_arrays(&arguments[..1])?;
        let oids = arguments[0].as_primitive::<Int32Type>();
        let texts = oids.iter().map(|oid| told.get(&oid?).map(String::as_str));
        Ok(ColumnarValue::Array(Arc::new(texts.collect::<StringArray>())))
    };
    let takes = [vec![DataType::Int32], vec![DataType::Int32, DataType::Boolean]];
    let takes = takes.map(TypeSignature::Exact).to_vec();
    let signature = Signature::one_of(takes, Volatility::Stable);
    let name = "pg_get_constraintdef";
    SimpleScalarUDF::new_with_signature(name, signature, DataType::Utf8, Arc::new(said)).into()
}

/// A key as PostgreSQL writes it.
fn said(key: &Key) -> String {
    let list = |names: &[String]| {
        names.iter().map(|name| quote_identifier(name).into_owned()).collect::<Vec<_>>().join(", ")
    };
    let own = list(&key.columns);
    match &key.refers {
        None => format!("PRIMARY KEY ({own})"),
        Some((table, theirs)) => {
            format!("FOREIGN KEY ({own}) REFERENCES {}({})", quote_identifier(table), list(theirs))
        }
    }
}
