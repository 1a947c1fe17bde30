//! Calls: by the name of a tool or by those that call others, and only after a yes where one is needed.

use std::collections::BTreeSet;

use connector_host::contract::actions::{Action, Description};
use connector_host::contract::{Context, Effect, Step};
use connector_host::{Call, Error as HostError, Shown};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Value, json};

use crate::account::{self, Account, CONNECTION};
use crate::answer;
use crate::arguments::Invalid;
use crate::call::{self, Ran};
use crate::caller::{Caller, Said};
use crate::closest;
use crate::compact::Compact;
use crate::confirm::CONFIRM;
use crate::does::{self, Does};
use crate::meta;
use crate::more;
use crate::period;
use crate::preview::{current, preview, question};
use crate::readback::readback;
use crate::schema;
use crate::server::Server;
use crate::undo;

impl Server {
    /// Calls a tool, listed or not; None when there is none of that name.
    pub(crate) async fn call(
        &self,
        name: &str,
        mut arguments: JsonObject,
        caller: &Caller,
    ) -> Option<CallToolResult> {
        match self.whose(name, &mut arguments) {
            Ok(server) => server.called(name, arguments, caller).await,
            Err(refused) => Some(*refused),
        }
    }

    /// The server for whom a call says that it is.
    fn whose(&self, name: &str, arguments: &mut JsonObject) -> Result<Server, Box<CallToolResult>> {
        if self.is_known() {
            return Ok(self.clone());
        }
        let said = account::take(arguments);
        let said = said.as_ref().map(|said| said.as_str().unwrap_or_default());
        let is_meant = |account: &Account, said: &str| {
            let owner = account.owner.as_deref().unwrap_or_default();
            account.name.eq_ignore_ascii_case(said) || owner.eq_ignore_ascii_case(said)
        };
        let found = said.and_then(|said| {
            let exact = self.of(said);
            let mut meant = self.accounts().filter(|account| is_meant(account, said));
            // A name that two people have says nothing.
            let one = match (meant.next(), meant.next()) {
                (Some(one), None) => self.of(&one.name),
                _ => None,
            };
            exact.or(one)
        });
        match found {
            Some(server) => Ok(server),
            None if said.is_none() && matches!(name, meta::FIND | meta::DESCRIBE) => {
                Ok(self.clone())
            }
            None => {
                let titles: Vec<String> = self.accounts().map(Account::title).collect();
                let message = format!("must be one of {}", titles.join(", "));
                Err(Box::new(Invalid::new(CONNECTION, message).into()))
            }
        }
    }

    async fn called(
        &self,
        name: &str,
        arguments: JsonObject,
        caller: &Caller,
    ) -> Option<CallToolResult> {
        match name {
            meta::FIND => Some(match meta::wanted(&arguments) {
                Ok((query, limit)) => self.find(query, limit),
                Err(invalid) => invalid.into(),
            }),
            meta::DESCRIBE => Some(match meta::described(&arguments) {
                Ok((name, path)) => self.tell(name, path),
                Err(invalid) => invalid.into(),
            }),
            meta::IDS => Some(match meta::ids(&arguments) {
                Ok(wanted) => self.ids(wanted, caller).await,
                Err(invalid) => invalid.into(),
            }),
            meta::READ | meta::CALL => Some(match meta::called(arguments) {
                Ok((inner, arguments)) => {
                    let ran = self.run(&inner, arguments, caller, name == meta::READ).await;
                    ran.unwrap_or_else(|| self.unknown(&inner).into())
                }
                Err(invalid) => invalid.into(),
            }),
            meta::SHOW if self.where_pictures_are().is_some() => {
                Some(match meta::called(arguments) {
                    Ok((inner, arguments)) => {
                        let shown = self.pictures(&inner, arguments, caller).await;
                        shown.unwrap_or_else(|| self.unknown(&inner).into())
                    }
                    Err(invalid) => invalid.into(),
                })
            }
            name => match &self.options().more {
                Some(more) if more.tools().iter().any(|tool| tool.name == name) => {
                    let connection = self.connection_name();
                    Some(more::answered(more.call(connection, name, arguments).await))
                }
                _ => self.run(name, arguments, caller, false).await,
            },
        }
    }

    async fn run(
        &self,
        name: &str,
        arguments: JsonObject,
        caller: &Caller,
        reads: bool,
    ) -> Option<CallToolResult> {
        let action = &self.named(name)?.action;
        if reads && action.effect != Effect::Read {
            return Some(refused("not-a-read", "it changes something", "call it by call_tool"));
        }
        if does::is_raw(action) && !self.options().raw {
            let advice = "find_tools finds what there is; a person may start the server with --raw";
            return Some(refused("raw-call-off", "raw calls are switched off", advice));
        }
        // Nothing is sent for an action that the service would refuse; what a request does is looked
        // at again when it is sent.
        let lacking = self.connection().lacking(&action.scopes);
        if !lacking.is_empty() {
            return Some(answer::missing(action, &lacking));
        }
        Some(match self.describe(&action.id) {
            Ok(description) => self.compacted(&description, arguments, caller).await,
            Err(failure) => answer::failure(&failure),
        })
    }

    async fn compacted(
        &self,
        description: &Description,
        mut arguments: JsonObject,
        caller: &Caller,
    ) -> CallToolResult {
        let compact = match Compact::take(description, &mut arguments) {
            Ok(compact) => compact,
            Err(invalid) => return invalid.into(),
        };
        if let Err(invalid) = period::fill(description, &mut arguments) {
            return invalid.into();
        }
        if let Err(answer) = self.resolve(description, &mut arguments, caller).await {
            return *answer;
        }
        match self.confirmed(description, arguments, caller).await {
            Ok(arguments) => self.ran(description, arguments, &compact, caller).await,
            Err(answer) => *answer,
        }
    }

    /// The arguments of a call that may be made now; otherwise what is answered instead.
    async fn confirmed(
        &self,
        description: &Description,
        mut arguments: JsonObject,
        caller: &Caller,
    ) -> Result<JsonObject, Box<CallToolResult>> {
        let (action, costs) = (&description.action, self.costs());
        let token = match schema::has_own(&description.input, CONFIRM) {
            true => None,
            false => arguments.remove(CONFIRM),
        };
        does::start(costs.get(&action.id), &mut arguments);
        let mut does = Does::with(action, costs, &arguments);
        if does == Does::Spend && self.options().no_spend {
            let advice = "a person may start the server without --no-spend";
            return Err(Box::new(refused("no-spend", "it costs money, and nothing may", advice)));
        }
        if !does.is_asked() {
            return Ok(arguments);
        }
        // What is wrong is said before anybody is asked.
        let input = Value::Object(arguments.clone()).to_string();
        let call = Call::Action { id: action.id.clone(), input };
        let failed = |failure: HostError| Box::new(answer::failure(&failure));
        let step = self.connection().start(&call, &Context::fresh()).map_err(failed)?;
        // What a raw call does, its request says.
        if let Step::Send(pending) = &step
            && does::is_raw(action)
            && pending.request.effect == Effect::Read
        {
            does = Does::Read;
        }
        if !does.is_asked() {
            return Ok(arguments);
        }
        if does::is_raw(action) && self.options().no_spend {
            let advice = "call the action that does it, which says whether it costs money";
            return Err(Box::new(refused("no-spend", "nobody knows what it costs", advice)));
        }
        if let Some(token) = token {
            let given = token.as_str().unwrap_or_default();
            return match self.confirmations().take(given, &action.id, &arguments) {
                true => Ok(arguments),
                false => Err(Box::new(refused(
                    "not-confirmed",
                    "the token is not that of a preview of just this call, or it is used or too old",
                    "call it without `confirm` for a preview and a new token",
                ))),
            };
        }
        let mut shown = preview(self, description, does, &arguments).await.map_err(failed)?;
        self.known_names().tell(&mut shown);
        match caller.ask(question(&shown)).await {
            Said::Yes => Ok(arguments),
            Said::No => {
                Err(Box::new(refused("declined", "the person said no", "do not try again")))
            }
            Said::Nothing => {
                let Some(token) = self.confirmations().token(&action.id, &arguments) else {
                    let failure = HostError::trap("this machine gives no randomness".to_owned());
                    return Err(failed(failure));
                };
                Err(Box::new(CallToolResult::structured(json!({
                    "preview": shown,
                    CONFIRM: token,
                    "next": "Nothing was done. Show this to the person and, after a yes, make the same \
                             call once more with this `confirm`, within ten minutes.",
                }))))
            }
        }
    }

    /// Runs an action, and answers with what a client may see of what came of it.
    async fn ran(
        &self,
        description: &Description,
        arguments: JsonObject,
        compact: &Compact,
        caller: &Caller,
    ) -> CallToolResult {
        let progress = caller.progress.clone();
        let id = &description.action.id;
        let (is_money, is_update) = (self.costs().contains_key(id), undo::is_update(id));
        let asked = arguments.clone();
        // What cannot be read now may be changed all the same.
        let before = match is_update {
            true => current(self, description, &asked).await.ok(),
            false => None,
        };
        let ran = call::run(self.connection(), description, arguments, progress).await;
        let Ran { ended, sent, given } = match ran {
            Ok(ran) => ran,
            Err(invalid) => return invalid.into(),
        };
        let shown = match self.shown(description, &sent) {
            Ok(shown) => shown,
            Err(failure) => return answer::failure(&failure),
        };
        match ended {
            Ok(ended) => {
                let read = match is_money {
                    true => readback(self, description, &asked).await,
                    false => None,
                };
                let name = self.named(id).map_or(id.as_str(), |named| named.name.as_str());
                let undo = match before {
                    Some(before) => undo::of_update(name, &asked, &before),
                    None => undo::of_create(self, description, &ended.output),
                };
                let more = [("read back", read), ("undo", undo)];
                answer::success(description, &shown, compact, self.known_names(), ended, more)
            }
            Err(failure) => {
                let told = |error: &mut Value| closest::tell(error, &description.input, &asked);
                answer::masked_failure(&failure, &given, &shown, told)
            }
        }
    }

    /// What a client may see of an action's answer. Where the action's own schema says nothing, what
    /// the requests were is asked: the schemas of their operations tell.
    fn shown(
        &self,
        description: &Description,
        sent: &BTreeSet<Option<String>>,
    ) -> Result<Shown, HostError> {
        let shown = Shown::new(&description.output).with_personal(self.options().personal);
        if description.action.operation_id.is_some() || sent.is_empty() {
            return Ok(shown);
        }
        let unnamed = sent.contains(&None);
        let is_sent = |action: &Action| {
            action.operation_id.is_some() && (unnamed || sent.contains(&action.operation_id))
        };
        self.actions().filter(|action| is_sent(action)).try_fold(shown, |shown, action| {
            Ok(shown.and_names_of(&self.describe(&action.id)?.output))
        })
    }
}

/// A refusal by this server.
fn refused(code: &str, message: &str, advice: &str) -> CallToolResult {
    answer::refusal(json!({
        "kind": "refused", "rule": "permission", "code": code, "message": message, "advice": advice,
    }))
}
