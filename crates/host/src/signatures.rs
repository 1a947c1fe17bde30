//! The functions of the contract with their types, to tell before anything runs which of them a
//! component has otherwise.

use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{ComponentExportIndex, InstancePre};
use wasmtime::{Result, bail};

use crate::contract::types::Checkpoint;
use crate::contract::{
    Context, Delivery, Descriptor, Error, Reply, Step, actions, data, export, operations, triggers,
    webhooks,
};
use crate::guest_state::GuestState;

/// Compares the type of a function with that of the contract.
type Check = fn(&ComponentFunc, &InstancePre<GuestState>) -> Result<()>;

struct Function {
    name: &'static str,
    check: Check,
}

struct Interface {
    name: &'static str,
    /// Each connector exports it.
    required: bool,
    functions: &'static [Function],
}

/// The list of `"name": (parameters) -> result`.
macro_rules! functions {
    ($($name:literal: ($($parameter:ty),*) -> $result:ty;)*) => {
        &[$(Function {
            name: $name,
            check: |function, pre| {
                function.typecheck::<($($parameter,)*), ($result,)>(&pre.instance_type())
            },
        }),*]
    };
}

type Text = String;
type Maybe = Option<String>;
type Stepped = std::result::Result<Step, Error>;
type Answer<T> = std::result::Result<T, Error>;

const INTERFACES: [Interface; 7] = [
    Interface {
        name: "connection",
        required: true,
        functions: functions! {
            "describe": () -> Descriptor;
            "test": (Text, Option<Vec<String>>, Context) -> Stepped;
            "choices": (Text, Text, Maybe, Context) -> Stepped;
        },
    },
    Interface {
        name: "actions",
        required: true,
        functions: functions! {
            "list-actions": () -> Vec<actions::Action>;
            "describe": (Text) -> Answer<actions::Description>;
            "start": (Text, Text, Text, Context) -> Stepped;
            "choices": (Text, Text, Text, Text, Maybe, Context) -> Stepped;
        },
    },
    Interface {
        name: "triggers",
        required: true,
        functions: functions! {
            "list-triggers": () -> Vec<triggers::Trigger>;
            "describe": (Text) -> Answer<triggers::Description>;
            "start": (Text, Text, Text, Maybe, Context) -> Stepped;
            "choices": (Text, Text, Text, Text, Maybe, Context) -> Stepped;
        },
    },
    Interface {
        name: "steps",
        required: true,
        functions: functions! {
            "resume": (Checkpoint, Reply) -> Stepped;
        },
    },
    Interface {
        name: "webhooks",
        required: false,
        functions: functions! {
            "list-webhooks": () -> Vec<webhooks::Webhook>;
            "describe": (Text) -> Answer<triggers::Description>;
            "subscribe": (Text, Text, Text, Text, Context) -> Stepped;
            "renew": (Text, Text, Text, Text, Context) -> Stepped;
            "unsubscribe": (Text, Text, Text, Context) -> Stepped;
            "acknowledge": (Text, Maybe, Delivery) -> Answer<webhooks::Acknowledgement>;
            "accounts": (Text, Delivery) -> Answer<Vec<String>>;
            "receive": (Text, Text, Text, Text, Delivery, Maybe, Context) -> Stepped;
            "choices": (Text, Text, Text, Text, Maybe, Context) -> Stepped;
        },
    },
    Interface {
        name: "operations",
        required: false,
        functions: functions! {
            "bases": () -> Vec<operations::Base>;
            "all": () -> Vec<operations::Operation>;
        },
    },
    Interface {
        name: "data",
        required: false,
        functions: functions! {
            "resources": () -> Vec<data::Resource>;
        },
    },
];

/// Fails with the name of the first function that is missing or has another type.
pub(crate) fn check(pre: &InstancePre<GuestState>) -> Result<()> {
    for interface in &INTERFACES {
        let path = export(interface.name);
        match pre.component().get_export(None, path.as_str()) {
            Some((ComponentItem::ComponentInstance(_), index)) => {
                check_interface(pre, interface, &index)?;
            }
            Some(_) => bail!("its export `{path}` is no interface"),
            None if interface.required => bail!("it does not export `{path}`"),
            None => {}
        }
    }
    Ok(())
}

fn check_interface(
    pre: &InstancePre<GuestState>,
    interface: &Interface,
    index: &ComponentExportIndex,
) -> Result<()> {
    for Function { name, check } in interface.functions {
        let path = format!("{}.{name}", interface.name);
        let Some((ComponentItem::ComponentFunc(function), _)) =
            pre.component().get_export(Some(index), name)
        else {
            bail!("it does not export the function `{path}`");
        };
        if let Err(error) = check(&function, pre) {
            bail!("the function `{path}` has other types: {error:#}");
        }
    }
    Ok(())
}
