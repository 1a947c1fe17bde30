//! Values of columns.

use crate::StoreError;
use crate::error::Cause;

/// What a column holds, or a statement is given.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number; a flag is 0 or 1.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// What can be given to a statement, see [`values`](crate::values).
pub trait ToValue {
    /// As a column holds it.
    fn to_value(&self) -> Value;
}

/// The values of a statement's parameters, in order.
///
/// ```
/// use connector_store::{Value, values};
///
/// let note: Option<&str> = None;
/// assert_eq!(values!["a", 1, note], ["a".to_value(), Value::Integer(1), Value::Null]);
/// # use connector_store::ToValue;
/// ```
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::ToValue::to_value(&$value)),*] };
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        self.as_str().to_value()
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value {
        Value::Blob(self.to_owned())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Integer(i64::from(*self))
            }
        }
    )*};
}
whole!(bool, u32, i32, i64);

/// What can be read from a column.
pub trait Column: Sized {
    /// None when a column that holds this is not of the type.
    fn from_value(value: Value) -> Option<Self>;
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl Column for String {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Column for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl Column for i64 {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl Column for u32 {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl Column for bool {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

/// A row of what a statement finds.
#[derive(Debug)]
pub struct Row<'a>(pub(crate) &'a rusqlite::Row<'a>);

impl Row<'_> {
    /// The value of a column, counted from 0.
    ///
    /// # Errors
    ///
    /// When there is no such column, or it holds another type.
    pub fn get<T: Column>(&self, column: usize) -> Result<T, StoreError> {
        use rusqlite::types::ValueRef;
        let value = match self.0.get_ref(column).map_err(Cause::Sqlite)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Value::Text(text.to_owned()),
                Err(_) => return Err(self.wrong(column)),
            },
            ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
            ValueRef::Real(_) => return Err(self.wrong(column)),
        };
        T::from_value(value).ok_or_else(|| self.wrong(column))
    }

    /// That a column does not hold what it should, to whoever reads more out of it than its type.
    pub fn wrong(&self, column: usize) -> StoreError {
        let name = self.0.as_ref().column_name(column).unwrap_or_default();
        Cause::Column(format!("the column {name}")).into()
    }
}
