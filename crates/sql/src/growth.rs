//! How large the result of a function is at most, by what it is given.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, IntervalMonthDayNanoType, IntervalUnit, TimeUnit};
use datafusion::logical_expr::ColumnarValue;

use crate::Error;

/// What the result is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growth {
    /// The first argument, as often as the second one says.
    Times,
    /// As many letters as the second argument says.
    Letters,
    /// The first argument, with the third one for each occurrence of the second.
    Replaced,
    /// The same for each match, which the third argument may hold.
    Matched,
    /// All arguments.
    Sum,
    /// All but the first argument, with that between them.
    Separated,
    /// The items of a list, with the second argument between them.
    Joined,
    /// A list of parts of the first argument, one for each `(` of the second one.
    Captured,
    /// A list, with the third argument for some of its items.
    Swapped,
    /// A list that is as long as the second argument says.
    Resized,
    /// From the first argument to the second one, by the third.
    Series,
    /// The first argument, with each letter twice.
    Doubled,
}

/// What a number takes, as it is kept and as it is written.
const NUMBER: u64 = 8;
const DIGITS: u64 = 20;
const DAY: i128 = 86_400_000_000;

impl Growth {
    /// As many bytes the result has at most, row by row; one row where no argument is a column.
    pub fn sizes(self, arguments: &[ColumnarValue], rows: usize) -> Result<Vec<u64>, Error> {
        let given = Given { arguments, rows };
        let (first, second, third) = (given.bytes(0)?, given.bytes(1)?, given.bytes(2)?);
        let each = |of: &dyn Fn(usize) -> u64| -> Vec<u64> { (0..given.rows()).map(of).collect() };
        let times = |one: u64, other: u64| one.saturating_mul(other);
        Ok(match self {
            Growth::Times => {
                let counts = given.numbers(1)?;
                each(&|at| times(first[at].max(1), counts[at]))
            }
            Growth::Letters => {
                let (counts, wide) = (given.numbers(1)?, if arguments.len() > 2 { 4 } else { 1 });
                each(&|at| times(counts[at], wide))
            }
            Growth::Replaced => each(&|at| {
                let found = first[at].checked_div(second[at]).unwrap_or(first[at] + 1);
                times(found, third[at]).saturating_add(first[at])
            }),
            Growth::Matched if arguments.len() > 3 => {
                each(&|at| times(first[at] + 1, third[at] + 1))
            }
            // It may hold the match, many times.
            Growth::Matched => each(&|at| times(first[at] + 1, third[at] / 2 + 1) + third[at]),
            Growth::Sum => given.sum(0)?,
            Growth::Separated => {
                let (sum, gaps) = (given.sum(1)?, arguments.len() as u64);
                each(&|at| sum[at].saturating_add(times(first[at], gaps)))
            }
            Growth::Joined => {
                let counts = given.counts(0)?;
                each(&|at| {
                    let beside = second[at].saturating_add(third[at]) + DIGITS;
                    first[at].saturating_add(times(counts[at], beside))
                })
            }
            Growth::Captured => {
                let opened = given.each(1, |array| Ok(opened(array)))?;
                each(&|at| times(first[at] + NUMBER, opened[at] + 1))
            }
            Growth::Swapped => {
                let counts = given.counts(0)?;
                each(&|at| first[at].saturating_add(times(counts[at], third[at])))
            }
            Growth::Resized => {
                let counts = given.numbers(1)?;
                each(&|at| first[at].saturating_add(times(third[at].max(NUMBER), counts[at])))
            }
            Growth::Series => given.series()?,
            Growth::Doubled => each(&|at| times(first[at], 2) + 2),
        })
    }
}

/// The arguments of a call.
struct Given<'a> {
    arguments: &'a [ColumnarValue],
    rows: usize,
}

impl Given<'_> {
    fn rows(&self) -> usize {
        let is_column = |it: &ColumnarValue| matches!(it, ColumnarValue::Array(_));
        if self.arguments.iter().any(is_column) { self.rows } else { 1 }
    }

    /// Something about an argument, row by row. An argument that is not there has zeros.
    fn each<T: Clone + Default>(
        &self,
        at: usize,
        of: impl Fn(&ArrayRef) -> Result<Vec<T>, Error>,
    ) -> Result<Vec<T>, Error> {
        match self.arguments.get(at) {
            None => Ok(vec![T::default(); self.rows()]),
            Some(ColumnarValue::Array(array)) => of(array),
            Some(ColumnarValue::Scalar(value)) => {
                let one = of(&value.to_array_of_size(1)?)?;
                Ok(vec![one.first().cloned().unwrap_or_default(); self.rows()])
            }
        }
    }

    fn bytes(&self, at: usize) -> Result<Vec<u64>, Error> {
        self.each(at, |array| Ok(bytes(array)))
    }

    /// Whole numbers that are not below zero.
    fn numbers(&self, at: usize) -> Result<Vec<u64>, Error> {
        let numbers = self.each(at, integers)?;
        Ok(numbers.into_iter().map(|number| u64::try_from(number).unwrap_or(0)).collect())
    }

    /// How many items lists have.
    fn counts(&self, at: usize) -> Result<Vec<u64>, Error> {
        self.each(at, |array| {
            let count = |at| u64::from(array.as_list::<i32>().value_length(at).unsigned_abs());
            Ok(match array.data_type() {
                DataType::List(_) => (0..array.len()).map(count).collect(),
                _ => bytes(array),
            })
        })
    }

    /// The arguments from one on, together.
    fn sum(&self, from: usize) -> Result<Vec<u64>, Error> {
        let mut sum = vec![0_u64; self.rows()];
        for at in from..self.arguments.len() {
            for (sum, more) in sum.iter_mut().zip(self.bytes(at)?) {
                *sum = sum.saturating_add(more);
            }
        }
        Ok(sum)
    }

    fn series(&self) -> Result<Vec<u64>, Error> {
        let (from, to) = match self.arguments.len() {
            1 => (self.each(1, moments)?, self.each(0, moments)?),
            _ => (self.each(0, moments)?, self.each(1, moments)?),
        };
        let steps = match self.arguments.len() {
            3.. => self.each(2, moments)?,
            _ => vec![1; self.rows()],
        };
        let count = |at: usize| {
            let step = if steps[at] == 0 { 1 } else { steps[at] };
            u64::try_from((to[at] - from[at]) / step + 1).unwrap_or(0)
        };
        Ok((0..self.rows()).map(|at| count(at).saturating_mul(NUMBER)).collect())
    }
}

fn integers(array: &ArrayRef) -> Result<Vec<i64>, Error> {
    let numbers = cast(array, &DataType::Int64)?;
    let numbers: &Int64Array = numbers.as_primitive();
    Ok(numbers.iter().map(Option::unwrap_or_default).collect())
}

/// Numbers as they are, dates and times in microseconds, and intervals as short as they may be.
fn moments(array: &ArrayRef) -> Result<Vec<i128>, Error> {
    let array = match array.data_type() {
        DataType::Interval(_) => {
            let steps = cast(array, &DataType::Interval(IntervalUnit::MonthDayNano))?;
            let steps = steps.as_primitive::<IntervalMonthDayNanoType>();
            let step = steps.iter().map(Option::unwrap_or_default).map(|it| {
                (i128::from(it.months) * 28 + i128::from(it.days)) * DAY
                    + i128::from(it.nanoseconds) / 1_000
            });
            return Ok(step.collect());
        }
        kind if kind.is_temporal() => {
            cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?
        }
        _ => array.clone(),
    };
    Ok(integers(&array)?.into_iter().map(i128::from).collect())
}

/// How many bytes the values of an array have.
fn bytes(array: &ArrayRef) -> Vec<u64> {
    let lists = |offsets: &[i32], items: &ArrayRef| -> Vec<u64> {
        let items = bytes(items);
        let part = |ends: &[i32]| {
            let (from, to) = (ends[0].unsigned_abs() as usize, ends[1].unsigned_abs() as usize);
            items[from..to].iter().sum::<u64>() + NUMBER
        };
        offsets.windows(2).map(part).collect()
    };
    match array.data_type() {
        DataType::Null => vec![0; array.len()],
        DataType::Utf8 => lengths(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => lengths(array.as_string::<i64>().iter()),
        DataType::Utf8View => lengths(array.as_string_view().iter()),
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            lists(list.offsets(), list.values())
        }
        // Of the rest values have all about the same size.
        _ => {
            let one = array.get_array_memory_size() / array.len().max(1);
            vec![(one as u64).max(NUMBER); array.len()]
        }
    }
}

/// How often a text opens a parenthesis.
fn opened(array: &ArrayRef) -> Vec<u64> {
    let count = |text: Option<&str>| text.map_or(0, |text| text.matches('(').count() as u64);
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(count).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(count).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(count).collect(),
        _ => bytes(array),
    }
}

fn lengths<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Vec<u64> {
    texts.map(|text| text.map_or(0, |text| text.len() as u64)).collect()
}
