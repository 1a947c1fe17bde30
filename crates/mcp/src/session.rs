//! The protocol, as one client speaks it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_host::Error;
use connector_host::contract::ErrorKind;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, GetPromptRequestParams, GetPromptResponse,
    Implementation, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ReadResourceRequestParams,
    ReadResourceResponse, ReadResourceResult, ResourceContents, ServerCapabilities, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::account::Account;
use crate::caller::Caller;
use crate::follow::{Listener, follow};
use crate::prompts;
use crate::resources;
use crate::server::Server;
use crate::watch::Watch;

/// What a model should know before it begins, behind what the connector says of itself.
const INSTRUCTIONS: &str = "Tools that answer with `items` take `max_items`. Answers leave out what is \
    empty or false and shorten texts; `fields` names the members to answer with, `full` gives all. What no \
    listed tool does, find_tools finds: read_tool calls what only reads, call_tool the rest. What deletes or \
    spends asks first. Resources hold the newest events of triggers; read one twice, or subscribe, because \
    the first look only takes stock.";

/// The side of the server that belongs to one client.
pub struct Session {
    server: Server,
    /// What follows an address ends when it is dropped.
    subscriptions: Mutex<HashMap<String, JoinSet<()>>>,
}

impl Session {
    pub fn new(server: Server) -> Self {
        Session { server, subscriptions: Mutex::default() }
    }

    fn watch(&self, address: &str) -> Result<(Server, Arc<Watch>), ErrorData> {
        let missing = || {
            ErrorData::resource_not_found(format!("there is nothing to watch at `{address}`"), None)
        };
        self.server.watch(address).ok_or_else(missing)
    }

    fn followed(
        &self,
        address: &str,
        (server, watch): (Server, Arc<Watch>),
        listener: Listener,
    ) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        tasks.spawn(follow(server, address.to_owned(), watch, listener));
        tasks
    }
}

impl ServerHandler for Session {
    fn get_info(&self) -> ServerConfig {
        let descriptor = self.server.descriptor();
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_resources()
            .enable_resources_subscribe()
            .build();
        let server =
            Implementation::new(&descriptor.id, &descriptor.version).with_title(&descriptor.title);
        let mut instructions = format!("{} {INSTRUCTIONS}", descriptor.summary);
        if self.server.accounts().len() > 1 {
            let titles: Vec<String> = self.server.accounts().map(Account::title).collect();
            let said = format!(" Calls say by `connection` whose they are: {}.", titles.join(", "));
            instructions += &said;
        }
        ServerConfig::new(capabilities).with_server_info(server).with_instructions(instructions)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        let wrong = |_| ErrorData::invalid_params("the cursor is not one of this server's", None);
        let start = cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(wrong)?;
        let (page, next) = self.server.tools(start);
        let mut result = ListToolsResult::with_all_items(page.to_vec());
        result.next_cursor = next.map(|next| next.to_string());
        Ok(result)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (sender, mut lines) = mpsc::unbounded_channel();
        let mut reporter = Reporter { context: &context, told: 0 };
        let caller = Caller { progress: sender, peer: context.peer.clone() };
        let call = self.server.call(&request.name, request.arguments.unwrap_or_default(), &caller);
        tokio::pin!(call);
        let ended = loop {
            tokio::select! {
                biased;
                // The answer to a cancelled request reaches nobody; the call ends with this.
                () = context.ct.cancelled() => {
                    return Err(ErrorData::internal_error("cancelled", None));
                }
                Some(line) = lines.recv() => reporter.tell(line).await,
                ended = &mut call => break ended,
            }
        };
        while let Ok(line) = lines.try_recv() {
            reporter.tell(line).await;
        }
        let unknown = || format!("there is no tool `{}`", request.name);
        ended.map(Into::into).ok_or_else(|| ErrorData::invalid_params(unknown(), None))
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let jobs = self.server.vocabulary().jobs.iter();
        Ok(ListPromptsResult::with_all_items(jobs.map(prompts::prompt).collect()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let job = self.server.vocabulary().jobs.iter().find(|job| job.name == request.name);
        let unknown =
            || ErrorData::invalid_params(format!("there is no prompt `{}`", request.name), None);
        let job = job.ok_or_else(unknown)?;
        Ok(prompts::filled(job, &request.arguments.unwrap_or_default()).into())
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources::listed(&self.server)))
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resources::templates(&self.server)))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if let Some((text, kind)) = resources::read(&self.server, &request.uri).map_err(refused)? {
            let contents = ResourceContents::text(text, request.uri).with_mime_type(kind);
            return Ok(ReadResourceResult::new(vec![contents]).into());
        }
        let (server, watch) = self.watch(&request.uri)?;
        watch.poll(server.connection(), Duration::ZERO).await.map_err(refused)?;
        let shown = server.shown_event(watch.trigger());
        let text = watch.read(&shown).await.to_string();
        let contents = ResourceContents::text(text, request.uri).with_mime_type("application/json");
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let (server, watch) = self.watch(&request.uri)?;
        // What is wrong with the configuration is said now, not in a log.
        let interval = server.options().interval;
        watch.poll(server.connection(), interval).await.map_err(refused)?;
        let listener = Listener::Session(context.peer);
        let tasks = self.followed(&request.uri, (server, watch), listener);
        self.subscriptions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(request.uri, tasks);
        Ok(())
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.subscriptions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let wanted = requested.resource_subscriptions.iter().flatten();
        let known: Vec<_> = wanted.filter(|address| self.watch(address).is_ok()).collect();
        Some(
            SubscriptionFilter::builder()
                .resource_subscriptions(known.into_iter().cloned())
                .build(),
        )
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let mut followed = Vec::new();
        for address in context.accepted().resource_subscriptions.iter().flatten() {
            let listener = Listener::Subscription(context.sink().clone());
            followed.push(self.followed(address, self.watch(address)?, listener));
        }
        context.cancelled().await;
        Ok(())
    }
}

/// Sends progress to a client that asked for it.
struct Reporter<'a> {
    context: &'a RequestContext<RoleServer>,
    told: u32,
}

impl Reporter<'_> {
    /// How much there is to do is never known; the number only grows.
    async fn tell(&mut self, line: String) {
        let Some(token) = self.context.meta.get_progress_token() else { return };
        self.told += 1;
        let progress = ProgressNotificationParam::new(token, self.told.into()).with_message(line);
        // A client that has gone is noticed elsewhere.
        let _ = self.context.peer.notify_progress(progress).await;
    }
}

fn refused(failure: Error) -> ErrorData {
    let (message, data) = (failure.to_string(), Some(failure.json()));
    match failure {
        Error::Connector(error) if error.kind == ErrorKind::InvalidInput => {
            ErrorData::invalid_params(message, data)
        }
        _ => ErrorData::internal_error(message, data),
    }
}
