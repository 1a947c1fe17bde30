//! `information_schema`: what DataFusion tells of tables, and their keys.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use datafusion::catalog::information_schema::InformationSchemaProvider;
use datafusion::catalog::{CatalogProviderList, MemTable, SchemaProvider, TableProvider};

use crate::Error;
use crate::connected::CATALOG;
use crate::keys::Key;

/// The name of the schema.
pub(crate) const SCHEMA: &str = "information_schema";
const TABLES: &str = "table_constraints";
const COLUMNS: &str = "key_column_usage";
const REFERENCES: &str = "referential_constraints";

/// The schema of a catalog, with the keys of its tables.
#[derive(Debug)]
pub(crate) struct Constraints {
    told: InformationSchemaProvider,
    keys: Arc<Vec<Key>>,
}

impl Constraints {
    pub fn new(catalogs: Arc<dyn CatalogProviderList>, keys: Arc<Vec<Key>>) -> Self {
        Constraints { told: InformationSchemaProvider::new(catalogs), keys }
    }

    fn of_tables(&self) -> Result<RecordBatch, Error> {
        let kind = |key: &Key| match key.refers {
            Some(_) => "FOREIGN KEY",
            None => "PRIMARY KEY",
        };
        let no = || same("NO", self.keys.len());
        let mut columns = Self::names(&self.keys.iter().collect::<Vec<_>>());
        columns.extend([
            ("table_catalog", same(CATALOG, self.keys.len())),
            ("table_schema", texts(self.keys.iter().map(|key| key.schema.as_str()))),
            ("table_name", texts(self.keys.iter().map(|key| key.table.as_str()))),
            ("constraint_type", texts(self.keys.iter().map(kind))),
            ("is_deferrable", no()),
            ("initially_deferred", no()),
        ]);
        Ok(RecordBatch::try_from_iter(columns)?)
    }

    fn of_columns(&self) -> Result<RecordBatch, Error> {
        let all: Vec<(&Key, i32, &str)> = self.keys.iter().flat_map(Key::numbered).collect();
        let mut columns = Self::names(&all.iter().map(|(key, ..)| *key).collect::<Vec<_>>());
        let theirs = |(key, at, _): &(&Key, i32, &str)| key.refers.is_some().then_some(*at);
        columns.extend([
            ("table_catalog", same(CATALOG, all.len())),
            ("table_schema", texts(all.iter().map(|(key, ..)| key.schema.as_str()))),
            ("table_name", texts(all.iter().map(|(key, ..)| key.table.as_str()))),
            ("column_name", texts(all.iter().map(|(.., name)| *name))),
            ("ordinal_position", numbers(all.iter().map(|(_, at, _)| Some(*at)))),
            ("position_in_unique_constraint", numbers(all.iter().map(theirs))),
        ]);
        Ok(RecordBatch::try_from_iter(columns)?)
    }

    fn of_references(&self) -> Result<RecordBatch, Error> {
        let all: Vec<&Key> = self.keys.iter().filter(|key| key.refers.is_some()).collect();
        let named = |key: &&Key| {
            let other = key.refers.as_ref().map(|(table, _)| table);
            self.keys.iter().find(|it| {
                it.schema == key.schema && Some(&it.table) == other && it.refers.is_none()
            })
        };
        let name = |key: &&Key| named(key).map(|it| it.name.as_str()).unwrap_or_default();
        let rule = || same("NO ACTION", all.len());
        let mut columns = Self::names(&all);
        columns.extend([
            ("unique_constraint_catalog", same(CATALOG, all.len())),
            ("unique_constraint_schema", texts(all.iter().map(|key| key.schema.as_str()))),
            ("unique_constraint_name", texts(all.iter().map(name))),
            ("match_option", same("NONE", all.len())),
            ("update_rule", rule()),
            ("delete_rule", rule()),
        ]);
        Ok(RecordBatch::try_from_iter(columns)?)
    }

    /// What all of these tables begin with.
    fn names(keys: &[&Key]) -> Vec<(&'static str, ArrayRef)> {
        vec![
            ("constraint_catalog", same(CATALOG, keys.len())),
            ("constraint_schema", texts(keys.iter().map(|key| key.schema.as_str()))),
            ("constraint_name", texts(keys.iter().map(|key| key.name.as_str()))),
        ]
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn same(value: &str, count: usize) -> ArrayRef {
    texts(std::iter::repeat_n(value, count))
}

fn numbers(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

#[async_trait]
impl SchemaProvider for Constraints {
    fn table_names(&self) -> Vec<String> {
        let own = [TABLES, COLUMNS, REFERENCES].map(str::to_owned);
        self.told.table_names().into_iter().chain(own).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, Error> {
        let batch = match name {
            TABLES => self.of_tables()?,
            COLUMNS => self.of_columns()?,
            REFERENCES => self.of_references()?,
            name => return self.told.table(name).await,
        };
        Ok(Some(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)))
    }

    fn table_exist(&self, name: &str) -> bool {
        [TABLES, COLUMNS, REFERENCES].contains(&name) || self.told.table_exist(name)
    }
}
