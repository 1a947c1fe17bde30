//! Calls side by side, each in a task of its own: one that waits for its turn holds up no other call of
//! the process, and all of them end with their owner.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use connector_host::contract::{Page, Request};
use connector_host::{Connection, Observer, Transfer};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{Id, JoinSet};

/// How many calls are under way at once, unless the caller says otherwise.
pub(crate) const AT_ONCE: usize = 10;

/// Tasks with a result of one type.
pub(crate) struct Tasks<T> {
    connection: Arc<Connection>,
    running: JoinSet<T>,
    events: UnboundedReceiver<Event>,
    tell: UnboundedSender<Event>,
}

impl<T: Send + 'static> Tasks<T> {
    pub fn new(connection: Arc<Connection>) -> Self {
        let (tell, events) = unbounded_channel();
        Tasks { connection, running: JoinSet::new(), events, tell }
    }

    /// Begins one. It has to be called within a runtime of tokio's, as every call.
    pub fn begin<W>(&mut self, work: impl FnOnce(Arc<Connection>, Telling) -> W) -> Id
    where
        W: Future<Output = T> + Send + 'static,
    {
        let work = work(self.connection.clone(), Telling(self.tell.clone()));
        self.running.spawn(work).id()
    }

    /// Whether none is under way.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// The next one that has ended; none of what it came to when its runtime has ended it. Until then
    /// the observer is told what happens in all of them. `None`: none is left.
    pub async fn ended(&mut self, observer: &mut dyn Observer) -> Option<(Id, Option<T>)> {
        loop {
            let ended = tokio::select! {
                biased;
                Some(event) = self.events.recv() => {
                    event.tell(observer);
                    continue;
                }
                ended = self.running.join_next_with_id() => ended?,
            };
            return Some(match ended {
                Ok((id, result)) => (id, Some(result)),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(error) => (error.id(), None),
            });
        }
    }

    /// Ends all of them. What they still tell, nobody is told.
    pub fn stop(&mut self) {
        self.running = JoinSet::new();
        (self.tell, self.events) = unbounded_channel();
    }
}

/// Something that an observer is told.
enum Event {
    Sending(Box<Request>),
    Transferring(Transfer),
    Waiting(Duration, String),
}

impl Event {
    fn tell(&self, observer: &mut dyn Observer) {
        match self {
            Event::Sending(request) => observer.sending(request),
            Event::Transferring(transfer) => observer.transferring(transfer),
            Event::Waiting(time, reason) => observer.waiting(*time, reason),
        }
    }
}

/// Passes on what happens in a task. Pages are the task's own.
pub(crate) struct Telling(UnboundedSender<Event>);

impl Telling {
    fn tell(&self, event: Event) {
        // Whoever listened is gone, and so is this task in a moment.
        self.0.send(event).ok();
    }
}

impl Observer for Telling {
    fn emitted(&mut self, _page: &Page) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn sending(&mut self, request: &Request) {
        self.tell(Event::Sending(Box::new(request.clone())));
    }

    fn transferring(&mut self, transfer: &Transfer) {
        self.tell(Event::Transferring(*transfer));
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.tell(Event::Waiting(time, reason.to_owned()));
    }
}
