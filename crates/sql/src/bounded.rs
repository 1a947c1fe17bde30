//! Functions that make much of little: what they make is bounded, and known before it is made.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};
use datafusion::prelude::SessionContext;

use crate::Error;
use crate::error::execution;
use crate::growth::Growth;

/// One value that a function makes has at most so many bytes, and what it makes of one batch of rows. What else is
/// done with values multiplies two of them at most: each row of a join, each item of a list.
pub(crate) const VALUE: u64 = 64 << 10;
const BATCH: u64 = 32 << 20;

/// The functions whose results may be larger than what they are given. A name that a session does not have is
/// passed over: which ones there are depends on the features and on who speaks with the session.
const GROWING: [(&str, Growth); 22] = [
    ("repeat", Growth::Times),
    ("array_repeat", Growth::Times),
    ("lpad", Growth::Letters),
    ("rpad", Growth::Letters),
    ("replace", Growth::Replaced),
    ("regexp_replace", Growth::Matched),
    ("concat", Growth::Sum),
    ("concat_ws", Growth::Separated),
    ("overlay", Growth::Sum),
    ("array_to_string", Growth::Joined),
    ("array_resize", Growth::Resized),
    ("range", Growth::Series),
    ("generate_series", Growth::Series),
    ("make_array", Growth::Sum),
    ("array_append", Growth::Sum),
    ("array_prepend", Growth::Sum),
    ("array_concat", Growth::Sum),
    ("quote_ident", Growth::Doubled),
    ("regexp_match", Growth::Captured),
    ("array_replace", Growth::Swapped),
    ("array_replace_n", Growth::Swapped),
    ("array_replace_all", Growth::Swapped),
];

/// Runs an expression for each item of a list, of which nothing is known beforehand.
const LAMBDA: &str = "array_transform";

/// Bounds the functions of a session that grow. Those that come later are bounded by calling it again.
pub(crate) fn bound(context: &SessionContext) {
    // There is none the second time.
    drop(context.state_ref().write().deregister_higher_order_function(LAMBDA));
    let state = context.state();
    let known = state.scalar_functions();
    let found = GROWING.iter().filter_map(|(name, growth)| Some((known.get(*name)?, *growth)));
    for (function, growth) in found {
        if !function.inner().is::<Bounded>() {
            context.register_udf(bounded(Arc::clone(function), growth));
        }
    }
}

/// The same function, which fails before it makes too much.
pub(crate) fn bounded(function: Arc<ScalarUDF>, growth: Growth) -> ScalarUDF {
    ScalarUDF::new_from_impl(Bounded { function, growth })
}

/// A function of DataFusion's within bounds. It is not simplified: that would put the function itself in its place.
#[derive(Debug)]
pub(crate) struct Bounded {
    function: Arc<ScalarUDF>,
    growth: Growth,
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.function.name()
    }

    fn aliases(&self) -> &[String] {
        self.function.aliases()
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType, Error> {
        self.function.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef, Error> {
        self.function.return_field_from_args(arguments)
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>, Error> {
        self.function.coerce_types(arguments)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.function.documentation()
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue, Error> {
        check(self.name(), self.growth, &arguments)?;
        self.function.invoke_with_args(arguments)
    }
}

/// Fails when a call would make more than there is room for.
pub(crate) fn check(
    name: &str,
    growth: Growth,
    arguments: &ScalarFunctionArgs,
) -> Result<(), Error> {
    let mut all = 0_u64;
    for size in growth.sizes(&arguments.args, arguments.number_rows)? {
        if size > VALUE {
            return Err(execution(format!(
                "`{name}` would make a value of {size} bytes; {VALUE} are the most"
            )));
        }
        all += size;
    }
    match all > BATCH {
        true => Err(execution(format!(
            "`{name}` would make {all} bytes of one batch of rows; {BATCH} are the most"
        ))),
        false => Ok(()),
    }
}

impl PartialEq for Bounded {
    fn eq(&self, other: &Self) -> bool {
        self.growth == other.growth && self.function == other.function
    }
}

impl Eq for Bounded {}

impl Hash for Bounded {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.hash(state);
    }
}
