//! The rows of a copy, beside those that have come since.

use std::path::Path;

use datafusion::arrow::array::{Array, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::dataframe::DataFrame;
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use crate::Error;
use crate::column::Column;

/// What a copy holds: the table `before`, and `now` beside it.
pub(crate) struct Before(SessionContext);

impl Before {
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let context = SessionContext::new();
        register(&context, "before", path).await?;
        Ok(Before(context))
    }

    /// The rows that were read now.
    pub async fn beside(&self, path: &Path) -> Result<(), Error> {
        register(&self.0, "now", path).await
    }

    /// Whether it has these columns and no others: another release may have more.
    pub async fn has(&self, columns: &[&Column]) -> Result<bool, Error> {
        let frame = self.0.table("before").await?;
        let fields = frame.schema().fields();
        let is_same = |(field, column): (&FieldRef, &&Column)| *field.name() == column.name;
        Ok(fields.len() == columns.len() && fields.iter().zip(columns).all(is_same))
    }

    /// A value as text.
    pub async fn text(&self, sql: &str) -> Result<Option<String>, Error> {
        let batches = self.0.sql(sql).await?.collect().await?;
        let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else {
            return Ok(None);
        };
        let texts = cast(batch.column(0), &DataType::Utf8)?;
        let texts = texts.as_string::<i32>();
        Ok((!texts.is_null(0)).then(|| texts.value(0).to_owned()))
    }

    /// How many rows there are only now, by their keys.
    pub async fn only_now(&self, keys: &[String]) -> Result<u64, Error> {
        self.only("now", "before", keys).await
    }

    /// How many rows there were only before.
    pub async fn only_before(&self, keys: &[String]) -> Result<u64, Error> {
        self.only("before", "now", keys).await
    }

    async fn only(&self, one: &str, other: &str, keys: &[String]) -> Result<u64, Error> {
        let same = same(one, other, keys);
        let sql = format!("SELECT count(*) FROM {one} LEFT ANTI JOIN {other} ON {same}");
        let batches = self.0.sql(&sql).await?.collect().await?;
        let count = batches.iter().filter_map(|batch| {
            batch.column(0).as_any().downcast_ref::<Int64Array>().filter(|it| !it.is_empty())
        });
        Ok(count.map(|counts| counts.value(0).unsigned_abs()).sum())
    }

    /// Which of the rows before have none with the same keys now, as SQL.
    pub fn not_replaced(&self, keys: &[String]) -> String {
        format!("NOT EXISTS (SELECT 1 FROM now WHERE {})", same("before", "now", keys))
    }

    /// The rows before of which that holds, and all of now.
    pub async fn merged(&self, columns: &[String], kept: &str) -> Result<DataFrame, Error> {
        let columns = columns.join(", ");
        let sql = format!(
            "SELECT {columns} FROM before WHERE {kept} UNION ALL SELECT {columns} FROM now"
        );
        self.0.sql(&sql).await
    }
}

fn same(one: &str, other: &str, keys: &[String]) -> String {
    let same = keys.iter().map(|key| format!("{one}.{key} IS NOT DISTINCT FROM {other}.{key}"));
    same.collect::<Vec<_>>().join(" AND ")
}

async fn register(context: &SessionContext, name: &str, path: &Path) -> Result<(), Error> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let options = ParquetReadOptions { file_extension: &ending, ..Default::default() };
    context.register_parquet(name, path.to_string_lossy(), options).await
}

/// A name as SQL writes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rows_of_now_replace_those_with_the_same_keys() {
        let context = SessionContext::new();
        let values = |rows: &str| format!("SELECT * FROM (VALUES {rows}) AS t (id, at, name)");
        for (name, rows) in
            [("before", "('1', 1, 'a'), ('2', 1, 'b')"), ("now", "('2', 2, 'c'), ('3', 2, 'd')")]
        {
            let frame = context.sql(&values(rows)).await.unwrap();
            context.register_table(name, frame.into_view()).unwrap();
        }
        let before = Before(context);
        let keys = ["id".to_owned()];
        assert_eq!(before.only_now(&keys).await.unwrap(), 1);
        assert_eq!(before.only_before(&keys).await.unwrap(), 1);
        let kept = before.not_replaced(&keys);
        let all = before.merged(&["id".to_owned(), "name".to_owned()], &kept).await.unwrap();
        let mut names = Vec::new();
        for batch in all.collect().await.unwrap() {
            let texts = cast(batch.column(1), &DataType::Utf8).unwrap();
            names.extend(texts.as_string::<i32>().iter().map(|it| it.unwrap().to_owned()));
        }
        names.sort();
        assert_eq!(names, ["a", "c", "d"]);
    }
}
